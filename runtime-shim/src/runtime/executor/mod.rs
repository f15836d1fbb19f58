//! The executor of the runtimes that have none that could keep the contract.
//!
//! smol's and async-std's global executors are statics: they cannot be emptied at the end of
//! `main`, a destructor that panics while a task is cancelled aborts the process, and each spawn
//! pays for a locked list of tasks. This one keeps to the same building blocks ([`async_task`]
//! holds a task, [`concurrent_queue`] the queues) and adds what the contract asks for.
//!
//! - `task`: the future that a task really runs: it contains panics, can be aborted, and notes
//!   itself in its list when it first has to wait.
//! - `header`: what is known of it, and how it learns that it is to end.
//! - `task_list`: tasks that end together, with a way to wake those that wait.
//! - `owner`: what a task belongs to: what schedules it, and its list.
//! - `join`: the handles.
//! - `budget`: how much a task may do in one poll.
//! - `foreign`: the wakers of those who await them and may panic.
//! - `scheduler`, `queue`: where runnable tasks wait.
//! - `workers`, `idle`: the threads of the multi-thread flavour, and who of them sleeps;
//!   `no_workers` where no runtime has any.
//! - `current_thread`: the current-thread flavour.
//! - `driver`: the thread inside `block_on`.
//! - `local`: `spawn_local`.
//! - `blocking`, `pool`: where the closures of `spawn_blocking` go, and their threads.
//! - `park`, `reactor`: how a thread waits for a future, and from when on in async-io.
//! - `sleep`, `source`: timers and sockets, by async-io.
//! - `instance`: all of it as one running runtime, and its end.
//! - `sync`: what the model checker puts its own in place of.

mod blocking;
pub(super) mod budget;
mod current;
mod current_thread;
mod driver;
mod foreign;
mod header;
#[cfg(feature = "_workers")]
mod idle;
mod instance;
mod join;
mod local;
mod owner;
#[cfg(any(feature = "smol", all(feature = "pollster", feature = "_reactor")))]
mod park;
mod pool;
mod queue;
#[cfg(any(feature = "_workers", feature = "_reactor"))]
mod reactor;
mod scheduler;
mod shared_executor;
#[cfg(feature = "_workers")]
mod sleep;
#[cfg(feature = "_reactor")]
mod source;
mod sync;
mod task;
mod task_list;
#[cfg(feature = "_workers")]
mod workers;
#[cfg(not(feature = "_workers"))]
#[path = "no_workers.rs"]
mod workers;

pub(super) use self::instance::Handle;
#[cfg(all(feature = "pollster", feature = "_reactor"))]
pub(super) use self::park::park_in;
#[cfg(feature = "smol")]
pub(super) use self::park::park_on;
#[cfg(all(unix, any(feature = "_workers", feature = "_reactor")))]
pub(super) use self::reactor::forget as forget_reactor;
#[cfg(feature = "async-std")]
pub(super) use self::reactor::start_first as start_reactor;
pub(super) use self::shared_executor::{SharedExecutor, Timers};
#[cfg(feature = "_workers")]
pub(super) use self::sleep::Sleep;
