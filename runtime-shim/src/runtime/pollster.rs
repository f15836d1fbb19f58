//! pollster: the shared executor without workers, inside `pollster::block_on`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::AsyncSleep;
use super::executor::{Park, Timers, budget, impl_shared_executor};
use super::timers::Timer;
use crate::time::Instant;

/// [pollster](https://docs.rs/pollster), the smallest runtime, for command-line tools.
///
/// Everything runs on the thread inside `block_on`, on both flavours, on an executor of this crate
/// over async-task. One thread, started at the first timer, keeps all timers. From the first socket
/// on, the thread inside `block_on` waits in async-io's `block_on`, whose reactor watches sockets.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{AsyncRuntime, Pollster};
///
/// let task = Pollster.spawn(async { 6 * 7 });
/// assert_eq!(Pollster.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Pollster;

impl Timers for Pollster {
    type Sleep = Sleep;

    fn sleep_until(deadline: Instant) -> Sleep {
        Sleep(Timer::at(deadline))
    }
}

/// A timer, kept by the thread for timers.
#[derive(Debug)]
pub struct Sleep(Timer);

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(budget::poll(cx));
        ready!(Pin::new(&mut self.0).poll(cx));
        budget::spend();
        Poll::Ready(())
    }
}

impl AsyncSleep for Sleep {
    fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        Pin::new(&mut self.0).reset(deadline);
    }
}

impl Park for Pollster {
    fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
        #[cfg(feature = "_reactor")]
        super::executor::reactor::park_in(future, |until_reactor| {
            pollster::block_on(until_reactor)
        });
        #[cfg(not(feature = "_reactor"))]
        pollster::block_on(future);
    }
}

impl_shared_executor! { Pollster, has_workers: false }
