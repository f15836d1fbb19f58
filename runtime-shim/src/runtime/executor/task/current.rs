//! The task that the calling thread polls.

use std::cell::Cell;
use std::num::NonZeroU64;
use std::ptr;
use std::task::Waker;

thread_local! {
    // One thread-local instead of two saves each poll the second address.
    static CURRENT: Current = const {
        Current {
            task: Cell::new(None),
            waker: Cell::new(ptr::null()),
        }
    };
}

struct Current {
    task: Cell<Option<NonZeroU64>>,
    /// The data pointer of the current task's waker. It is null outside a poll, and after another
    /// task was polled within this one.
    waker: Cell<*const ()>,
}

impl Current {
    #[inline]
    fn set(&self, task: Option<NonZeroU64>, waker: *const ()) {
        self.task.set(task);
        self.waker.set(waker);
    }
}

/// Returns the id of the current task of this thread.
#[inline]
pub(crate) fn task() -> Option<NonZeroU64> {
    CURRENT.with(|current| current.task.get())
}

/// Makes the task with this id the current one. `waker` is the waker that the task is polled with.
#[inline]
pub(crate) fn set_task(id: u64, waker: &Waker) {
    CURRENT.with(|current| current.set(NonZeroU64::new(id), waker.data()));
}

/// Returns whether `waker` is known to belong to the task that is being polled. `false` may be
/// wrong.
pub(crate) fn is_of_task(waker: &Waker) -> bool {
    let data = CURRENT.with(|current| current.waker.get());
    // Any waker may have a null data pointer.
    !data.is_null() && ptr::eq(data, waker.data())
}

/// Remembers the current task, and makes it the current one again when the guard is dropped.
#[inline]
pub(crate) fn outer_task() -> impl Drop {
    struct Outer(Option<NonZeroU64>);

    impl Drop for Outer {
        #[inline]
        fn drop(&mut self) {
            CURRENT.with(|current| current.set(self.0, ptr::null()));
        }
    }

    Outer(task())
}

/// Makes the task with this id the current one until the guard is dropped.
#[inline]
pub(crate) fn enter_task(id: u64) -> impl Drop {
    let outer = outer_task();
    CURRENT.with(|current| current.set(NonZeroU64::new(id), ptr::null()));
    outer
}
