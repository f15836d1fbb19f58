//! A task, independent of the scheduler that runs it.
//!
//! A task is one allocation of [`async_task`]. It holds the future, the output, and a `Header` with
//! the state that the handles share. `create` makes a task and returns its two ends. One is the
//! `Runnable`: an `Owner` queues it, and `run` polls the task once. The other is the `Task`: a
//! `JoinHandle` awaits the output with it.
//!
//! The user's future is wrapped in a `Contained`, which catches panics and starts each poll with a
//! new budget. When a task has to wait for the first time, it enters its owner's `TaskList`. A task
//! is cancelled when this list is closed or when the task is aborted. Either wakes the task, and
//! `Contained` drops the future instead of polling it.
//!
//! # Modules
//!
//! - `list`: the tasks that end together, with a way to wake those that wait.
//! - `header`: the part of a task that does not depend on its future, the owner that schedules it,
//!   and how a task learns that it must end.
//! - `current`: the task that the calling thread polls.
//! - `future`: the future that a task runs, which wraps the user's future.
//! - `foreign`: wakers that the executor did not make, which may panic.
//! - `join`: the handles of a task.

pub(super) mod current;
pub(crate) mod foreign;
mod future;
mod header;
mod join;
mod list;

pub(super) use self::future::{Task, create, run};
pub(super) use self::header::{Owner, Runnable};
pub(super) use self::join::{AbortHandle, JoinHandle};
pub(super) use self::list::TaskList;
