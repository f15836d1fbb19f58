use core::future::{Future, poll_fn};
use core::marker::PhantomPinned;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use crate::runtime::selected::{Pinned, pinned, poll_spend};
use crate::time::Instant;
use crate::time::sleep::Wait;

/// Ticks once every `period`, at once for the first time.
///
/// Equivalent to `tokio::time::interval`.
///
/// # Panics
///
/// If `period` is zero.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, interval};
///
/// let mut ticks = interval(Duration::from_millis(10));
/// let first = ticks.tick().await;
/// let second = ticks.tick().await;
/// assert_eq!(second - first, Duration::from_millis(10));
/// # });
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(Instant::now(), period)
}

/// Ticks once every `period`, at `start` for the first time.
///
/// Equivalent to `tokio::time::interval_at`.
///
/// # Panics
///
/// If `period` is zero.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, Instant, interval_at};
///
/// let start = Instant::now() + Duration::from_millis(10);
/// let mut ticks = interval_at(start, Duration::from_secs(1));
/// assert_eq!(ticks.tick().await, start);
/// # });
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "`period` must be non-zero.");
    Interval {
        due: start,
        sleep: pinned(Wait::until(start)),
        period,
        missed: MissedTickBehavior::default(),
    }
}

/// The behaviour of an [`Interval`] when ticks were missed because nobody awaited them.
///
/// Equivalent to `tokio::time::MissedTickBehavior`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MissedTickBehavior {
    /// Gives the missed ticks as fast as they are awaited, until it has caught up.
    #[default]
    Burst,
    /// Gives one tick at once and counts the period anew from there.
    Delay,
    /// Gives one tick at once and goes on at the next multiple of the period from the start.
    Skip,
}

impl MissedTickBehavior {
    fn next(self, missed: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            Self::Burst => missed.saturating_add(period),
            Self::Delay => now.saturating_add(period),
            Self::Skip => now.next_of(missed, period),
        }
    }
}

/// A clock that ticks; made by [`interval`] and [`interval_at`].
///
/// Equivalent to `tokio::time::Interval`.
#[derive(Debug)]
pub struct Interval {
    due: Instant,
    // Follows only when it is waited for: a tick that is due at once costs no timer.
    sleep: Pinned<Wait>,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick and gives the time it was due.
    ///
    /// # Cancel safety
    ///
    /// A tick that was not given is given to the next call.
    // An `async fn` would be one more state machine, which firmware has to store.
    pub fn tick(&mut self) -> impl Future<Output = Instant> {
        // As Tokio's, it is not `Unpin`.
        let pinned = PhantomPinned;
        poll_fn(move |cx| {
            let _ = &pinned;
            self.poll_tick(cx)
        })
    }

    /// As [`tick`](Self::tick), for those who poll.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        let due = self.due;
        let now = Instant::now();
        if now < due {
            if self.sleep.deadline() != due {
                self.sleep.as_mut().reset(due);
            }
            ready!(self.sleep.as_mut().poll(cx));
        }
        ready!(poll_spend(cx));
        // A tick that is a little late is not a missed one: timers are that late on every runtime.
        self.due = if now > due.saturating_add(Duration::from_millis(5)) {
            self.missed.next(due, now, self.period)
        } else {
            due.saturating_add(self.period)
        };
        Poll::Ready(due)
    }

    /// Lets the next tick be one period from the present.
    pub fn reset(&mut self) {
        self.reset_after(self.period);
    }

    /// Lets the next tick be now.
    pub fn reset_immediately(&mut self) {
        self.reset_at(Instant::now());
    }

    /// Lets the next tick be `after` from the present.
    pub fn reset_after(&mut self, after: Duration) {
        self.reset_at(Instant::after(after));
    }

    /// Lets the next tick be at `deadline`.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.due = deadline;
        self.sleep.as_mut().reset(deadline);
    }

    /// What happens when ticks are missed.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets what happens when ticks are missed: a burst by default.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }
}
