//! The clock of the page.

use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use portable_browser as js;

/// The time of a page that has just been opened, so that programs can subtract from it: 36 years.
const OPENED: u64 = 1 << 60;

/// Nanoseconds, of which the page was opened at [`OPENED`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Instant(u64);

impl Instant {
    pub(crate) fn now() -> Self {
        // A page is not open for the 104 days after which a nanosecond is lost.
        Self(OPENED + (js::now() * 1e6) as u64)
    }

    pub(crate) fn checked_duration_since(self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0).map(Duration::from_nanos)
    }

    pub(crate) fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn checked_add(self, duration: Duration) -> Option<Self> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        self.0.checked_add(nanos).map(Self)
    }

    pub(crate) fn checked_sub(self, duration: Duration) -> Option<Self> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        self.0.checked_sub(nanos).map(Self)
    }

    /// Returns the milliseconds until this time, rounded up, or zero if it is over.
    pub(super) fn millis_left(self) -> f64 {
        let left = self.saturating_duration_since(Self::now());
        (left.as_nanos() as f64 / 1e6).ceil()
    }
}

// The messages are std's.
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
