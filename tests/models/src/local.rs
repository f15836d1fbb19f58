//! Stands in for the tasks of `spawn_local`.

use std::sync::Arc;

use super::driver::Driver;
use super::sync::ConcurrentQueue;
use super::task::Runnable;

#[derive(Debug)]
pub(crate) struct Local {
    queue: ConcurrentQueue<Runnable>,
    driver: Arc<Driver>,
}

impl Local {
    pub(crate) fn new(driver: &Arc<Driver>) -> Arc<Self> {
        Arc::new(Self {
            queue: ConcurrentQueue::unbounded(),
            driver: driver.clone(),
        })
    }

    pub(crate) fn schedule(&self, runnable: Runnable) {
        self.queue.push(runnable).expect("it has no bound");
        self.driver.wake_thread();
    }

    pub(crate) fn run_one(&self) -> bool {
        self.queue.pop().map(Runnable::run).is_ok()
    }
}
