use std::future::Future;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use smol::{Task, Timer, future};

use super::{Place, Side};

/// smol's own calls, with as many threads as `SMOL_THREADS` says.
#[derive(Debug)]
pub struct Smol;

impl Side for Smol {
    type Join<T: Send + 'static> = Task<T>;
    type Ticks = Timer;
    type Set = FuturesUnordered<Task<u64>>;

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        match place {
            Place::Task => smol::block_on(smol::spawn(work)),
            _ => smol::block_on(work),
        }
    }

    fn spawn<F>(future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        smol::spawn(future)
    }

    fn detach<T: Send + 'static>(task: Task<T>) {
        task.detach();
    }

    fn yield_now() -> impl Future + Send {
        future::yield_now()
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        Timer::after(duration)
    }

    /// Awaits a future against a timer, the usual way on smol.
    fn timeout<F: Future + Send>(duration: Duration, future: F) -> impl Future + Send {
        future::or(async { Some(future.await) }, async move {
            Timer::after(duration).await;
            None
        })
    }

    fn interval(period: Duration) -> Timer {
        Timer::interval(period)
    }

    fn tick(ticks: &mut Timer) -> impl Future + Send {
        StreamExt::next(ticks)
    }

    fn set() -> FuturesUnordered<Task<u64>> {
        FuturesUnordered::new()
    }

    fn add<F: Future<Output = u64> + Send + 'static>(
        set: &mut FuturesUnordered<Task<u64>>,
        future: F,
    ) {
        set.push(smol::spawn(future));
    }

    async fn next(set: &mut FuturesUnordered<Task<u64>>) -> bool {
        StreamExt::next(set).await.is_some()
    }

    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(closure: F) -> impl Future + Send {
        smol::unblock(closure)
    }
}
