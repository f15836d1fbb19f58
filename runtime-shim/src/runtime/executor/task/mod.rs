//! What a task is, whoever schedules and runs it.
//!
//! - `list`: tasks that end together, with a way to wake those that wait.
//! - `header`: what is known of a task whatever its future is, the owner that schedules it, and how it
//!   learns that it is to end.
//! - `current`: which task the calling thread polls.
//! - `future`: the future that a task really runs: it contains panics, can be aborted, and notes
//!   itself in its list when it first has to wait.
//! - `foreign`: the wakers of those who await a task and may panic.
//! - `join`: the handles.

pub(super) mod current;
pub(super) mod foreign;
mod future;
mod header;
mod join;
mod list;

pub(super) use self::future::{Task, create, run};
pub(super) use self::header::{Owner, Runnable};
pub(super) use self::join::{AbortHandle, JoinHandle};
pub(super) use self::list::TaskList;
