//! Compiles without a runtime.

#![no_std]

use portable::future::{Either, select};
use portable::task::{JoinError, JoinHandle, Pool, PoolFull};
use portable::time::error::Elapsed;
use portable::time::{Duration, Interval, interval, sleep, timeout};

static POOL: Pool<64, 2> = Pool::new();

/// A pin that can be read.
pub trait Input {
    /// Waits until the level changes.
    fn wait_for_change(&mut self) -> impl Future<Output = ()> + Send;
    /// Returns whether the level is high.
    fn is_high(&mut self) -> bool;
}

/// Waits until the input has kept its level for `quiet`.
pub async fn debounced<I: Input>(input: &mut I, quiet: Duration) -> bool {
    loop {
        match select(input.wait_for_change(), sleep(quiet)).await {
            Either::First(()) => {}
            Either::Second(()) => return input.is_high(),
        }
    }
}

/// Waits for a change, but not for ever.
///
/// # Errors
///
/// Returns an error if there is no change in time.
pub async fn changed<I: Input>(input: &mut I, limit: Duration) -> Result<(), Elapsed> {
    timeout(limit, input.wait_for_change()).await
}

/// Starts a task, of which at most two run at once.
///
/// # Errors
///
/// Returns an error if both run.
pub fn start(n: u32) -> Result<JoinHandle<u32>, PoolFull> {
    POOL.try_spawn(async move { n })
}

/// Waits for the output of a task.
pub async fn finish(task: JoinHandle<u32>) -> Result<u32, JoinError> {
    task.await
}

/// Ticks once a second.
pub fn seconds() -> Interval {
    interval(Duration::from_secs(1))
}
