//! A library that waits.

use portable::time::{Duration, interval, sleep, timeout};

/// Counts three ticks.
pub async fn three_ticks() -> u32 {
    let mut ticks = interval(Duration::from_millis(2));
    let mut n = 0;
    while n < 3 {
        ticks.tick().await;
        n += 1;
    }
    sleep(Duration::from_millis(1)).await;
    assert!(
        timeout(Duration::from_millis(1), std::future::pending::<()>())
            .await
            .is_err()
    );
    n
}
