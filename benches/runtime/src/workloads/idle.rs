use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::sides::Side;

/// Starts tasks that have been polled once, and wait. `report` sees them, and ends the program.
pub(super) async fn tasks<S: Side>(n: u64, report: fn(u64)) {
    let polled = Arc::new(AtomicU64::new(0));
    for _ in 0..n {
        let polled = polled.clone();
        S::detach(S::spawn(async move {
            polled.fetch_add(1, Ordering::Relaxed);
            pending::<()>().await;
        }));
    }
    while polled.load(Ordering::Relaxed) < n {
        S::yield_now().await;
    }
    // By then the runtime has freed what it needs only to start.
    thread::sleep(Duration::from_millis(20));
    report(n);
}
