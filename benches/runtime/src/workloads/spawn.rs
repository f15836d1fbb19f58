use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use portable::sync::oneshot;

use super::{BATCH, task};
use crate::sides::Side;

/// Spawns and joins, a thousand at once.
pub(super) async fn and_join<S: Side>(n: u64) {
    let mut handles = Vec::with_capacity(BATCH as usize);
    for _ in 0..n / BATCH {
        for i in 0..BATCH {
            handles.push(S::spawn(task(i)));
        }
        for handle in handles.drain(..) {
            black_box(handle.await);
        }
    }
}

/// Spawns and joins, all at once.
pub(super) async fn all_and_join<S: Side>(n: u64) {
    let handles: Vec<_> = (0..n).map(|i| S::spawn(task(i))).collect();
    for handle in handles {
        black_box(handle.await);
    }
}

/// Repeats [`all_and_join`] until few tasks are timed as reliably as many.
pub(super) async fn rounds<S: Side>(n: u64, report: fn(u64)) {
    // The first one pays for memory that the others use again.
    all_and_join::<S>(n).await;
    for _ in 0..(100_000 / n).clamp(1, 100) {
        let start = Instant::now();
        all_and_join::<S>(n).await;
        report(start.elapsed().as_nanos() as u64);
    }
}

/// Spawns without a handle. The last task of each thousand reports the end.
pub(super) async fn and_detach<S: Side>(n: u64) {
    for _ in 0..n / BATCH {
        let (sender, receiver) = oneshot::channel();
        let batch = Arc::new((AtomicU64::new(BATCH), sender));
        // The sender sends when it is dropped, with the last task.
        for _ in 0..BATCH {
            let batch = batch.clone();
            S::detach(S::spawn(async move {
                batch.0.fetch_sub(1, Ordering::Relaxed);
            }));
        }
        drop(batch);
        let _: Result<(), _> = receiver.await;
    }
}
