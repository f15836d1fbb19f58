//! The selected runtime's types, which the public types wrap.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::backend::{LocalTasks, yield_by};
use super::{AsyncRuntime, AsyncSleep, Backend, Selected};
use crate::task::Id;
use crate::time::Instant;

#[cfg(not(feature = "rayon"))]
pub(crate) type JoinHandle<T> = <Selected as AsyncRuntime>::JoinHandle<T>;
#[cfg(not(feature = "rayon"))]
pub(crate) type AbortHandle = <Selected as AsyncRuntime>::AbortHandle;
#[cfg(feature = "rayon")]
pub(crate) use super::compute::{AbortHandle, JoinHandle};

/// Wraps the handle of a task of the runtime.
#[inline(always)]
pub(crate) fn handle<T>(task: <Selected as AsyncRuntime>::JoinHandle<T>) -> JoinHandle<T> {
    #[cfg(feature = "rayon")]
    return JoinHandle::Task(task);
    #[cfg(not(feature = "rayon"))]
    task
}

/// The tasks of a `LocalSet`.
pub(crate) type LocalSet = <Selected as Backend>::LocalSet;
/// The guard of a `LocalSet` that was entered.
pub(crate) type LocalSetEntered = <LocalSet as LocalTasks>::Entered;

pin_project! {
    /// The timer of a sleep.
    pub(crate) struct Timer {
        #[pin]
        sleep: <Selected as AsyncRuntime>::Sleep,
    }
}

impl Timer {
    #[inline]
    pub(crate) fn until(deadline: Instant) -> Self {
        Self {
            sleep: Selected::default().sleep_until(deadline),
        }
    }

    /// Waits until `deadline`, which must be the one it was made with or last reset to.
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, _deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        self.project().sleep.poll(cx)
    }

    /// Moves the deadline. A waiting task is woken at the new one.
    #[inline]
    pub(crate) fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().sleep.reset(deadline);
    }
}

pin_project! {
    /// A timer that is made at its first poll, for timers that are rarely waited for.
    #[derive(Default)]
    pub(crate) struct LateTimer {
        #[pin]
        timer: Option<Timer>,
    }
}

impl LateTimer {
    /// Waits until `deadline`, which must be the same at each poll.
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let mut timer = self.project().timer;
        if timer.is_none() {
            timer.set(Some(Timer::until(deadline)));
        }
        match timer.as_pin_mut() {
            Some(timer) => timer.poll(deadline, cx),
            None => Poll::Ready(()),
        }
    }
}

/// A sleep that its owner can poll without pinning it. The public one is not [`Unpin`].
pub(crate) type Pinned<T> = Pin<Box<T>>;

#[inline]
pub(crate) fn pinned<T>(sleep: T) -> Pinned<T> {
    Box::pin(sleep)
}

/// Returns ready if the current task may do one more operation that is ready. Otherwise wakes the
/// task for its next turn.
#[inline]
pub(crate) fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
    Selected::default().poll_budget(cx)
}

#[inline]
pub(crate) fn has_budget() -> bool {
    Selected::default().has_budget()
}

/// Returns whether the current task may do one more operation of any kind, including those of
/// Tokio's channels.
#[inline]
pub(crate) fn has_budget_remaining() -> bool {
    Selected::default().has_budget_remaining()
}

/// Records that the current task has done an operation.
#[inline]
pub(crate) fn spend_budget() {
    Selected::default().spend_budget();
}

/// Spends one operation of the budget. If none is left, wakes the current task for its next turn.
#[inline]
pub(crate) fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    Selected::default().poll_spend(cx)
}

/// Whether the task had budget left before something else was polled, which may have used it up.
pub(crate) struct Before(bool);

impl Before {
    #[inline]
    pub(crate) fn poll() -> Self {
        Self(has_budget())
    }

    /// Spends one operation if there was budget for it before.
    #[inline]
    pub(crate) fn poll_spend(self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.0 {
            return poll_spend(cx);
        }
        spend_budget();
        Poll::Ready(())
    }
}

/// Runs `f`, which polls something, without a limit on its operations.
#[inline]
pub(crate) fn unconstrained<T>(f: impl FnOnce() -> T) -> T {
    Selected::default().unconstrained(f)
}

/// Returns the id of the task that is being polled.
#[inline]
pub(crate) fn task_id() -> Option<Id> {
    Selected::default().task_id()
}

#[inline]
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send {
    yield_by(Selected::default())
}
