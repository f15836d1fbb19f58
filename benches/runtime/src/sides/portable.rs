use std::env;
use std::future::Future;
use std::time::Duration;

use portable::runtime::Builder;
use portable::task::{self, JoinHandle, JoinSet};
use portable::time::{self, Interval};

use super::{Place, Side};

/// `portable`, on the runtime that `PORTABLE_RUNTIME` names, or on one of our own in a build that has
/// no other.
#[derive(Debug)]
pub struct Portable;

impl Side for Portable {
    type Join<T: Send + 'static> = JoinHandle<T>;
    type Ticks = Interval;
    type Set = JoinSet<u64>;

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        let mut builder = match place {
            Place::Main => Builder::new_current_thread(),
            Place::Task | Place::Beside(_) => Builder::new_multi_thread(),
        };
        #[cfg(feature = "custom")]
        if portable::runtime::available().is_empty() {
            builder = Builder::new_custom(super::custom::Custom::default());
        }
        match place {
            Place::Main => {}
            Place::Task => {
                builder.worker_threads(1);
            }
            Place::Beside(workers) => {
                builder.worker_threads(workers);
            }
        }
        // A program that knows its closures may have fewer threads for them.
        if let Ok(threads) = env::var("BLOCKING_THREADS") {
            builder.max_blocking_threads(threads.parse().expect("a number of threads"));
        }
        let runtime = builder.build().expect("a runtime");
        match place {
            Place::Task => {
                runtime.block_on(async { portable::spawn(work).await.expect("it ends") })
            }
            Place::Main | Place::Beside(_) => runtime.block_on(work),
        }
    }

    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        portable::spawn(future)
    }

    fn yield_now() -> impl Future + Send {
        task::yield_now()
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        time::sleep(duration)
    }

    fn timeout<F: Future + Send>(duration: Duration, future: F) -> impl Future + Send {
        time::timeout(duration, future)
    }

    fn interval(period: Duration) -> Interval {
        time::interval(period)
    }

    fn tick(ticks: &mut Interval) -> impl Future + Send {
        ticks.tick()
    }

    fn set() -> JoinSet<u64> {
        JoinSet::new()
    }

    fn add<F: Future<Output = u64> + Send + 'static>(set: &mut JoinSet<u64>, future: F) {
        set.spawn(future);
    }

    async fn next(set: &mut JoinSet<u64>) -> bool {
        set.join_next().await.is_some()
    }

    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(closure: F) -> impl Future + Send {
        task::spawn_blocking(closure)
    }
}
