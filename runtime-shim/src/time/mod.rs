//! Sleeping, timeouts and intervals.
//!
//! [`sleep`] waits, [`timeout`] limits the time of another future, and [`interval`] ticks.
//!
//! - A deadline is fixed when the function is called, not when the future is first polled.
//! - A timer never fires early. How late it may be depends on the runtime. Tokio's clock ticks once
//!   a millisecond and rounds up, so a sleep takes 1 to 2 ms longer than asked. The others are late
//!   by some ten microseconds. Do not rely on less than 2 ms.
//! - A duration that is too long for the clock waits for ever.
//! - A duration of zero gives the other tasks one turn.
//! - The futures work under any waker, in any combinator and on any executor.
//!
//! Without the feature `std`, on a microcontroller, the firmware provides the clock and the timers.
//! Durations are rounded up to whole ticks, and the time driver determines how late a sleep may be.
//! Under a waker of another executor than Embassy's, a timer needs one of embassy-time's features
//! `generic-queue-8` to `generic-queue-128`. `timeout`, and `join` and `select` of `portable`, pass
//! on the task's own waker and need none of them.

pub mod error;

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "test-util")]
mod clock;
mod instant;
mod interval;
mod sleep;
mod timeout;

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub use self::clock::{Hold, advance, hold, pause, resume};
pub use self::instant::Instant;
pub use self::interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use self::sleep::{Sleep, sleep, sleep_until};
pub use self::timeout::{Timeout, timeout, timeout_at};
pub use core::time::Duration;
