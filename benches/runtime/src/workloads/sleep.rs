use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::sides::Side;

/// Starts timers and drops them before they fire.
pub(super) async fn and_drop<S: Side>(n: u64) {
    for _ in 0..n {
        let mut sleep = pin!(S::sleep(Duration::from_secs(3600)));
        let is_ready = poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx).is_ready())).await;
        assert!(!is_ready);
    }
}

/// Runs tasks that sleep for a millisecond, all at once.
pub(super) async fn in_tasks<S: Side>(n: u64) {
    let spawn = |_| {
        S::spawn(async {
            S::sleep(Duration::from_millis(1)).await;
        })
    };
    let tasks: Vec<_> = (0..n).map(spawn).collect();
    for task in tasks {
        task.await;
    }
}
