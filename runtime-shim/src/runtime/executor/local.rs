//! `spawn_local`: tasks that stay on the thread inside `block_on`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::driver::Driver;
use super::local_tasks::{self, LocalOwner, Outer};
use super::queue::Queue;
use super::task::{self, Owner, Runnable, TaskList};
use crate::runtime::context;
use crate::runtime::metrics::{Counters, Ending};

/// The tasks that stay on the thread of one call of `block_on`.
pub(super) struct Local {
    tasks: TaskList,
    /// Any thread may push to it, by waking a task, but only this thread pops from it.
    queue: Queue,
    driver: Arc<Driver>,
    counters: Arc<Counters>,
    /// True if a task was ever spawned.
    is_used: AtomicBool,
}

// A derived one would bring the code that formats all of it into every program.
impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}

impl Local {
    /// Makes a new `Local` the current one on this thread until the guard is dropped. Dropping the
    /// guard ends the tasks.
    // Only `run_one` and the end take tasks from the queue, and only the owner of the
    // `LocalEntered` calls them, on this thread. The guard lives until the last task has ended.
    pub(super) fn enter(driver: &Arc<Driver>, counters: &Arc<Counters>) -> LocalEntered {
        let local = Arc::new(Self {
            tasks: TaskList::default(),
            queue: Queue::new(),
            driver: driver.clone(),
            counters: counters.clone(),
            is_used: AtomicBool::new(false),
        });
        LocalEntered {
            _outer: local_tasks::enter(local.clone()),
            local,
            stays: PhantomData,
        }
    }

    /// Returns whether a task was ever spawned.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Runs one task, if there is one. Returns whether its poll used up a budget.
    #[inline]
    pub(super) fn run_one(&self) -> Option<bool> {
        let runnable = self.queue.pop()?;
        let _local = context::enter_local();
        Some(task::run(runnable))
    }
}

impl Owner for Local {
    fn tasks(&self) -> &TaskList {
        &self.tasks
    }

    fn schedule(&self, runnable: Runnable) {
        self.queue.push(runnable);
        self.driver.wake_thread();
    }

    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable> {
        self.schedule(runnable);
        Ok(())
    }

    fn ended_elsewhere(&self, how: Ending) {
        self.counters.ended_elsewhere(how);
    }
}

impl LocalOwner for Local {
    fn spawned(&self) {
        self.is_used.store(true, Ordering::Relaxed);
        self.counters.spawned();
    }
}

/// The guard that owns the tasks. It must stay on its thread, because the tasks need not be
/// [`Send`].
pub(super) struct LocalEntered {
    // The tasks are dropped on the thread where they were spawned.
    pub(super) local: Arc<Local>,
    _outer: Outer,
    stays: PhantomData<*const ()>,
}

impl Drop for LocalEntered {
    fn drop(&mut self) {
        let _local = context::enter_local();
        local_tasks::drain(&self.local.tasks, &self.local.queue);
    }
}
