//! Wakers that are kept for others, whose code is anyone's.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use crate::panics::{contain, ignore};

/// A waker that somebody waits with. A panic of it, be it woken or dropped, is told by the panic hook
/// and goes no further: whoever wakes or drops it has nothing to do with it.
///
/// It may run anything, too. So no lock is held and nothing is borrowed where one is made, woken or
/// dropped.
#[derive(Debug)]
pub(crate) struct Kept(Option<Waker>);

impl Kept {
    /// The waker of whoever polls. Its `clone` may panic, which is then a panic of the poll.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Self {
        Self(Some(cx.waker().clone()))
    }

    pub(crate) fn wake(mut self) {
        if let Some(waker) = self.0.take() {
            ignore(contain(|| waker.wake()));
        }
    }

    fn wake_by_ref(&self) {
        if let Some(waker) = &self.0 {
            ignore(contain(|| waker.wake_by_ref()));
        }
    }

    /// Whether to wake it is to wake whoever polls.
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

/// A waker around one of others, for code that does not outlive a panic of a waker.
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
