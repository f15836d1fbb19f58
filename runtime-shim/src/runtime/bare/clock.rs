//! The firmware's clock.

use core::num::NonZero;
use core::ops::{Add, AddAssign, Sub, SubAssign};
use core::time::Duration;

#[cfg(feature = "embassy")]
use embassy_time::TICK_HZ;

/// A build without a runtime has no clock, so the rate does not matter.
#[cfg(not(feature = "embassy"))]
const TICK_HZ: u64 = 1_000_000;

const NANOS: u64 = 1_000_000_000;

/// Ticks since the start.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Instant(u64);

/// Converts a duration to ticks, rounded up, or `u64::MAX` if there are too many.
const fn ticks<const HZ: u64>(duration: Duration) -> u64 {
    let nanos = duration.subsec_nanos();
    let rest = if NANOS.is_multiple_of(HZ) {
        // Uses 32 bits, which are cheaper to divide.
        nanos.div_ceil((NANOS / HZ) as u32) as u64
    } else {
        // The product fits: the nanoseconds are below 2^30, and embassy-time's fastest rate is
        // below 2^34.
        (nanos as u64 * HZ).div_ceil(NANOS)
    };
    duration.as_secs().saturating_mul(HZ).saturating_add(rest)
}

/// Converts ticks to a duration, rounded down: this time has certainly passed.
const fn duration<const HZ: u64>(ticks: u64) -> Duration {
    let rest = ticks % HZ;
    let nanos = if NANOS.is_multiple_of(HZ) {
        rest as u32 * (NANOS / HZ) as u32
    } else {
        (rest * NANOS / HZ) as u32
    };
    Duration::new(ticks / HZ, nanos)
}

/// Returns `dividend % divisor` without the compiler's function for 64 bits, so that its 600 bytes
/// are not in the image.
///
/// Most calls need only 32 bits. For a divisor of zero the result is zero.
fn remainder(dividend: u64, divisor: u64) -> u64 {
    if let (Ok(dividend), Ok(divisor)) = (u32::try_from(dividend), u32::try_from(divisor)) {
        return NonZero::new(divisor)
            .map_or(0, |divisor| dividend % divisor)
            .into();
    }
    let (mut rest, mut step) = (dividend, divisor);
    while step <= rest >> 1 && step > 0 {
        step <<= 1;
    }
    while step >= divisor && step > 0 {
        if rest >= step {
            rest -= step;
        }
        step >>= 1;
    }
    rest
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
        self.0.checked_sub(earlier.0).map(duration::<TICK_HZ>)
    }

    pub(crate) fn saturating_duration_since(self, earlier: Self) -> Duration {
        duration::<TICK_HZ>(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn checked_add(self, duration: Duration) -> Option<Self> {
        self.0.checked_add(ticks::<TICK_HZ>(duration)).map(Self)
    }

    pub(crate) fn checked_sub(self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(ticks::<TICK_HZ>(duration)).map(Self)
    }

    // This is not inlined at every deadline, because a 64-bit multiplication is long on a 32-bit
    // processor.
    #[inline(never)]
    pub(crate) fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(ticks::<TICK_HZ>(duration)))
    }

    /// Returns the first point after this one that is a multiple of `period` from `start`. `start`
    /// must not be later than this point.
    pub(crate) fn next_of(self, start: Self, period: Duration) -> Self {
        let period = ticks::<TICK_HZ>(period);
        let late = remainder(self.0.saturating_sub(start.0), period);
        Self(self.0.saturating_add(period - late))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    #[track_caller]
    fn add(self, duration: Duration) -> Self {
        let sum = self.saturating_add(duration);
        assert!(sum.0 < u64::MAX, "overflow when adding duration to instant");
        sum
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

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec;

    use super::*;

    fn both_ways<const HZ: u64>() {
        // At this rate whole seconds are whole ticks, and most fractions are not.
        for nanos in [
            0,
            1,
            999,
            1_000,
            30_517,
            30_518,
            1_000_000,
            10_000_001,
            999_999_999,
        ] {
            for secs in [0, 1, 59, 86_400, 1_000_000_000] {
                let asked = Duration::new(secs, nanos);
                let ticks = ticks::<HZ>(asked);
                let exact = asked.as_nanos() * u128::from(HZ);
                assert_eq!(
                    u128::from(ticks),
                    exact.div_ceil(1_000_000_000),
                    "{asked:?} at {HZ} Hz"
                );
                let back = u128::from(ticks) * 1_000_000_000 / u128::from(HZ);
                assert_eq!(duration::<HZ>(ticks).as_nanos(), back, "{ticks} at {HZ} Hz");
            }
        }
        assert_eq!(ticks::<HZ>(Duration::ZERO), 0);
        let most = u128::from(u64::MAX) * u128::from(HZ);
        let most = most.saturating_add(u128::from(HZ));
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        assert_eq!(ticks::<HZ>(Duration::MAX), most);
    }

    #[test]
    fn durations_are_rounded_up_to_ticks_and_ticks_down_to_durations() {
        both_ways::<1>();
        both_ways::<100>();
        both_ways::<1_000>();
        both_ways::<32_768>();
        both_ways::<1_000_000>();
        both_ways::<84_000_000>();
        both_ways::<1_000_000_000>();
        both_ways::<5_242_880_000>();
    }

    #[test]
    fn the_remainder_is_that_of_the_operator() {
        let mut numbers = vec![
            1,
            2,
            3,
            10,
            999,
            1 << 31,
            u64::from(u32::MAX),
            1 << 32,
            u64::MAX,
        ];
        numbers.extend((1..40).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (n % 60)));
        for divisor in numbers.iter().copied().filter(|divisor| *divisor > 0) {
            for dividend in numbers.iter().copied().chain([0, divisor - 1]) {
                assert_eq!(remainder(dividend, divisor), dividend % divisor);
            }
        }
    }

    #[test]
    fn the_next_tick_is_a_whole_number_of_periods_from_the_start() {
        let second = ticks::<TICK_HZ>(Duration::from_secs(1));
        for (now, next) in [(0, 1), (1, 2), (second - 1, second), (second, second + 1)] {
            let period = duration::<TICK_HZ>(1);
            assert_eq!(Instant(now).next_of(Instant(0), period), Instant(next));
        }
        let late = Instant(7 + 5 * second / 2);
        let next = Instant(7 + 3 * second);
        assert_eq!(late.next_of(Instant(7), Duration::from_secs(1)), next);
        let never = Instant(u64::MAX);
        assert_eq!(late.next_of(Instant(7), Duration::MAX), never);
    }

    #[test]
    fn a_deadline_beyond_the_clock_is_its_end() {
        let late = Instant(u64::MAX - 1);
        assert_eq!(
            late.saturating_add(Duration::from_secs(1)),
            Instant(u64::MAX)
        );
        assert_eq!(late.checked_add(Duration::from_secs(1)), None);
        assert_eq!(Instant(3).checked_duration_since(Instant(4)), None);
        assert_eq!(
            Instant(3).saturating_duration_since(Instant(4)),
            Duration::ZERO
        );
    }
}
