use std::future::Future;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::time::Duration;

use ::async_executors::{
    AsyncStd, JoinHandle, SpawnBlocking, SpawnHandleExt, Timer, TimerExt, TokioTp, YieldNow,
};

use portable_bench_runtime::sides::{self, Place, Side, Tokio};

/// An executor of async_executors.
pub trait Executor: Send + Sync + 'static {
    type Side: Side;

    /// Runs inside the executor, before the workload.
    fn enter() {}

    fn get() -> &'static (impl Spawner + 'static);
}

/// The traits of an executor that the workloads need.
pub trait Spawner: Timer + YieldNow + Send + Sync {
    fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T>;

    fn block(&self, closure: impl FnOnce() -> u64 + Send + 'static) -> impl Future + Send;
}

macro_rules! spawner {
    ($executor:ty) => {
        impl Spawner for $executor {
            fn spawn<T: Send + 'static>(
                &self,
                future: impl Future<Output = T> + Send + 'static,
            ) -> JoinHandle<T> {
                self.spawn_handle(future).expect("it runs")
            }

            fn block(&self, closure: impl FnOnce() -> u64 + Send + 'static) -> impl Future + Send {
                SpawnBlocking::spawn_blocking(self, closure)
            }
        }
    };
}

spawner!(TokioTp);
spawner!(AsyncStd);

impl Executor for TokioTp {
    type Side = Tokio;

    fn enter() {
        let _ = TOKIO.set(TokioTp::try_current().expect("a runtime with workers"));
    }

    fn get() -> &'static (impl Spawner + 'static) {
        TOKIO.get().expect("it was entered")
    }
}

static TOKIO: OnceLock<TokioTp> = OnceLock::new();

impl Executor for AsyncStd {
    type Side = sides::AsyncStd;

    fn get() -> &'static (impl Spawner + 'static) {
        &AsyncStd
    }
}

/// async_executors, which on Tokio has another type for the current-thread flavour.
#[derive(Debug)]
pub struct AsyncExecutors<E>(PhantomData<E>);

impl<E: Executor> Side for AsyncExecutors<E> {
    const LACKS: &'static [&'static str] = &["interval", "join-set"];

    type Join<T: Send + 'static> = JoinHandle<T>;
    lacks_sets_and_intervals!();

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        E::Side::run(place, async {
            E::enter();
            work.await;
        });
    }

    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        E::get().spawn(future)
    }

    fn detach<T: Send + 'static>(handle: JoinHandle<T>) {
        handle.detach();
    }

    fn yield_now() -> impl Future + Send {
        E::get().yield_now()
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        E::get().sleep(duration)
    }

    fn timeout<F: Future + Send>(duration: Duration, future: F) -> impl Future + Send {
        E::get().timeout(duration, future)
    }

    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(closure: F) -> impl Future + Send {
        E::get().block(closure)
    }
}
