use std::future::Future;
use std::marker::PhantomData;
use std::time::Duration;

use ::agnostic_lite::{
    AsyncBlockingSpawner, AsyncSpawner, JoinHandle, LocalRuntimeLite, RuntimeLite,
};

use portable_bench_runtime::sides::{Place, Side};

/// agnostic-lite's runtime `R`, inside the runtime of `S`.
#[derive(Debug)]
pub struct AgnosticLite<R, S>(PhantomData<(R, S)>);

impl<R, S> Side for AgnosticLite<R, S>
where
    R: RuntimeLite,
    S: Side,
    <R::BlockingSpawner as AsyncBlockingSpawner>::JoinHandle<u64>: Send,
{
    const LACKS: &'static [&'static str] = &["interval", "join-set"];

    type Join<T: Send + 'static> = <R::Spawner as AsyncSpawner>::JoinHandle<T>;
    lacks_sets_and_intervals!();

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        S::run(place, work);
    }

    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        R::spawn(future)
    }

    fn detach<T: Send + 'static>(handle: Self::Join<T>) {
        handle.detach();
    }

    fn yield_now() -> impl Future + Send {
        <R as RuntimeLite>::yield_now()
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        R::sleep(duration)
    }

    fn timeout<F: Future + Send>(duration: Duration, future: F) -> impl Future + Send {
        R::timeout(duration, future)
    }

    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(closure: F) -> impl Future + Send {
        <R as LocalRuntimeLite>::spawn_blocking(closure)
    }
}
