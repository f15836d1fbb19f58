use std::future::Future;
use std::time::Duration;

use portable::runtime::Builder;
use portable::task::{self, JoinHandle, JoinSet};
use portable::time::{self, Interval};

use super::{Place, Side};

/// Ours, on the runtime that `PORTABLE_RUNTIME` names.
#[derive(Debug)]
pub struct Portable;

impl Side for Portable {
    type Join<T: Send + 'static> = JoinHandle<T>;
    type Ticks = Interval;
    type Set = JoinSet<u64>;

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        match place {
            Place::Main => {
                let runtime = Builder::new_current_thread().build().expect("a runtime");
                runtime.block_on(work);
            }
            Place::Task => {
                let runtime = Builder::new_multi_thread().worker_threads(1).build();
                let task = async { portable::spawn(work).await.expect("it ends") };
                runtime.expect("a runtime").block_on(task);
            }
            Place::Beside(workers) => {
                let runtime = Builder::new_multi_thread().worker_threads(workers).build();
                runtime.expect("a runtime").block_on(work);
            }
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
