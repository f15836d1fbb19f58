//! Time.
//!
//! [`sleep`] waits, [`timeout`] limits another future, [`interval`] ticks.
//!
//! - A deadline is fixed when the function is called, not when the future is first polled.
//! - It is never early. How late it may be depends on the runtime: Tokio's clock ticks once a
//!   millisecond and rounds up, so a sleep takes 1 to 2 ms longer than asked; the others are
//!   late by some ten microseconds. Do not build on less than 2 ms.
//! - A duration that is too long for the clock waits for ever.
//! - A duration of zero gives the other tasks one turn.
//! - The futures work under any waker, in any combinator and on any executor.
//!
//! Without the feature `std`, on a microcontroller, the clock and the timers are the firmware's: a
//! duration is rounded up to whole ticks, how late a sleep may be depends on the time driver, and under
//! a waker that is not of Embassy's executor a timer needs one of embassy-time's features
//! `generic-queue-8` to `generic-queue-128`. `timeout`, and what `portable` has of `join` and `select`,
//! pass the task's own waker on and need none.

pub mod error;

mod instant;
mod interval;
mod sleep;
mod timeout;

pub use self::instant::Instant;
pub use self::interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use self::sleep::{Sleep, sleep, sleep_until};
pub use self::timeout::{Timeout, timeout, timeout_at};
pub use core::time::Duration;
