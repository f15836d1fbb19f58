//! The current-thread flavour: a thread inside `block_on` runs the tasks.

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
    // Never dropped, because with a destructor each access would need a check. `leave` empties it.
    static HERE: ManuallyDrop<Here> = const { ManuallyDrop::new(Here::new()) };
}

/// The state of a thread that runs tasks.
struct Here {
    /// The [`CurrentThread`] whose tasks this thread is running.
    running: Cell<*const CurrentThread>,
    /// The run queue of this thread. No other thread sees it, so it needs no synchronisation.
    // `leave` takes all tasks out, so the program needs no code that drops them.
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
            // Makes the ring buffer start at its first slot again. After a burst of tasks it is
            // long, and walking through all of it for a few tasks would leave the cache.
            queue.clear();
        }
        first.map(ManuallyDrop::into_inner)
    }
}

/// The tasks that one of the threads inside `block_on` runs.
#[derive(Debug, Default)]
pub(super) struct CurrentThread {
    /// The shared queue. The other threads push to it.
    queue: Queue,
    drivers: Mutex<Drivers>,
}

#[derive(Debug, Default)]
struct Drivers {
    driving: Option<Arc<Driver>>,
    /// The drivers that take over when `driving` leaves.
    waiting: Vec<Arc<Driver>>,
}

impl CurrentThread {
    /// Queues a task. Wakes the thread that runs the tasks, unless it is this one. Returns whether
    /// it is.
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
        match driving {
            Some(driver) => driver.wake_thread(),
            None => self.wake_waiting(),
        }
    }

    /// Wakes the drivers that may take over. There are some without a present one after
    /// [`hand_over`](Self::hand_over), if no thread has come.
    #[cold]
    fn wake_waiting(&self) {
        let waiting = self.lock().waiting.clone();
        for driver in waiting {
            driver.wake_thread();
        }
    }

    /// Returns whether `driver` runs the tasks. If no driver does, `driver` takes over. If another
    /// driver does, `driver` is added to those that wait.
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

    /// Lets this thread use its own run queue until the guard is dropped.
    pub(super) fn enter(&self) -> impl Drop + use<> {
        struct Outer(*const CurrentThread);

        impl Drop for Outer {
            fn drop(&mut self) {
                HERE.with(|here| here.running.set(self.0));
            }
        }

        Outer(HERE.with(|here| here.running.replace(self)))
    }

    /// Runs one task, if there is one. The task comes from this thread's own queue, or from the
    /// shared queue if its own is empty. With `others_first` the shared queue comes first. Returns
    /// whether the poll used up a budget.
    #[inline]
    pub(super) fn run_one(&self, others_first: bool) -> Option<bool> {
        let here = || HERE.with(|here| here.pop());
        let others = if others_first { self.queue.pop() } else { None };
        let runnable = others.or_else(here).or_else(|| self.queue.pop());
        runnable.map(task::run)
    }

    /// Removes `driver`, which has ended. If it ran the tasks, hands them over to the other
    /// drivers.
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
        // The tasks move while the lock is held, because a driver that takes over after this point
        // checks the queue once, and nothing wakes it for these tasks.
        let mut here = HERE.with(|here| std::mem::take(&mut *here.queue.borrow_mut()));
        while let Some(runnable) = here.pop_front() {
            self.queue.push(ManuallyDrop::into_inner(runnable));
        }
        drivers.driving = None;
        let next = std::mem::take(&mut drivers.waiting);
        drop(drivers);
        next.iter().for_each(|driver| driver.wake_thread());
    }

    /// Lets another driver run the tasks, because this thread is about to block. It pushes to the
    /// shared queue until its driver [drives](Self::try_drive) again, and takes its turn when the
    /// other driver leaves.
    #[allow(dead_code, reason = "each runtime uses a part of it")]
    pub(super) fn hand_over(&self) {
        HERE.with(|here| here.running.set(ptr::null()));
        let mut drivers = self.lock();
        let mut here = HERE.with(|here| std::mem::take(&mut *here.queue.borrow_mut()));
        while let Some(runnable) = here.pop_front() {
            self.queue.push(ManuallyDrop::into_inner(runnable));
        }
        let mut next = std::mem::take(&mut drivers.waiting);
        if let Some(own) = drivers.driving.take() {
            drivers.waiting.push(own);
        }
        drop(drivers);
        while let Some(driver) = next.pop() {
            driver.wake_thread();
        }
    }

    /// Returns whether this thread runs the tasks.
    #[allow(dead_code, reason = "each runtime uses a part of it")]
    pub(super) fn is_here(&self) -> bool {
        HERE.with(|here| ptr::eq(here.running.get(), self))
    }

    /// Takes a task from the shared queue.
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
