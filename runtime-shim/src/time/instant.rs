use core::ops::{Add, AddAssign, Sub, SubAssign};
use core::time::Duration;

#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
use crate::runtime::Instant as Inner;
#[cfg(not(feature = "std"))]
use crate::runtime::clock::Instant as Inner;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
use std::time::Instant as Inner;

/// A measurement of a clock that never goes back.
///
/// Equivalent to `tokio::time::Instant`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "std")]
/// # {
/// use portable::time::{Duration, Instant};
///
/// let start = Instant::now();
/// assert!(start + Duration::from_secs(1) > start);
/// assert!(start.elapsed() < Duration::from_secs(60));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant(pub(crate) Inner);

impl Instant {
    /// Returns the current time.
    ///
    /// With the feature `test-util`, this is the time of the clock of the runtime that this thread
    /// belongs to, which `time::pause` stops.
    #[inline]
    pub fn now() -> Self {
        #[cfg(any(
            not(feature = "test-util"),
            all(feature = "wasm", target_family = "wasm", target_os = "unknown")
        ))]
        return Self(Inner::now());
        #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
        #[cfg(feature = "test-util")]
        Self(crate::runtime::clock::now())
    }

    /// Converts an instant of the standard library.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "std")]
    pub fn from_std(std: std::time::Instant) -> Self {
        Self(std)
    }

    /// Converts to an instant of the standard library.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "std")]
    pub fn into_std(self) -> std::time::Instant {
        self.0
    }

    /// Returns the time from `earlier` to this instant, or zero if `earlier` is later.
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }

    /// Returns the time from `earlier` to this instant, or `None` if `earlier` is later.
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_duration_since(earlier.0)
    }

    /// Returns the time from `earlier` to this instant, or zero if `earlier` is later.
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }

    /// Returns the time since this instant.
    pub fn elapsed(&self) -> Duration {
        Self::now().duration_since(*self)
    }

    /// Adds `duration`. Returns `None` if the clock cannot represent the result.
    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    /// Subtracts `duration`. Returns `None` if the clock cannot represent the result.
    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }

    /// Returns the deadline that is `duration` from now.
    #[inline]
    pub(crate) fn after(duration: Duration) -> Self {
        Self::now().saturating_add(duration)
    }

    /// Adds `duration`. Returns a point in the far future if the clock cannot represent the result.
    #[inline]
    pub(crate) fn saturating_add(self, duration: Duration) -> Self {
        #[cfg(not(feature = "std"))]
        return Self(self.0.saturating_add(duration));
        // Compares only the seconds, which is cheaper than comparing durations.
        #[cfg(feature = "std")]
        return Self(if duration.as_secs() < THIRTY_YEARS.as_secs() {
            self.0 + duration
        } else {
            self.0 + THIRTY_YEARS
        });
    }

    /// Returns the first point after this one that is a multiple of `period` from `start`. `start`
    /// must not be later than this point.
    pub(crate) fn next_of(self, start: Self, period: Duration) -> Self {
        #[cfg(not(feature = "std"))]
        return Self(self.0.next_of(start.0, period));
        #[cfg(feature = "std")]
        {
            let late = (self - start).as_nanos() % period.as_nanos();
            // Less than the period, which is a `Duration`, so it fits.
            let late = Duration::new((late / 1_000_000_000) as u64, (late % 1_000_000_000) as u32);
            self.saturating_add(period - late)
        }
    }
}

/// A span that every platform's clock can represent. Some clocks end within a few hundred years.
#[cfg(feature = "std")]
const THIRTY_YEARS: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
impl From<std::time::Instant> for Instant {
    fn from(std: std::time::Instant) -> Self {
        Self(std)
    }
}

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
impl From<Instant> for std::time::Instant {
    fn from(instant: Instant) -> Self {
        instant.0
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        self.0 += duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0 - duration)
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        self.0 -= duration;
    }
}
