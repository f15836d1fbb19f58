//! The timer of a sleep, based on the firmware's time driver.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use crate::time::Instant;

/// The waker of the waiting task. The sleep itself keeps the deadline.
#[derive(Default)]
pub(crate) struct Timer(Option<Waker>);

/// A timer that does nothing before its first poll. `Timer` does nothing either.
pub(crate) type LateTimer = Timer;

impl Timer {
    pub(crate) fn until(_deadline: Instant) -> Self {
        Self(None)
    }

    /// Waits until `deadline`.
    pub(crate) fn poll(
        mut self: Pin<&mut Self>,
        deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if Instant::now() >= deadline {
            return Poll::Ready(());
        }
        wake_at(deadline, cx);
        match &mut self.0 {
            Some(waker) => waker.clone_from(cx.waker()),
            waiting => *waiting = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Also wakes the waiting task at the new `deadline`.
    pub(crate) fn reset(self: Pin<&mut Self>, deadline: Instant) {
        if let Some(waker) = &self.0 {
            wake_at(deadline, &mut Context::from_waker(waker));
        }
    }
}

// Kept in one place, so that the compiler drops the code for later polls of embassy-time's timer.
#[cfg(feature = "embassy")]
#[inline(never)]
fn wake_at(deadline: Instant, cx: &mut Context<'_>) {
    use core::future::Future;

    // A timer of embassy-time asks the driver to wake the current task, and is not itself in the
    // driver, so it can be dropped here. If the deadline has passed in the meantime, the task is
    // woken at once.
    let mut timer = embassy_time::Timer::at(deadline.0.native());
    let _pending = Pin::new(&mut timer).poll(cx);
}

#[cfg(not(feature = "embassy"))]
fn wake_at(_deadline: Instant, _cx: &mut Context<'_>) {
    super::none()
}
