//! Tasks.
//!
//! A task is a future that the runtime polls beside the others. [`spawn`] starts one and gives a
//! [`JoinHandle`]: await it for the output, [`abort`](JoinHandle::abort) it, or drop it and let
//! the task go on. A panic ends the task alone and reaches whoever awaits it as a [`JoinError`].
//!
//! | | where it runs | stops at the end of main |
//! |---|---|---|
//! | [`spawn`] | on a worker, or on the main thread with the current-thread flavour | at its next await |
//! | [`spawn_local`] | on the thread that spawned it | at its next await |
//! | [`spawn_blocking`] | on a thread of its own pool | if it has not started |

mod abort_handle;
mod builder;
mod id;
mod join_error;
mod join_handle;
mod spawn;
mod yield_now;

pub use self::abort_handle::AbortHandle;
pub use self::builder::{Builder, try_name};
pub use self::id::{Id, id, try_id};
pub use self::join_error::JoinError;
pub use self::join_handle::JoinHandle;
pub use self::spawn::{spawn, spawn_blocking, spawn_local};
pub use self::yield_now::yield_now;

pub(crate) use self::spawn::boxed_if_big;

/// The size in bytes from which a future is moved to the heap before it is spawned.
pub(crate) const BIG: usize = if cfg!(debug_assertions) { 2048 } else { 16384 };
