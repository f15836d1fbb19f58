//! The synchronisation primitives of the files that `tests/models` checks. There, a module of the
//! same name provides loom's.

pub(super) use std::sync::{Mutex, MutexGuard, OnceLock, atomic};
#[cfg(feature = "_workers")]
pub(super) use std::sync::{RwLock, RwLockReadGuard};
#[cfg(feature = "_workers")]
pub(super) use std::thread;
pub(super) use std::thread_local;

pub(super) use concurrent_queue::ConcurrentQueue;
