use std::hint::black_box;

use crate::sides::Side;

/// Runs one closure after the other.
pub(super) async fn one_by_one<S: Side>(n: u64) {
    for i in 0..n {
        black_box(S::spawn_blocking(move || i).await);
    }
}

/// Starts all closures at once.
pub(super) async fn burst<S: Side>(n: u64) {
    let closures: Vec<_> = (0..n).map(|i| S::spawn_blocking(move || i)).collect();
    for closure in closures {
        black_box(closure.await);
    }
}
