//! What the tasks of a runtime do.
//!
//! [`Handle::dump`](super::Handle::dump) makes a [`Dump`], which polls no task.
//! [`Handle::watchdog`](super::Handle::watchdog) starts a thread that reports each task which is in
//! one poll for too long. Tasks that the functions of this crate spawn are seen, and those that
//! other code spawns on the same runtime are not.

pub use crate::inspect::Watchdog;
pub use crate::inspect::dump::{Dump, Kind, State, Task, Tasks};
