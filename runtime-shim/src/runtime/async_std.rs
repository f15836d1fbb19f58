//! async-std: the shared executor, each of its threads inside `async_std::task::block_on`.

use std::future::Future;
use std::pin::Pin;

use super::ambient::Ambient;
use super::executor::{Family, Handle, Sleep, Timers};
use super::table::Kind;
use crate::time::Instant;

static AMBIENT: Ambient<AsyncStd> = Ambient::new();

/// [async-std](https://docs.rs/async-std), which is discontinued upstream; prefer `Smol`.
///
/// Tasks run on an executor of this crate over async-task, timers on async-io, and every thread
/// that polls them is inside `async_std::task::block_on`, so that `async_std::task::current` and
/// its task-locals work there.
///
/// # Examples
///
/// ```
/// use portable_runtime_shim::runtime::{AsyncRuntime, AsyncStd};
///
/// let task = AsyncStd.spawn(async { 6 * 7 });
/// assert_eq!(AsyncStd.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct AsyncStd;

impl Timers for AsyncStd {
    type Sleep = Sleep;

    fn sleep_until(deadline: Instant) -> Sleep {
        Sleep::until(deadline)
    }
}

impl Family for AsyncStd {
    const KIND: Kind = Kind::AsyncStd;
    const HAS_WORKERS: bool = true;

    fn ambient() -> &'static Ambient<Self> {
        &AMBIENT
    }

    #[cold]
    fn outside() -> Handle {
        AMBIENT.handle()
    }

    fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
        async_std::task::block_on(future);
    }
}
