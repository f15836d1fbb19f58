use super::{BATCH, task};
use crate::sides::Side;

/// Starts tasks in a set, a thousand at once, and awaits them as they end.
pub(super) async fn join_next<S: Side>(n: u64) {
    let mut set = S::set();
    for _ in 0..n / BATCH {
        for i in 0..BATCH {
            S::add(&mut set, task(i));
        }
        while S::next(&mut set).await {}
    }
}
