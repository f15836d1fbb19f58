//! Timers, based on async-io.

use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use portable_reactor::Timer;

use super::super::budget;
use super::super::task::foreign;
use super::started;
use crate::runtime::AsyncSleep;
use crate::time::Instant;

/// A timer of async-io.
#[derive(Debug)]
pub struct Sleep {
    timer: Timer,
}

// No caller can see a timer that a panic has left half done. The timers of all runtimes are unwind
// safe.
impl UnwindSafe for Sleep {}
impl RefUnwindSafe for Sleep {}

impl Sleep {
    pub(in crate::runtime) fn until(deadline: Instant) -> Self {
        Self {
            timer: Timer::at(deadline.into_std()),
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !foreign::is_ours(cx.waker()) {
            // async-io drops wakers while it holds the lock of all timers.
            return foreign::poll(self, cx);
        }
        started::assert_starts();
        ready!(budget::poll(cx));
        ready!(Pin::new(&mut self.timer).poll(cx));
        budget::spend();
        Poll::Ready(())
    }
}

impl AsyncSleep for Sleep {
    fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        self.timer.set_at(deadline.into_std());
    }
}
