//! Tasks.
//!
//! A task is a future that the runtime polls beside the others. [`spawn`] starts one and returns a
//! [`JoinHandle`]. Await the handle for the output, [`abort`](JoinHandle::abort) the task, or drop
//! the handle and let the task go on. A panic ends only its own task and reaches whoever awaits the
//! task as a [`JoinError`].
//!
//! | | where it runs | stops at the end of main |
//! |---|---|---|
//! | [`spawn`] | on a worker, or on the main thread with the current-thread flavour | at its next await |
//! | [`spawn_local`] | on the thread that spawned it | at its next await |
//! | [`spawn_blocking`] | on a thread of its own pool | if it has not started |
//! | `spawn_compute` (feature `rayon`) | on a thread of rayon's pool | if it has not started |
//!
//! The section [below](#which-one) says when to use which.
//!
//! A [`Pool`] limits how many tasks run at once. On a microcontroller, tasks live in pools.
//! `#[portable::task]` makes a pool for a function, whose calls return a [`Spawnable`].
//!
//! A [`JoinSet`] awaits several tasks together, a `JoinQueue` does so in the order of the spawns, and a `TaskTracker` (feature `sync`) counts them.
//! [`AbortOnDropHandle`] ties a task's life to that of its handle. A `LocalSet` has tasks that stay on
//! its thread, and `block_in_place` lets a task block its thread.
//! [`task_local!`](crate::task_local) declares task-local values.
//!
//! A task whose operations are always ready still lets the others run: see [`coop`].
//!
//! # Which one
//!
//! | the work | function | because |
//! |---|---|---|
//! | waits for sockets, timers, channels, other tasks | [`spawn`] | a task that waits takes no thread |
//! | computes for less than about 0.1 ms between two awaits | [`spawn`] | a thread of another pool would cost more |
//! | waits within a call: std's files, a database driver, a lock of another process | [`spawn_blocking`] | up to 512 threads wait at once |
//! | computes for longer: hashes, compresses, renders, parses | `spawn_compute` | as many threads as processors, and no task waits for them |
//! | computes, divided among all processors | `spawn_compute`, and the crate `rayon` in it | the parts run on the same threads |
//!
//! A task that computes keeps its worker from the other tasks, and a thousand threads that compute take
//! the processors from the workers. This is what a task feels that sleeps a millisecond at a time, on
//! Tokio, while a thousand jobs of 10 ms run on two processors:
//!
//! | jobs by | a sleep is late by, p99 | at most | all jobs | threads |
//! |---|---|---|---|---|
//! | [`spawn`] | 450 ms | 450 ms | 5.0 s | 3 |
//! | [`spawn_blocking`] | 70 ms | 100 ms | 5.1 s | 515 |
//! | `spawn_compute` | 1.4 ms | 8.4 ms | 5.1 s | 5 |
//!
//! `cargo xtask bench compute`, in the repository, measures it on each runtime; [`benches/README.md`]
//! has the figures.
//!
//! [`benches/README.md`]: https://github.com/portable-rs/portable/blob/main/benches/README.md#work-that-computes

mod abort_handle;
mod abort_on_drop;
#[cfg(feature = "std")]
mod big;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
mod block_in_place;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
mod builder;
#[cfg(feature = "std")]
pub mod coop;
mod id;
#[cfg(feature = "std")]
mod join_error;
mod join_handle;
#[cfg(feature = "std")]
mod join_queue;
#[cfg(feature = "std")]
mod join_set;
#[cfg(feature = "std")]
mod local_key;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
mod local_set;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub(crate) mod observe;
#[cfg(feature = "std")]
mod pool;
mod pool_full;
mod pool_traits;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
mod spawn;
#[cfg(feature = "std")]
mod spawnable;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "tracing")]
mod traced;
#[cfg(feature = "sync")]
mod tracker;
mod yield_now;

pub use self::abort_handle::AbortHandle;
pub use self::abort_on_drop::{AbortOnDrop, AbortOnDropHandle};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub use self::block_in_place::block_in_place;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub use self::builder::{Builder, try_name};
#[cfg(feature = "std")]
pub use self::coop::{Unconstrained, consume_budget, unconstrained};
pub use self::id::Id;
#[cfg(feature = "std")]
pub use self::id::{id, try_id};
#[cfg(feature = "std")]
pub use self::join_error::JoinError;
pub use self::join_handle::{JoinHandle, spawn_task};
#[cfg(feature = "std")]
pub use self::join_queue::JoinQueue;
#[cfg(feature = "std")]
pub use self::join_set::JoinSet;
#[cfg(feature = "std")]
pub use self::local_key::{AccessError, LocalKey};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub use self::local_set::{LocalEnterGuard, LocalSet};
#[cfg(feature = "std")]
pub use self::pool::Pool;
pub use self::pool_full::PoolFull;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "rayon")]
#[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
pub use self::spawn::spawn_compute;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub use self::spawn::{spawn, spawn_blocking, spawn_local};
#[cfg(feature = "std")]
pub use self::spawnable::Spawnable;
#[cfg(feature = "sync")]
#[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
pub use self::tracker::{TaskTracker, TaskTrackerToken};
pub use self::yield_now::yield_now;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
pub use crate::runtime::spawn::{spawn, spawn_local};
#[cfg(not(feature = "std"))]
pub use crate::runtime::tasks::{IntoTask, JoinError, Pool, Spawnable, spawn};

/// Futures that functions of this module return.
pub mod futures {
    #[cfg(feature = "std")]
    pub use super::local_key::TaskLocalFuture;
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub use super::tracker::TrackedFuture;
    #[cfg(not(feature = "std"))]
    pub use crate::runtime::tasks::InPlace;
}

#[cfg(feature = "std")]
pub(crate) use self::big::{BIG, boxed_if_big};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub(crate) use self::spawn::spawn_from;
