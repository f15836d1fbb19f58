//! Wakers that are kept for later. They may run any code.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use crate::panics::{contain, ignore};

/// A waker that is stored until an event. When it is woken or dropped, a panic in it goes to the
/// panic hook and no further, because the code that wakes or drops it has nothing to do with the
/// panic.
///
/// A waker may also run any code. So no lock is held, and nothing is borrowed, while one is made,
/// woken or dropped.
#[derive(Debug)]
pub(crate) struct Kept(Option<Waker>);

impl Kept {
    /// Clones the waker of the current task. A panic of its `clone` is a panic of the poll.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Self {
        Self(Some(cx.waker().clone()))
    }

    pub(crate) fn wake(mut self) {
        if let Some(waker) = self.0.take() {
            ignore(contain(|| waker.wake()));
        }
    }

    #[inline]
    pub(crate) fn wake_by_ref(&self) {
        if let Some(waker) = &self.0 {
            ignore(contain(|| waker.wake_by_ref()));
        }
    }

    /// Returns the waker, which is there until it is woken by value.
    pub(crate) fn get(&self) -> Option<&Waker> {
        self.0.as_ref()
    }

    /// Returns whether waking it wakes the current task.
    pub(crate) fn will_wake(&self, cx: &Context<'_>) -> bool {
        self.0
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
    }
}

impl Drop for Kept {
    #[inline]
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            ignore(contain(|| drop(waker)));
        }
    }
}

/// Returns a waker around the current task's, for code that a panicking waker would break.
pub(crate) fn contained(cx: &Context<'_>) -> Waker {
    Waker::from(Arc::new(Contained(Kept::of(cx))))
}

struct Contained(Kept);

impl Wake for Contained {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.wake_by_ref();
    }
}
