use std::future::Future;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::time::Duration;

use ::async_rs::traits::{Executor, Reactor, RuntimeKit};
use ::async_rs::util::Task;
use ::async_rs::{Runtime, SmolRuntime, TokioRuntime};

use portable_bench_runtime::sides::{Place, Side, Smol, Tokio};

/// A runtime of async-rs.
pub trait Kit: RuntimeKit + Sized {
    type Side: Side;

    /// Runs inside the runtime, before the workload.
    fn enter();

    fn get() -> &'static Runtime<Self>;
}

static TOKIO: OnceLock<TokioRuntime> = OnceLock::new();
static SMOL: OnceLock<SmolRuntime> = OnceLock::new();

impl Kit for ::async_rs::Tokio {
    type Side = Tokio;

    fn enter() {
        let _ = TOKIO.set(Runtime::tokio_current());
    }

    fn get() -> &'static Runtime<Self> {
        TOKIO.get().expect("it was entered")
    }
}

impl Kit for ::async_rs::Smol {
    type Side = Smol;

    fn enter() {
        let _ = SMOL.set(Runtime::smol());
    }

    fn get() -> &'static Runtime<Self> {
        SMOL.get().expect("it was entered")
    }
}

/// async-rs. It has no yield and no timeout.
#[derive(Debug)]
pub struct AsyncRs<K>(PhantomData<K>);

impl<K: Kit + 'static> Side for AsyncRs<K>
where
    Task<K::Task<u64>>: Send,
{
    const LACKS: &'static [&'static str] = &[
        "interval",
        "join-set",
        "yield",
        "yield-1000",
        "timeout",
        "timeout-pending",
    ];

    type Join<T: Send + 'static> = Task<K::Task<T>>;
    lacks_sets_and_intervals!();

    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F) {
        K::Side::run(place, async {
            K::enter();
            work.await;
        });
    }

    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        K::get().spawn(future)
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        K::get().sleep(duration)
    }

    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(closure: F) -> impl Future + Send {
        K::get().spawn_blocking(closure)
    }
}
