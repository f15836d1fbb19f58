use crate::sides::Side;

/// Runs one task that yields.
pub(super) async fn one_task<S: Side>(n: u64) {
    let task = S::spawn(async move {
        for _ in 0..n {
            S::yield_now().await;
        }
    });
    task.await;
}

/// Runs a thousand tasks, each of which yields that often.
pub(super) async fn many_tasks<S: Side>(n: u64) {
    let spawn = |_| {
        S::spawn(async move {
            for _ in 0..n {
                S::yield_now().await;
            }
        })
    };
    let tasks: Vec<_> = (0..1_000).map(spawn).collect();
    for task in tasks {
        task.await;
    }
}
