//! `spawn_local`: tasks that stay on the thread inside `block_on`.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::driver::Driver;
use super::queue::Queue;
use super::task::{self, JoinHandle, Owner, Runnable, Task, TaskList};
use crate::runtime::late;

thread_local! {
    static LOCAL: RefCell<Option<Arc<Local>>> = const { RefCell::new(None) };
}

/// The tasks of one call of `block_on` that stay on its thread.
#[derive(Debug)]
pub(super) struct Local {
    tasks: TaskList,
    /// Any thread may add to it, by waking a task; this thread alone takes from it.
    queue: Queue,
    driver: Arc<Driver>,
    /// Whether there ever was a task.
    is_used: AtomicBool,
}

impl Local {
    /// Makes a new one current on this thread until the guard is dropped, and with it the tasks.
    pub(super) fn enter(driver: &Arc<Driver>) -> LocalEntered {
        let local = Arc::new(Self {
            tasks: TaskList::default(),
            queue: Queue::new(),
            driver: driver.clone(),
            is_used: AtomicBool::new(false),
        });
        LocalEntered {
            outer: LOCAL.replace(Some(local.clone())),
            local,
        }
    }

    pub(super) fn current() -> Option<Arc<Self>> {
        LOCAL
            .try_with(|local| local.borrow().clone())
            .ok()
            .flatten()
    }

    /// It is called on the thread that [`enter`](Self::enter) was called on, being current there.
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

    /// In a destructor of another task, at the end: dropped without a poll.
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
        // SAFETY: The future need not be `Send`, so it must stay on this thread and end before it
        // does. Tasks are taken from the queue by `run_one` and `drain` alone, which the owner of
        // the `LocalEntered` calls: the thread that this is the current one of. Its guard does not
        // go away before the last task has ended.
        unsafe { task::create(self.clone(), future) }
    }

    /// Whether there ever was a task.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Runs one task, if there is one. Returns whether its poll took as long as many.
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
            // Another thread is about to queue a task that it has woken.
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
}

/// Owns the tasks; it is not [`Send`], as they are not.
pub(super) struct LocalEntered {
    outer: Option<Arc<Local>>,
    // The tasks are dropped where they were spawned.
    pub(super) local: Arc<Local>,
}

impl Drop for LocalEntered {
    fn drop(&mut self) {
        self.local.drain();
        LOCAL.set(self.outer.take());
    }
}
