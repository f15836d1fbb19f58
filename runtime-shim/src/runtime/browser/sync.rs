//! The synchronisation primitives of the files that the executor of the other runtimes has too.

pub(super) use std::sync::{Mutex, MutexGuard, OnceLock, atomic};
