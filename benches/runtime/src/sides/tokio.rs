use std::future::Future;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::{self, JoinHandle, JoinSet};
use tokio::time::{self, Interval};

use super::{Place, Side};

/// Tokio's own calls.
#[derive(Debug)]
pub struct Tokio;

impl Side for Tokio {
    type Join<T: Send + 'static> = JoinHandle<T>;
    type Ticks = Interval;
    type Set = JoinSet<u64>;

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        let mut builder = match place {
            Place::Main => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        match place {
            Place::Main => {}
            Place::Task => {
                builder.worker_threads(1);
            }
            Place::Beside(workers) => {
                builder.worker_threads(workers);
            }
        }
        // The drivers are on, as with `#[tokio::main]`: they change how a worker sleeps.
        let runtime = builder.enable_all().build().expect("a runtime");
        match place {
            Place::Task => runtime.block_on(async { task::spawn(work).await.expect("it ends") }),
            _ => runtime.block_on(work),
        }
    }

    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(future)
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
