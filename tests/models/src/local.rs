//! Stands in for the tasks of `spawn_local`.

use std::sync::Arc;

use super::driver::Driver;
use super::queue::Queue;
use super::task::{self, Runnable};

#[derive(Debug)]
pub(crate) struct Local {
    queue: Queue,
    driver: Arc<Driver>,
}

impl Local {
    pub(crate) fn new(driver: &Arc<Driver>) -> Arc<Self> {
        Arc::new(Self {
            queue: Queue::new(),
            driver: driver.clone(),
        })
    }

    pub(crate) fn schedule(&self, runnable: Runnable) {
        self.queue.push(runnable);
        self.driver.wake_thread();
    }

    pub(crate) fn is_used(&self) -> bool {
        true
    }

    pub(crate) fn run_one(&self) -> Option<bool> {
        self.queue.pop().map(task::run)
    }
}
