//! What the calling thread belongs to.

use std::cell::Cell;
use std::num::NonZeroU64;
use std::ptr;
use std::sync::Arc;
use std::task::Waker;

use super::budget;
use super::scheduler::Scheduler;
use crate::runtime::context::{self, Role, ThreadContext};

thread_local! {
    static SCHEDULER: Cell<Option<Arc<Scheduler>>> = const { Cell::new(None) };
    static TASK: Cell<Option<NonZeroU64>> = const { Cell::new(None) };
    /// The data of the waker of the task, while that is being polled and nothing within it was.
    static WAKER: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// The scheduler whose tasks this thread runs.
#[inline]
pub(super) fn scheduler() -> Option<Arc<Scheduler>> {
    let current = |current: &Cell<Option<Arc<Scheduler>>>| {
        let scheduler = current.take();
        let clone = scheduler.clone();
        current.set(scheduler);
        clone
    };
    SCHEDULER.try_with(current).ok().flatten()
}

/// Makes the thread belong to `scheduler` until the guard is dropped.
pub(super) fn enter(scheduler: &Arc<Scheduler>, role: Role) -> Entered {
    let inner = Some(scheduler.clone());
    Entered {
        _budget: budget::unlimited(),
        outer: SCHEDULER
            .try_with(|current| current.replace(inner))
            .ok()
            .flatten(),
        _context: context::enter(ThreadContext::new(scheduler.kind(), role)),
    }
}

pub(super) struct Entered {
    _budget: budget::Outer,
    outer: Option<Arc<Scheduler>>,
    _context: context::Entered,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let outer = self.outer.take();
        let inner = SCHEDULER.try_with(|current| current.replace(outer));
        drop(inner);
    }
}

/// The id of the task that is being polled on this thread.
#[inline]
pub(super) fn task() -> Option<NonZeroU64> {
    TASK.get()
}

/// Makes the task with this id, which is polled with this waker, the current one.
#[inline]
pub(super) fn set_task(id: u64, waker: &Waker) {
    TASK.set(NonZeroU64::new(id));
    WAKER.set(waker.data());
}

/// Whether this is known to be the waker of the task that is being polled; a no may be wrong.
pub(super) fn is_of_task(waker: &Waker) -> bool {
    let data = WAKER.get();
    // Anybody's may have none.
    !data.is_null() && ptr::eq(data, waker.data())
}

/// Makes the task that is the current one so again when the guard is dropped.
#[inline]
pub(super) fn outer_task() -> impl Drop {
    struct Outer(Option<NonZeroU64>);

    impl Drop for Outer {
        #[inline]
        fn drop(&mut self) {
            TASK.set(self.0);
            WAKER.set(ptr::null());
        }
    }

    Outer(TASK.get())
}

/// Makes the task with this id the current one until the guard is dropped.
#[inline]
pub(super) fn enter_task(id: u64) -> impl Drop {
    let outer = outer_task();
    TASK.set(NonZeroU64::new(id));
    WAKER.set(ptr::null());
    outer
}
