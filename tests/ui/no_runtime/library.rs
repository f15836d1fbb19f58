//! A library is written without a runtime.

use portable::task::JoinHandle;
use portable::time::{Duration, interval, sleep, timeout};

pub fn start() -> JoinHandle<u32> {
    portable::spawn(async { 42 })
}

pub async fn wait() -> bool {
    sleep(Duration::from_millis(1)).await;
    interval(Duration::from_millis(1)).tick().await;
    portable::task::yield_now().await;
    timeout(Duration::from_millis(1), start()).await.is_ok()
}

pub fn count() -> JoinHandle<usize> {
    portable::spawn_task!(blocking, || 3)
}

fn main() {}
