use std::hint::black_box;
use std::time::Duration;

use super::task;
use crate::sides::Side;

const LONG: Duration = Duration::from_secs(3600);

/// Puts a timeout around a future that is ready at once.
pub(super) async fn of_ready<S: Side>(n: u64) {
    for i in 0..n {
        black_box(S::timeout(LONG, task(i)).await);
    }
}

/// Puts a timeout around a future that is ready at the second poll.
pub(super) async fn of_pending<S: Side>(n: u64) {
    for _ in 0..n {
        black_box(S::timeout(LONG, S::yield_now()).await);
    }
}
