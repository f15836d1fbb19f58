//! The firmware's clock.

use core::ops::{Add, AddAssign, Sub, SubAssign};
use core::time::Duration;

#[cfg(feature = "embassy")]
use embassy_time::TICK_HZ;

/// No clock ticks in a build without a runtime.
#[cfg(not(feature = "embassy"))]
const TICK_HZ: u64 = 1_000_000;

const NANOS: u64 = 1_000_000_000;

/// Ticks since the start.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Instant(u64);

/// As many as pass before the end of `duration` and the one at it, or `u64::MAX`.
const fn ticks(duration: Duration) -> u64 {
    let nanos = duration.subsec_nanos();
    let rest = if NANOS.is_multiple_of(TICK_HZ) {
        // In 32 bits, which are cheaper to divide.
        nanos.div_ceil((NANOS / TICK_HZ) as u32) as u64
    } else {
        // Less than 2^30 by what is less than 2^34, the fastest that embassy-time knows.
        (nanos as u64 * TICK_HZ).div_ceil(NANOS)
    };
    duration
        .as_secs()
        .saturating_mul(TICK_HZ)
        .saturating_add(rest)
}

/// What has passed for certain when so many ticks have been seen.
const fn duration(ticks: u64) -> Duration {
    let rest = ticks % TICK_HZ;
    let nanos = if NANOS.is_multiple_of(TICK_HZ) {
        rest as u32 * (NANOS / TICK_HZ) as u32
    } else {
        (rest * NANOS / TICK_HZ) as u32
    };
    Duration::new(ticks / TICK_HZ, nanos)
}

impl Instant {
    #[cfg(feature = "embassy")]
    pub(crate) fn now() -> Self {
        Self(embassy_time::Instant::now().as_ticks())
    }

    #[cfg(not(feature = "embassy"))]
    #[track_caller]
    pub(crate) fn now() -> Self {
        super::none()
    }

    #[cfg(feature = "embassy")]
    pub(crate) fn native(self) -> embassy_time::Instant {
        embassy_time::Instant::from_ticks(self.0)
    }

    pub(crate) fn checked_duration_since(self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0).map(duration)
    }

    pub(crate) fn saturating_duration_since(self, earlier: Self) -> Duration {
        duration(self.0.saturating_sub(earlier.0))
    }

    #[track_caller]
    pub(crate) fn elapsed(self) -> Duration {
        Self::now().saturating_duration_since(self)
    }

    pub(crate) fn checked_add(self, duration: Duration) -> Option<Self> {
        self.0.checked_add(ticks(duration)).map(Self)
    }

    pub(crate) fn checked_sub(self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(ticks(duration)).map(Self)
    }

    pub(crate) fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(ticks(duration)))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    #[track_caller]
    fn add(self, duration: Duration) -> Self {
        self.checked_add(duration)
            .expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for Instant {
    #[track_caller]
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    #[track_caller]
    fn sub(self, duration: Duration) -> Self {
        self.checked_sub(duration)
            .expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for Instant {
    #[track_caller]
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}
