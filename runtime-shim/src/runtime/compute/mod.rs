//! `spawn_compute`: closures that keep a processor busy, on rayon's pool.
//!
//! The task of such a closure is written once, above the runtimes: no runtime runs it. A runtime
//! keeps its [`Closures`], which its end cancels or waits for, and says how a thread of the pool
//! becomes one of its threads for a while.
//!
//! - `here`: what the thread does for closures.
//! - `closures`: the closures of one runtime.
//! - `task`: the task of a closure, and its handles.
//! - `handles`: the handles of any task.
//! - `pool`: rayon's pool.
//! - `spawn`: all of it together.

mod closures;
mod handles;
mod here;
#[cfg(feature = "_runtime")]
mod pool;
#[cfg(feature = "_runtime")]
mod spawn;
mod task;

pub(crate) use self::closures::Closures;
pub(crate) use self::handles::{AbortHandle, JoinHandle};
pub(crate) use self::here::task_id;
#[cfg(feature = "_runtime")]
pub(super) use self::spawn::spawn;
