//! Stands in for the queue of tasks and who takes from it.

use std::sync::Arc;

use super::current_thread::CurrentThread;
use super::queue::Queue;
use super::task::Runnable;

#[derive(Debug)]
pub(crate) struct Scheduler {
    pub(crate) queue: Queue<Runnable>,
    pub(crate) threads: Threads,
}

#[derive(Debug)]
pub(crate) enum Threads {
    /// Whose tasks are no concern of the thread inside `block_on`.
    Workers,
    Current(CurrentThread),
}

impl Scheduler {
    pub(crate) fn new(threads: Threads) -> Arc<Self> {
        Arc::new(Self {
            queue: Queue::new(),
            threads,
        })
    }

    pub(crate) fn schedule(&self, runnable: Runnable) {
        if let Threads::Current(current) = &self.threads
            && let Err(runnable) = current.push_here(self, runnable)
        {
            self.push(runnable);
            current.wake();
        }
    }

    pub(crate) fn push(&self, runnable: Runnable) {
        self.queue.push(runnable);
    }
}
