//! The primitives of the files that `tests/models` checks: there this name stands for loom's.

pub(super) use std::sync::{Mutex, MutexGuard, OnceLock, atomic};
pub(super) use std::thread_local;
