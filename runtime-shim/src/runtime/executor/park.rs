//! How a thread waits for a future.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};

/// Whether the process has used a timer or a socket of async-io.
static REACTOR: AtomicBool = AtomicBool::new(false);

/// Lets threads that wait drive async-io's reactor from now on.
pub(super) fn use_reactor() {
    // A load first: a store would take the cache line from the others each time.
    if !REACTOR.load(Ordering::Relaxed) {
        REACTOR.store(true, Ordering::Relaxed);
    }
}

/// Polls `future` until it is done, and waits in between.
///
/// A program without timers and sockets never starts the reactor and its thread: before the first
/// of them a plain parker will do. A thread that sleeps at that moment goes on so until it is
/// woken; the reactor is driven by the others, or by async-io's own thread.
// async-std waits in its own way.
#[cfg_attr(not(feature = "smol"), allow(dead_code))]
pub(in crate::runtime) fn park_on(mut future: Pin<&mut dyn Future<Output = ()>>) {
    let (parker, unparker) = parking::pair();
    let waker = Waker::from(unparker);
    let mut cx = Context::from_waker(&waker);
    while !REACTOR.load(Ordering::Relaxed) {
        if future.as_mut().poll(&mut cx).is_ready() {
            return;
        }
        if !REACTOR.load(Ordering::Relaxed) {
            parker.park();
        }
    }
    portable_reactor::block_on(future);
}
