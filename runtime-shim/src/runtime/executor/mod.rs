//! The executor of the runtimes that have none that could keep the contract.
//!
//! smol's and async-std's global executors are statics: they cannot be emptied at the end of
//! `main`, a destructor that panics while a task is cancelled aborts the process, and each spawn
//! pays for a locked list of tasks. This one keeps to the same building blocks ([`async_task`]
//! holds a task, [`concurrent_queue`] the queues) and adds what the contract asks for.
//!
//! Each stands on those before it:
//!
//! - `sync`: what the model checker puts its own in place of.
//! - `budget`: how much a task may do in one poll.
//! - `task`: what a task is, whoever schedules and runs it.
//! - `queue`: where runnable tasks wait.
//! - `workers`, `idle`: the threads of the multi-thread flavour, and who of them sleeps.
//! - `driver`, `current_thread`: a thread inside `block_on`, and the flavour whose tasks it runs.
//! - `closures`: the place for the threads of `spawn_blocking`.
//! - `park`: how the threads of a runtime wait.
//! - `scheduler`: a running runtime as its tasks and threads see it, which spawns.
//! - `blocking`: `spawn_blocking`, and its threads.
//! - `local`, `main_loop`: `spawn_local`, and what a thread does inside `block_on`.
//! - `instance`: all of it as one running runtime, and its end.
//! - `shared_executor`: what the runtimes differ in, and the traits of this crate for all of them.
//! - `reactor`: timers and sockets, by async-io.

mod blocking;
pub(super) mod budget;
mod closures;
mod current_thread;
mod driver;
#[cfg(feature = "_workers")]
mod idle;
mod instance;
mod local;
mod main_loop;
mod park;
mod queue;
#[cfg(any(feature = "_workers", feature = "_reactor"))]
pub(super) mod reactor;
mod scheduler;
mod shared_executor;
mod sync;
mod task;
#[cfg(feature = "_workers")]
mod workers;

pub(super) use self::instance::Handle;
pub(super) use self::park::Park;
pub(super) use self::shared_executor::{SharedExecutor, Timers};
