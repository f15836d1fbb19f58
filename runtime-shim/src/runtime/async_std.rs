//! async-std: the shared executor, with each of its threads inside `async_std::task::block_on`.

use std::env;
use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::executor::reactor::{self, Sleep};
use super::executor::{Park, Timers, impl_shared_executor};
use super::refused;
use crate::time::Instant;

/// [async-std](https://docs.rs/async-std), which is discontinued upstream. Prefer `Smol`.
///
/// Tasks run on an executor of this crate over async-task, and timers on async-io. Every thread
/// that polls tasks is inside `async_std::task::block_on`, so `async_std::task::current` and
/// task-locals of async-std work there.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{AsyncRuntime, AsyncStd};
///
/// let task = AsyncStd.spawn(async { 6 * 7 });
/// assert_eq!(AsyncStd.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct AsyncStd;

/// Returns the number of threads of async-std's own executor, which nothing uses.
fn own_threads() -> usize {
    let said = env::var("ASYNC_STD_THREAD_COUNT").ok();
    said.and_then(|count| count.parse().ok())
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

impl Timers for AsyncStd {
    type Sleep = Sleep;

    fn sleep_until(deadline: Instant) -> Sleep {
        Sleep::until(deadline)
    }
}

impl Park for AsyncStd {
    // The first `block_on` starts the reactor and the threads of async-std's own executor. If they
    // are refused, async-std panics and never starts them again.
    fn before_start() -> io::Result<()> {
        static IS_STARTED: Mutex<bool> = Mutex::new(false);

        let mut is_started = IS_STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_started {
            reactor::start_first(1 + own_threads())
                .map_err(|error| refused::told("what async-std starts with", &error))?;
            async_std::task::block_on(async {});
            *is_started = true;
        }
        Ok(())
    }

    fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
        async_std::task::block_on(future);
    }
}

impl_shared_executor! { AsyncStd, has_workers: true }
