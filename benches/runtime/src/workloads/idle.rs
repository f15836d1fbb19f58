use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sides::Side;

/// Tasks that have been polled once, and wait; `when_idle` sees them, and ends the program.
pub(super) async fn tasks<S: Side>(n: u64, when_idle: fn(u64)) {
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
    when_idle(n);
}
