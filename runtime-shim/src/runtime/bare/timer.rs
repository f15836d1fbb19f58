//! The timer of a sleep: the firmware's time driver.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use crate::time::Instant;

/// Who waits. The deadline is the sleep's.
#[derive(Default)]
pub(crate) struct Timer(Option<Waker>);

/// One that takes no step before its first poll either.
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

    /// Wakes whoever waits at `deadline`, too.
    pub(crate) fn reset(self: Pin<&mut Self>, deadline: Instant) {
        if let Some(waker) = &self.0 {
            wake_at(deadline, &mut Context::from_waker(waker));
        }
    }
}

// In one place, where what a timer does at its later polls is left out.
#[cfg(feature = "embassy")]
#[inline(never)]
fn wake_at(deadline: Instant, cx: &mut Context<'_>) {
    use core::future::Future;

    // A timer of embassy-time's asks the driver to wake whoever polls it, and is not in the driver
    // itself: it can be dropped then. At once if the deadline has passed meanwhile.
    let mut timer = embassy_time::Timer::at(deadline.0.native());
    let _pending = Pin::new(&mut timer).poll(cx);
}

#[cfg(not(feature = "embassy"))]
fn wake_at(_deadline: Instant, _cx: &mut Context<'_>) {
    super::none()
}
