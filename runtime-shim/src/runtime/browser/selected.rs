//! The page's types, which the public types wrap.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::task::{self, current};
use super::{budget, timers};
use crate::task::Id;
use crate::time::Instant;

pub(crate) type JoinHandle<T> = task::JoinHandle<T>;
pub(crate) type AbortHandle = task::AbortHandle;

/// The timer of a sleep.
#[derive(Debug)]
pub(crate) struct Timer(timers::Timer);

impl Timer {
    pub(crate) fn until(deadline: Instant) -> Self {
        Self(timers::Timer::at(deadline))
    }

    /// Waits until `deadline`, which must be the one it was made with or last reset to.
    pub(crate) fn poll(
        mut self: Pin<&mut Self>,
        _deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        ready!(budget::poll(cx));
        ready!(self.0.poll(cx));
        budget::spend();
        Poll::Ready(())
    }

    /// Moves the deadline. A waiting task is woken at the new one.
    pub(crate) fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        self.0.reset(deadline);
    }
}

/// A timer that is made at its first poll, for timers that are rarely waited for.
#[derive(Debug, Default)]
pub(crate) struct LateTimer(Option<Timer>);

impl LateTimer {
    /// Waits until `deadline`, which must be the same at each poll.
    pub(crate) fn poll(
        mut self: Pin<&mut Self>,
        deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let timer = self.0.get_or_insert_with(|| Timer::until(deadline));
        Pin::new(timer).poll(deadline, cx)
    }
}

/// A sleep that its owner can poll without pinning it. The public one is not [`Unpin`].
pub(crate) type Pinned<T> = Pin<Box<T>>;

pub(crate) fn pinned<T>(sleep: T) -> Pinned<T> {
    Box::pin(sleep)
}

/// Returns ready if the current task may do one more operation that is ready. Otherwise wakes the
/// task for its next turn.
pub(crate) fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
    budget::poll(cx)
}

/// Returns whether the current task may do one more operation of any kind, including those of
/// Tokio's channels.
pub(crate) fn has_budget_remaining() -> bool {
    budget::has_remaining()
}

/// Records that the current task has done an operation.
pub(crate) fn spend_budget() {
    budget::spend();
}

/// Spends one operation of the budget. If none is left, wakes the current task for its next turn.
pub(crate) fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    budget::poll_spend(cx)
}

/// Runs `f`, which polls something, without a limit on its operations.
pub(crate) fn unconstrained<T>(f: impl FnOnce() -> T) -> T {
    budget::unconstrained(f)
}

/// Whether the task had budget left before something else was polled, which may have used it up.
pub(crate) struct Before(bool);

impl Before {
    pub(crate) fn poll() -> Self {
        Self(budget::has_some())
    }

    /// Spends one operation if there was budget for it before.
    pub(crate) fn poll_spend(self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.0 {
            return poll_spend(cx);
        }
        spend_budget();
        Poll::Ready(())
    }
}

/// Returns the id of the task that is being polled.
pub(crate) fn task_id() -> Option<Id> {
    current::task().map(|id| Id::ours(id.get()))
}

pub(crate) fn yield_now() -> impl Future<Output = ()> + Send {
    let mut has_yielded = false;
    poll_fn(move |cx| {
        if has_yielded {
            return Poll::Ready(());
        }
        has_yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}
