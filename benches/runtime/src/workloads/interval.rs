use std::hint::black_box;
use std::time::Duration;

use crate::sides::Side;

/// Waits for ticks that are due: the period is shorter than a tick takes.
pub(super) async fn behind<S: Side>(n: u64) {
    let mut ticks = S::interval(Duration::from_nanos(1));
    for _ in 0..n {
        black_box(S::tick(&mut ticks).await);
    }
}
