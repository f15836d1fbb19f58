//! The current-thread flavour: tasks run on a thread that is inside `block_on`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::{Arc, PoisonError};

use super::driver::Driver;
use super::queue::Queue;
use super::sync::{Mutex, MutexGuard, thread_local};
use super::task::{self, Runnable};

thread_local! {
    // Never dropped, which each access would have to look at: `leave` empties it.
    static HERE: ManuallyDrop<Here> = const { ManuallyDrop::new(Here::new()) };
}

/// What a thread runs.
struct Here {
    /// Whose tasks it is running at the moment.
    running: Cell<*const CurrentThread>,
    /// What it is to run next: no other thread sees it, so nothing is synchronised.
    // `leave` takes them all out, so a program need not have code that drops them.
    queue: RefCell<VecDeque<ManuallyDrop<Runnable>>>,
}

impl Here {
    const fn new() -> Self {
        Self {
            running: Cell::new(ptr::null()),
            queue: RefCell::new(VecDeque::new()),
        }
    }

    #[inline]
    fn push(&self, runnable: Runnable) {
        self.queue
            .borrow_mut()
            .push_back(ManuallyDrop::new(runnable));
    }

    #[inline]
    fn pop(&self) -> Option<Runnable> {
        let mut queue = self.queue.borrow_mut();
        let first = queue.pop_front();
        if first.is_none() {
            // So it begins at its first place again. After a crowd it is long, and to walk through
            // all of it would be to leave the cache for a few tasks.
            queue.clear();
        }
        first.map(ManuallyDrop::into_inner)
    }
}

/// Who runs the tasks: one of the threads that are inside `block_on`.
#[derive(Debug)]
pub(super) struct CurrentThread {
    /// What the other threads have queued.
    queue: Queue,
    drivers: Mutex<Drivers>,
}

#[derive(Debug, Default)]
struct Drivers {
    driving: Option<Arc<Driver>>,
    /// Would drive if that one ended.
    waiting: Vec<Arc<Driver>>,
}

impl Default for CurrentThread {
    fn default() -> Self {
        Self {
            queue: Queue::new(),
            drivers: Mutex::default(),
        }
    }
}

impl CurrentThread {
    /// Queues a task, and wakes the thread that runs the tasks. Says whether this is that thread.
    #[inline]
    pub(super) fn push(&self, runnable: Runnable) -> bool {
        if HERE.with(|here| ptr::eq(here.running.get(), self)) {
            let _ = HERE.try_with(|here| here.push(runnable));
            return true;
        }
        self.queue.push(runnable);
        self.wake();
        false
    }

    fn wake(&self) {
        let driving = self.lock().driving.clone();
        if let Some(driver) = driving {
            driver.wake_thread();
        }
    }

    /// Whether `driver` is the one that runs the tasks, from now on if nobody was.
    pub(super) fn try_drive(&self, driver: &Arc<Driver>) -> bool {
        let mut drivers = self.lock();
        match &drivers.driving {
            Some(driving) if Arc::ptr_eq(driving, driver) => true,
            Some(_) => {
                if !drivers
                    .waiting
                    .iter()
                    .any(|waiting| Arc::ptr_eq(waiting, driver))
                {
                    drivers.waiting.push(driver.clone());
                }
                false
            }
            None => {
                drivers.driving = Some(driver.clone());
                true
            }
        }
    }

    /// Lets this thread's queue be used until the guard is dropped.
    pub(super) fn enter(&self) -> impl Drop + use<> {
        struct Outer(*const CurrentThread);

        impl Drop for Outer {
            fn drop(&mut self) {
                HERE.with(|here| here.running.set(self.0));
            }
        }

        Outer(HERE.with(|here| here.running.replace(self)))
    }

    /// Runs one task, if there is one: of those that others have queued first, or of its own. Returns
    /// whether its poll took as long as many.
    #[inline]
    pub(super) fn run_one(&self, others_first: bool) -> Option<bool> {
        let here = || HERE.with(|here| here.pop());
        let others = if others_first { self.queue.pop() } else { None };
        let runnable = others.or_else(here).or_else(|| self.queue.pop());
        runnable.map(task::run)
    }

    /// `driver` is gone: hands its tasks to the next one.
    pub(super) fn leave(&self, driver: &Arc<Driver>) {
        let mut drivers = self.lock();
        let place = drivers
            .waiting
            .iter()
            .position(|waiting| Arc::ptr_eq(waiting, driver));
        if let Some(place) = place {
            drop(drivers.waiting.swap_remove(place));
        }
        if !drivers
            .driving
            .as_ref()
            .is_some_and(|driving| Arc::ptr_eq(driving, driver))
        {
            return;
        }
        // Within the lock: one that comes to drive from here on looks into the queue once, and
        // nobody wakes it for these.
        let mut here = HERE.with(|here| std::mem::take(&mut *here.queue.borrow_mut()));
        while let Some(runnable) = here.pop_front() {
            self.queue.push(ManuallyDrop::into_inner(runnable));
        }
        drivers.driving = None;
        let next = std::mem::take(&mut drivers.waiting);
        drop(drivers);
        next.iter().for_each(|driver| driver.wake_thread());
    }

    /// Takes a task of those that other threads have queued.
    pub(super) fn pop_any(&self) -> Option<Runnable> {
        self.queue.pop()
    }

    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    fn lock(&self) -> MutexGuard<'_, Drivers> {
        self.drivers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
