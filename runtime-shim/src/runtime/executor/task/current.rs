//! The task that the calling thread polls.

use std::cell::Cell;
use std::num::NonZeroU64;
use std::ptr;
use std::task::Waker;

thread_local! {
    static TASK: Cell<Option<NonZeroU64>> = const { Cell::new(None) };
    /// The data of the waker of the task, while that is being polled and nothing within it was.
    static WAKER: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// The id of the task that is being polled on this thread.
#[inline]
pub(crate) fn task() -> Option<NonZeroU64> {
    TASK.get()
}

/// Makes the task with this id, which is polled with this waker, the current one.
#[inline]
pub(crate) fn set_task(id: u64, waker: &Waker) {
    TASK.set(NonZeroU64::new(id));
    WAKER.set(waker.data());
}

/// Whether this is known to be the waker of the task that is being polled; a no may be wrong.
pub(crate) fn is_of_task(waker: &Waker) -> bool {
    let data = WAKER.get();
    // Anybody's may have none.
    !data.is_null() && ptr::eq(data, waker.data())
}

/// Makes the task that is the current one so again when the guard is dropped.
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
