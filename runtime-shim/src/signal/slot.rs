//! The slot in which one listener waits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use super::hub::{Listener, Number};
use crate::runtime::selected::{poll_budget, spend_budget};
use crate::waker::Kept;

/// The last signal that was not taken yet, and the waker for the next one.
#[derive(Debug, Default)]
pub(super) struct Slot(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    told: Option<Number>,
    waker: Option<Kept>,
}

impl Slot {
    /// Polls for the signals that have come, as one. The caller still has to report to the hub that
    /// they were taken.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Number> {
        ready!(poll_budget(cx));
        let waker = Kept::of(cx);
        let mut state = self.lock();
        if let Some(number) = state.told.take() {
            drop(state);
            spend_budget();
            return Poll::Ready(number);
        }
        let old = state.waker.replace(waker);
        drop(state);
        drop(old);
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Slot {
    fn tell(&self, number: Number) {
        let mut state = self.lock();
        state.told = Some(number);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
