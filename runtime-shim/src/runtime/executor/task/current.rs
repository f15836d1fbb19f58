//! The task that the calling thread polls.

use std::cell::Cell;
use std::num::NonZeroU64;
use std::ptr;
use std::task::Waker;

thread_local! {
    static TASK: Cell<Option<NonZeroU64>> = const { Cell::new(None) };
    /// The data pointer of the current task's waker. It is null outside a poll, and after another
    /// task was polled within this one.
    static WAKER: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// Returns the id of the current task of this thread.
#[inline]
pub(crate) fn task() -> Option<NonZeroU64> {
    TASK.get()
}

/// Makes the task with this id the current one. `waker` is the waker that the task is polled with.
#[inline]
pub(crate) fn set_task(id: u64, waker: &Waker) {
    TASK.set(NonZeroU64::new(id));
    WAKER.set(waker.data());
}

/// Returns whether `waker` is known to belong to the task that is being polled. `false` may be
/// wrong.
pub(crate) fn is_of_task(waker: &Waker) -> bool {
    let data = WAKER.get();
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
            TASK.set(self.0);
            WAKER.set(ptr::null());
        }
    }

    Outer(TASK.get())
}

/// Makes the task with this id the current one until the guard is dropped.
#[inline]
pub(crate) fn enter_task(id: u64) -> impl Drop {
    let outer = outer_task();
    TASK.set(NonZeroU64::new(id));
    WAKER.set(ptr::null());
    outer
}
