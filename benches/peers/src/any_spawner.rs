use std::future::Future;
use std::time::Duration;

use portable::sync::oneshot;

use portable_bench_runtime::sides::{Place, Side, Tokio};

/// any_spawner on Tokio. It has no handles: a channel stands for one.
#[derive(Debug)]
pub struct AnySpawner;

impl Side for AnySpawner {
    const LACKS: &'static [&'static str] = &[
        "interval",
        "join-set",
        "sleep",
        "timers",
        "timeout",
        "timeout-pending",
        "blocking",
        "blocking-burst",
    ];

    type Join<T: Send + 'static> = oneshot::Receiver<T>;
    lacks_sets_and_intervals!();

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        ::any_spawner::Executor::init_tokio().expect("it is the first");
        Tokio::run(place, work);
    }

    fn spawn<F>(future: F) -> oneshot::Receiver<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        ::any_spawner::Executor::spawn(async move {
            let _ = sender.send(future.await);
        });
        receiver
    }

    fn yield_now() -> impl Future + Send {
        ::any_spawner::Executor::tick()
    }
}
