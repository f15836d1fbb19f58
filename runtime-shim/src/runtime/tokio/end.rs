//! The end of a runtime, as its threads and its closures see it.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

thread_local! {
    /// Has the end of the runtime that made this thread wait for it. It is the first thread-local
    /// of the thread, so the last whose destructor runs.
    static WAITED: RefCell<Option<Waited>> = const { RefCell::new(None) };
    /// Of the runtime that this thread is inside of.
    static CURRENT: RefCell<Option<Arc<End>>> = const { RefCell::new(None) };
}

/// Whether a runtime has begun to end, and what its end waits for.
#[derive(Debug, Default)]
pub(super) struct End {
    has_begun: AtomicBool,
    /// Closures and threads that are there.
    waited: Mutex<usize>,
    all_gone: Condvar,
}

impl End {
    pub(super) fn begin(&self) {
        self.has_begun.store(true, Ordering::SeqCst);
    }

    /// Has the end wait for what holds this.
    pub(super) fn waits(self: &Arc<Self>) -> Waited {
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Waited(self.clone())
    }

    /// Waits until nothing is left to wait for, at most for `timeout`.
    pub(super) fn wait(&self, timeout: Duration) {
        let waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        drop(
            self.all_gone
                .wait_timeout_while(waited, timeout, |waited| *waited > 0)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Has the end wait for this thread, which the runtime has just made.
    pub(super) fn waits_for_this_thread(self: &Arc<Self>) {
        WAITED.set(Some(self.waits()));
        CURRENT.set(Some(self.clone()));
    }

    /// That of the runtime that this thread is inside of, if we have made that.
    pub(super) fn current() -> Option<Arc<Self>> {
        let end = |current: &RefCell<Option<Arc<Self>>>| current.borrow().clone();
        CURRENT.try_with(end).ok().flatten()
    }

    /// Makes it the current one until the guard is dropped.
    pub(super) fn enter(end: Option<Arc<Self>>) -> impl Drop {
        struct Outer(Option<Arc<End>>);

        impl Drop for Outer {
            fn drop(&mut self) {
                let outer = self.0.take();
                drop(CURRENT.try_with(|current| current.replace(outer)));
            }
        }

        Outer(
            CURRENT
                .try_with(|current| current.replace(end))
                .ok()
                .flatten(),
        )
    }
}

/// The end of the runtime waits until this is dropped.
#[derive(Debug)]
pub(super) struct Waited(Arc<End>);

impl Waited {
    /// Whether the end has begun.
    pub(super) fn is_late(&self) -> bool {
        self.0.has_begun.load(Ordering::SeqCst)
    }
}

impl Drop for Waited {
    fn drop(&mut self) {
        let mut waited = self.0.waited.lock().unwrap_or_else(PoisonError::into_inner);
        *waited -= 1;
        if *waited == 0 {
            self.0.all_gone.notify_all();
        }
    }
}
