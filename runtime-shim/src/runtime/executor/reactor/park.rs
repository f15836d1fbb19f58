//! How a thread waits for a future.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use super::started;

/// Polls `future` with `block_on` until it is done or the reactor is in use, and then with
/// async-io's `block_on`.
///
/// A program without timers and sockets never starts the reactor and its thread: until it uses the
/// first of them, `block_on` is enough. A thread that is asleep at this moment stays asleep until
/// it is woken. Meanwhile the other threads drive the reactor, or async-io's own thread does.
pub(in crate::runtime) fn park_in(
    mut future: Pin<&mut dyn Future<Output = ()>>,
    block_on: impl FnOnce(Pin<&mut dyn Future<Output = bool>>) -> bool,
) {
    if !started::is_started() {
        let until_reactor = pin!(poll_fn(|cx| {
            let is_done = future.as_mut().poll(cx).is_ready();
            if is_done || started::is_started() {
                return Poll::Ready(is_done);
            }
            Poll::Pending
        }));
        if block_on(until_reactor) {
            return;
        }
    }
    portable_reactor::block_on(future);
}

/// Like [`park_in`], for a runtime that has no `block_on` of its own.
pub(in crate::runtime) fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
    park_in(future, |mut until_reactor| {
        let (parker, unparker) = parking::pair();
        let waker = Waker::from(unparker);
        let mut cx = Context::from_waker(&waker);
        loop {
            match until_reactor.as_mut().poll(&mut cx) {
                Poll::Ready(is_done) => return is_done,
                Poll::Pending => parker.park(),
            }
        }
    });
}
