//! What each task does: the state behind `Handle::dump` and the watchdog.
//!
//! Each task that a public function spawns has an `Entry`, which the task's wrapper and its waker
//! keep up to date with atomics. A registry lists the entries. Nothing here polls a task.
//!
//! # Modules
//!
//! Each module builds on those before it:
//!
//! - `clock`: the time as a number.
//! - `entry`: the state of a task.
//! - `registry`: the entries of all tasks.
//! - `slot`: the task that each thread polls.
//! - `waker`: the waker that notes that its task is woken.
//! - `observed`: the wrappers of a task's future and of a closure.
//! - `dump`: the public types, and how they are read from the registry.
//! - `table`: a dump as text.
//! - `report`: text for standard error.
//! - `watchdog`: the thread that reports tasks stuck in a poll.
//! - `on_signal`: the dump on a signal.
//! - `attached`: what a runtime that was asked for a watchdog or a dump on a signal holds.

mod attached;
mod clock;
pub(crate) mod dump;
mod entry;
mod observed;
#[cfg(all(unix, feature = "signal"))]
mod on_signal;
mod registry;
mod report;
mod slot;
mod table;
mod waker;
mod watchdog;

pub(crate) use self::attached::{Attached, Wanted};
pub(crate) use self::observed::{Spawning, closure, future};
pub(crate) use self::report::text;
pub use self::watchdog::Watchdog;
