//! Where the closures of `spawn_blocking` go.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::pool::Pool;
use super::scheduler::Scheduler;
use super::task::Runnable;

/// The threads for closures, made by the first. What is behind the trait is known to those who make
/// it alone, so a program without closures is not linked with it.
#[derive(Debug)]
pub(super) struct Blocking {
    limit: usize,
    pool: OnceLock<Box<dyn ClosureThreads>>,
    /// Whether none is to be made. It is looked at and set within the lock, in which one is made.
    closed: Mutex<bool>,
}

/// What a [`Pool`] is to others.
pub(super) trait ClosureThreads: fmt::Debug + Send + Sync {
    /// Runs a closure on a thread of the pool; after the end of the runtime at once, which cancels
    /// it.
    fn run(&self, scheduler: &Arc<Scheduler>, runnable: Runnable);

    /// The main function of a thread.
    fn serve(&self, scheduler: &Arc<Scheduler>);

    /// Cancels what waits for a thread, and lets the threads end. The list of tasks is closed.
    fn close(&self);

    /// How many threads there are.
    fn count(&self) -> usize;

    /// Waits for the threads that have ended, up to the destructors of their thread-locals.
    fn join(&self);
}

impl Blocking {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            pool: OnceLock::new(),
            closed: Mutex::new(false),
        }
    }

    /// As [`ClosureThreads::run`].
    pub(super) fn run(&self, scheduler: &Arc<Scheduler>, runnable: Runnable) {
        match self.pool().or_else(|| self.make()) {
            Some(pool) => pool.run(scheduler, runnable),
            None => {
                runnable.run();
            }
        }
    }

    /// If there was a closure.
    pub(super) fn pool(&self) -> Option<&dyn ClosureThreads> {
        self.pool.get().map(|pool| &**pool)
    }

    /// None after the end of the runtime.
    #[cold]
    fn make(&self) -> Option<&dyn ClosureThreads> {
        let closed = self.closed();
        let make = || Box::new(Pool::new(self.limit)) as Box<dyn ClosureThreads>;
        (!*closed).then(|| &**self.pool.get_or_init(make))
    }

    /// As [`ClosureThreads::close`].
    pub(super) fn close(&self) {
        *self.closed() = true;
        if let Some(pool) = self.pool() {
            pool.close();
        }
    }

    /// As [`ClosureThreads::count`].
    pub(super) fn count(&self) -> usize {
        self.pool().map_or(0, |pool| pool.count())
    }

    /// As [`ClosureThreads::join`].
    pub(super) fn join(&self) {
        if let Some(pool) = self.pool() {
            pool.join();
        }
    }

    fn closed(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
