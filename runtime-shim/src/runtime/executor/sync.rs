//! The primitives of the files that `tests/models` checks: there this name stands for loom's.

pub(super) use std::sync::{Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, atomic};
pub(super) use std::{thread, thread_local};

pub(super) use concurrent_queue::ConcurrentQueue;
