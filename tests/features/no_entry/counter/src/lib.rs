//! A library that spawns.

use portable::task::{JoinHandle, spawn};

/// Starts a task, on any thread.
pub fn start() -> JoinHandle<u64> {
    spawn(async { 42 })
}

/// Returns the sum of the numbers below `n`, each from a task.
pub async fn sum(n: u64) -> u64 {
    let tasks: Vec<_> = (0..n).map(|i| spawn(async move { i })).collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("it does not panic");
    }
    sum
}
