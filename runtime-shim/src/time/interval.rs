use core::future::{Future, poll_fn};
use core::marker::PhantomPinned;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use crate::runtime::selected::{Pinned, pinned, poll_spend};
use crate::time::Instant;
use crate::time::sleep::Wait;

/// Creates an [`Interval`] that ticks at once and then every `period`.
///
/// Equivalent to `tokio::time::interval`.
///
/// # Panics
///
/// Panics if `period` is zero.
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

/// Creates an [`Interval`] that ticks at `start` and then every `period`.
///
/// Equivalent to `tokio::time::interval_at`.
///
/// # Panics
///
/// Panics if `period` is zero.
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

/// The behaviour of an [`Interval`] after missed ticks, which no task awaited in time.
///
/// Equivalent to `tokio::time::MissedTickBehavior`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MissedTickBehavior {
    /// Returns the missed ticks as fast as they are awaited, until the interval has caught up.
    #[default]
    Burst,
    /// Returns one tick at once. The next one follows after a whole period.
    Delay,
    /// Returns one tick at once. The next one follows at the next multiple of the period from the
    /// start.
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

/// A stream of ticks, made by [`interval`] and [`interval_at`].
///
/// Equivalent to `tokio::time::Interval`.
#[derive(Debug)]
pub struct Interval {
    due: Instant,
    // Set only when a tick has to be waited for: a tick that is due at once costs no timer.
    sleep: Pinned<Wait>,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick and returns the time at which it was due.
    ///
    /// # Cancel safety
    ///
    /// A tick that a dropped future had not returned is returned by the next call.
    // This is not an `async fn`, which would be one more state machine for firmware to store.
    pub fn tick(&mut self) -> impl Future<Output = Instant> {
        // Tokio's future is not `Unpin` either.
        let pinned = PhantomPinned;
        poll_fn(move |cx| {
            let _ = &pinned;
            self.poll_tick(cx)
        })
    }

    /// Returns the `poll` form of [`tick`](Self::tick).
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
        // A tick that is a little late does not count as missed: timers are that late on every
        // runtime.
        self.due = if now > due.saturating_add(Duration::from_millis(5)) {
            self.missed.next(due, now, self.period)
        } else {
            due.saturating_add(self.period)
        };
        Poll::Ready(due)
    }

    /// Sets the next tick to one period from now.
    pub fn reset(&mut self) {
        self.reset_after(self.period);
    }

    /// Sets the next tick to now.
    pub fn reset_immediately(&mut self) {
        self.reset_at(Instant::now());
    }

    /// Sets the next tick to `after` from now.
    pub fn reset_after(&mut self, after: Duration) {
        self.reset_at(Instant::after(after));
    }

    /// Sets the next tick to `deadline`.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.due = deadline;
        self.sleep.as_mut().reset(deadline);
    }

    /// Returns the behaviour after missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets the behaviour after missed ticks. The default is a burst.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// Returns the time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }
}
