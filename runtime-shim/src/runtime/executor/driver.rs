//! A thread inside `block_on`, as the threads that wake it see it.

use std::cell::Cell;
use std::ptr;
use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};

use super::sync::atomic::{AtomicBool, Ordering};
use super::sync::{Mutex, thread_local};

thread_local! {
    /// The driver whose turn runs on this thread.
    static INSIDE: Cell<*const Driver> = const { Cell::new(ptr::null()) };
}

/// One call of `block_on`. It is the waker of the future of the call.
#[derive(Debug, Default)]
pub(super) struct Driver {
    /// True if the future of the call must be polled.
    main: AtomicBool,
    /// The waker of the thread.
    thread: Mutex<Option<Waker>>,
}

impl Driver {
    /// Wakes the thread. Does nothing on the thread itself during a turn, which checks for work
    /// anyway.
    pub(super) fn wake_thread(&self) {
        if !ptr::eq(INSIDE.with(Cell::get), self) {
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(waker) = &*thread {
                waker.wake_by_ref();
            }
        }
    }

    /// Begins a turn of this thread, which ends when the guard is dropped. From here on `waker`
    /// wakes the thread.
    pub(super) fn begin_turn(&self, waker: &Waker) -> impl Drop + use<> {
        struct Outside;

        impl Drop for Outside {
            fn drop(&mut self) {
                INSIDE.with(|inside| inside.set(ptr::null()));
            }
        }

        self.set_thread(waker);
        INSIDE.with(|inside| inside.set(self));
        Outside
    }

    fn set_thread(&self, waker: &Waker) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if !thread
            .as_ref()
            .is_some_and(|thread| thread.will_wake(waker))
        {
            *thread = Some(waker.clone());
        }
    }

    /// Marks the future of the call as woken, so that it is polled.
    pub(super) fn set_woken(&self) {
        self.main.store(true, Ordering::SeqCst);
    }

    /// Returns whether the future has been woken since the last call of this method.
    pub(super) fn take_woken(&self) -> bool {
        self.main.swap(false, Ordering::SeqCst)
    }

    /// Returns whether the future has been woken, as far as this thread knows.
    pub(super) fn is_woken(&self) -> bool {
        self.main.load(Ordering::Relaxed)
    }
}

impl Wake for Driver {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.main.swap(true, Ordering::SeqCst) {
            self.wake_thread();
        }
    }
}
