//! The place for the threads of `spawn_blocking`, which the first closure fills.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::task::Runnable;

/// The threads for closures, as others see them.
pub(super) trait ClosureThreads: fmt::Debug + Send + Sync {
    /// Runs a closure on one of the threads; after the end of the runtime at once, which cancels it.
    fn run(self: Arc<Self>, runnable: Runnable);

    /// Cancels what waits for a thread, and lets the threads end. The list of tasks is closed.
    fn close(&self);

    /// How many threads there are.
    fn count(&self) -> usize;

    /// Waits for the threads that have ended, up to the destructors of their thread-locals.
    fn join(&self);
}

/// The threads for closures, once there is one. What is behind the trait is known to those who make
/// it alone, so a program without closures is not linked with it.
#[derive(Debug, Default)]
pub(super) struct Closures {
    threads: OnceLock<Arc<dyn ClosureThreads>>,
    /// Whether none are to be made. It is looked at and set within the lock, in which they are made.
    closed: Mutex<bool>,
}

impl Closures {
    /// The threads, made by the first caller; none after the end of the runtime.
    pub(super) fn get_or_make(
        &self,
        make: impl FnOnce() -> Arc<dyn ClosureThreads>,
    ) -> Option<Arc<dyn ClosureThreads>> {
        if let Some(threads) = self.threads.get() {
            return Some(threads.clone());
        }
        let closed = self.closed();
        (!*closed).then(|| self.threads.get_or_init(make).clone())
    }

    /// As [`ClosureThreads::close`].
    pub(super) fn close(&self) {
        *self.closed() = true;
        if let Some(threads) = self.threads.get() {
            threads.close();
        }
    }

    /// As [`ClosureThreads::count`].
    pub(super) fn count(&self) -> usize {
        self.threads.get().map_or(0, |threads| threads.count())
    }

    /// As [`ClosureThreads::join`].
    pub(super) fn join(&self) {
        if let Some(threads) = self.threads.get() {
            threads.join();
        }
    }

    fn closed(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
