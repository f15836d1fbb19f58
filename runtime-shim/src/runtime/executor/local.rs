//! `spawn_local`: tasks that stay on the thread inside `block_on`.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::driver::Driver;
use super::queue::Queue;
use super::task::{self, JoinHandle, Owner, Runnable, Task, TaskList};
use crate::runtime::late;
use crate::runtime::metrics::{Counters, Ending};

thread_local! {
    static LOCAL: RefCell<Option<Arc<Local>>> = const { RefCell::new(None) };
}

/// The tasks that stay on the thread of one call of `block_on`.
#[derive(Debug)]
pub(super) struct Local {
    tasks: TaskList,
    /// Any thread may push to it, by waking a task, but only this thread pops from it.
    queue: Queue,
    driver: Arc<Driver>,
    counters: Arc<Counters>,
    /// True if a task was ever spawned.
    is_used: AtomicBool,
}

impl Local {
    /// Makes a new `Local` the current one on this thread until the guard is dropped. Dropping the
    /// guard ends the tasks.
    pub(super) fn enter(driver: &Arc<Driver>, counters: &Arc<Counters>) -> LocalEntered {
        let local = Arc::new(Self {
            tasks: TaskList::default(),
            queue: Queue::new(),
            driver: driver.clone(),
            counters: counters.clone(),
            is_used: AtomicBool::new(false),
        });
        LocalEntered {
            outer: LOCAL.replace(Some(local.clone())),
            local,
            stays: PhantomData,
        }
    }

    pub(super) fn current() -> Option<Arc<Self>> {
        LOCAL
            .try_with(|local| local.borrow().clone())
            .ok()
            .flatten()
    }

    /// Spawns a task. Must be called on the thread where [`enter`](Self::enter) was called, while
    /// this `Local` is the current one there.
    pub(super) fn spawn<F>(self: &Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        if self.tasks.is_closed() {
            return self.spawn_late(future);
        }
        let (runnable, task) = self.create(future);
        self.schedule(runnable);
        JoinHandle::new(task)
    }

    /// Ends a task that a destructor of another task spawns while the list is closed. The future is
    /// dropped without a poll.
    #[cold]
    fn spawn_late<F>(self: &Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let inside = late::enter();
        let (runnable, task) = match &inside {
            Some(_) => self.create(future),
            None => {
                late::put_off(Box::new(future));
                self.create(pending())
            }
        };
        task::run(runnable);
        JoinHandle::new(task)
    }

    fn create<F>(self: &Arc<Self>, future: F) -> (Runnable, Task<F::Output>)
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.is_used.store(true, Ordering::Relaxed);
        self.counters.spawned();
        // SAFETY: The future need not be `Send`, so it must stay on this thread and end before the
        // thread does. Only `run_one` and `drain` take tasks from the queue, and only the owner of
        // the `LocalEntered` calls them, on the thread where this `Local` is the current one. The
        // guard lives until the last task has ended.
        unsafe { task::create(self.clone(), future, true) }
    }

    /// Returns whether a task was ever spawned.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Runs one task, if there is one. Returns whether its poll used up a budget.
    #[inline]
    pub(super) fn run_one(&self) -> Option<bool> {
        self.queue.pop().map(task::run)
    }

    /// Ends all tasks.
    fn drain(&self) {
        self.tasks.close();
        loop {
            while self.run_one().is_some() {}
            if self.tasks.len() == 0 {
                return;
            }
            // A task that is in the list but not in the queue: another thread has woken it and is
            // about to queue it.
            thread::yield_now();
        }
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

/// The guard that owns the tasks. It must stay on its thread, because the tasks need not be
/// [`Send`].
pub(super) struct LocalEntered {
    outer: Option<Arc<Local>>,
    // The tasks are dropped on the thread where they were spawned.
    pub(super) local: Arc<Local>,
    stays: PhantomData<*const ()>,
}

impl Drop for LocalEntered {
    fn drop(&mut self) {
        self.local.drain();
        LOCAL.set(self.outer.take());
    }
}
