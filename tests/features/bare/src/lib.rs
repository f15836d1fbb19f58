//! The tasks of a firmware, without an operating system, and without an allocator if the feature
//! `alloc` is off.

#![no_std]

use core::sync::atomic::{AtomicU32, Ordering};

use portable::time::{Duration, sleep};

/// Blinks, and returns how often.
#[portable::task(pool_size = 2)]
pub async fn blink(times: u32, period: Duration) -> u32 {
    for _ in 0..times {
        sleep(period).await;
    }
    times
}

/// Counts for ever.
#[portable::task]
pub async fn count(counter: &'static AtomicU32, period: Duration) -> ! {
    loop {
        counter.fetch_add(1, Ordering::Relaxed);
        sleep(period).await;
    }
}
