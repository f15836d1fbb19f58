//! The slot for the threads of `spawn_blocking`, which the first closure fills.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::hold::Hold;
use super::task::{self, Runnable};
use crate::runtime::metrics::ClosureReading;

/// A closure that waits for a thread.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) runnable: Runnable,
    pub(super) hold: Hold,
}

impl Queued {
    /// Runs the closure, or ends it if the runtime has ended.
    pub(super) fn run(self) {
        // The hold ends after the closure, whose end wakes the task that waits for it.
        let Self {
            runnable,
            hold: _hold,
        } = self;
        task::run(runnable);
    }
}

/// The threads for closures, as other modules see them.
pub(super) trait ClosureThreads: fmt::Debug + Send + Sync {
    /// Runs a closure on one of the threads. After the end of the runtime, cancels it at once.
    fn run(self: Arc<Self>, closure: Queued);

    /// Cancels the closures that wait for a thread, and lets the threads end. The list of tasks
    /// must be closed already.
    fn close(&self);

    /// Returns the number of threads.
    fn count(&self) -> usize;

    /// Returns the numbers of threads and closures.
    fn read(&self) -> ClosureReading;

    /// Joins the threads that have ended, which waits for the destructors of their thread-locals.
    fn join(&self);
}

/// The threads for closures, once there are any. Only the code that makes the threads names the
/// type behind the trait, so a program without closures is not linked with it.
#[derive(Debug, Default)]
pub(super) struct Closures {
    threads: OnceLock<Arc<dyn ClosureThreads>>,
    /// True if no more threads may be made. The lock is held while threads are made.
    closed: Mutex<bool>,
}

impl Closures {
    /// Returns the threads. If there are none yet, makes them, or returns `None` after the end of
    /// the runtime.
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

    /// Calls [`ClosureThreads::close`]. No threads are made after this call.
    pub(super) fn close(&self) {
        *self.closed() = true;
        if let Some(threads) = self.threads.get() {
            threads.close();
        }
    }

    /// Returns the number of threads, as [`ClosureThreads::count`] does.
    pub(super) fn count(&self) -> usize {
        self.threads.get().map_or(0, |threads| threads.count())
    }

    /// Returns the numbers of threads and closures.
    pub(super) fn read(&self) -> ClosureReading {
        self.threads
            .get()
            .map_or_else(ClosureReading::default, |threads| threads.read())
    }

    /// Calls [`ClosureThreads::join`].
    pub(super) fn join(&self) {
        if let Some(threads) = self.threads.get() {
            threads.join();
        }
    }

    fn closed(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
