//! The time as a number, so that it fits into an atomic.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Returns the time in nanoseconds since the first call.
#[inline]
pub(super) fn now() -> u64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();

    let now = Instant::now();
    let first = *FIRST.get_or_init(|| now);
    let since = now.saturating_duration_since(first);
    since.as_secs() * 1_000_000_000 + u64::from(since.subsec_nanos())
}

/// Returns the time between two calls of [`now`], or zero if `from` is the later one.
pub(super) fn between(from: u64, to: u64) -> Duration {
    Duration::from_nanos(to.saturating_sub(from))
}
