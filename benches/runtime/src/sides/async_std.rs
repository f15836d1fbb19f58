use std::future::{self, Future};
use std::time::Duration;

use async_std::task::{self, JoinHandle};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::{Place, Side};

/// async-std's own calls, with as many threads as `ASYNC_STD_THREAD_COUNT` says.
#[derive(Debug)]
pub struct AsyncStd;

impl Side for AsyncStd {
    // async-std's interval is not stable.
    const LACKS: &'static [&'static str] = &["interval"];

    type Join<T: Send + 'static> = JoinHandle<T>;
    type Ticks = ();
    type Set = FuturesUnordered<JoinHandle<u64>>;

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        match place {
            Place::Task => task::block_on(task::spawn(work)),
            _ => task::block_on(work),
        }
    }

    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        task::spawn(future)
    }

    fn yield_now() -> impl Future + Send {
        task::yield_now()
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        task::sleep(duration)
    }

    fn timeout<F: Future + Send>(duration: Duration, future: F) -> impl Future + Send {
        async_std::future::timeout(duration, future)
    }

    fn interval(_period: Duration) {}

    fn tick(_ticks: &mut ()) -> impl Future + Send {
        future::ready(())
    }

    fn set() -> FuturesUnordered<JoinHandle<u64>> {
        FuturesUnordered::new()
    }

    fn add<F: Future<Output = u64> + Send + 'static>(
        set: &mut FuturesUnordered<JoinHandle<u64>>,
        future: F,
    ) {
        set.push(task::spawn(future));
    }

    async fn next(set: &mut FuturesUnordered<JoinHandle<u64>>) -> bool {
        set.next().await.is_some()
    }

    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(closure: F) -> impl Future + Send {
        task::spawn_blocking(closure)
    }
}
