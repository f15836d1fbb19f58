//! A thread inside `block_on`, as those see it who wake it.

use std::cell::Cell;
use std::ptr;
use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};

use super::sync::atomic::{AtomicBool, Ordering};
use super::sync::{Mutex, thread_local};

thread_local! {
    /// The driver whose turn it is on this thread.
    static INSIDE: Cell<*const Driver> = const { Cell::new(ptr::null()) };
}

/// A call of `block_on`. As a waker it wakes the future of the call.
#[derive(Debug, Default)]
pub(super) struct Driver {
    /// Whether the future of the call is to be polled.
    main: AtomicBool,
    /// Wakes the thread.
    thread: Mutex<Option<Waker>>,
}

impl Driver {
    /// Wakes the thread, unless this is that thread and it is going to look anyway.
    pub(super) fn wake_thread(&self) {
        if !ptr::eq(INSIDE.with(Cell::get), self) {
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(waker) = &*thread {
                waker.wake_by_ref();
            }
        }
    }

    /// Begins a turn of this thread, which ends when the guard is dropped. From here on `waker` wakes the
    /// thread.
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

    /// Has the future of the call be polled.
    pub(super) fn set_woken(&self) {
        self.main.store(true, Ordering::SeqCst);
    }

    /// Whether the future has been woken since this was asked last.
    pub(super) fn take_woken(&self) -> bool {
        self.main.swap(false, Ordering::SeqCst)
    }

    /// Whether the future has been woken, as far as this thread knows.
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
