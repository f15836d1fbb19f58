use std::future::Future;
use std::time::Duration;

use embassy_time::{Ticker, Timer};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::boxed::{self, Joining};
use super::{Place, Side};

/// Embassy's own calls, on the host, where its tasks are boxed by hand.
#[derive(Debug)]
pub struct Embassy;

fn ticks(duration: Duration) -> embassy_time::Duration {
    embassy_time::Duration::from_micros(duration.as_micros() as u64)
}

impl Side for Embassy {
    const LACKS: &'static [&'static str] = &["blocking", "blocking-burst"];

    type Join<T: Send + 'static> = Joining<T>;
    type Ticks = Ticker;
    type Set = FuturesUnordered<Joining<u64>>;

    fn run<F: Future<Output = ()> + Send + 'static>(_place: Place, work: F) {
        boxed::run(work);
    }

    fn spawn<F>(future: F) -> Joining<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        boxed::spawn(future)
    }

    fn yield_now() -> impl Future + Send {
        embassy_futures::yield_now()
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        Timer::after(ticks(duration))
    }

    fn timeout<F: Future + Send>(duration: Duration, future: F) -> impl Future + Send {
        embassy_time::with_timeout(ticks(duration), future)
    }

    fn interval(period: Duration) -> Ticker {
        Ticker::every(ticks(period))
    }

    fn tick(ticker: &mut Ticker) -> impl Future + Send {
        ticker.next()
    }

    fn set() -> FuturesUnordered<Joining<u64>> {
        FuturesUnordered::new()
    }

    fn add<F: Future<Output = u64> + Send + 'static>(
        set: &mut FuturesUnordered<Joining<u64>>,
        future: F,
    ) {
        set.push(boxed::spawn(future));
    }

    async fn next(set: &mut FuturesUnordered<Joining<u64>>) -> bool {
        StreamExt::next(set).await.is_some()
    }
}
