//! Keeps track of whether the process uses async-io's reactor.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use portable_reactor::Timer;

use crate::runtime::{fork, refused};

const UNUSED: u8 = 0;
/// The process has used a timer or a socket of async-io.
const USED: u8 = 1;
/// The process that this one was forked from has used a timer or a socket.
#[cfg(unix)]
const LOST: u8 = 2;

static REACTOR: AtomicU8 = AtomicU8::new(UNUSED);

/// The number of descriptors that async-io opens when it starts.
const DESCRIPTORS: usize = 3;

/// Lets waiting threads drive the reactor from here on.
///
/// # Errors
///
/// Returns an error if the operating system refuses what the reactor needs to start. async-io
/// itself would panic.
#[inline]
pub(super) fn start() -> io::Result<()> {
    // The load comes first, because a store would take the cache line from the other threads each
    // time.
    if REACTOR.load(Ordering::Relaxed) == USED {
        return Ok(());
    }
    start_first(1)
}

/// Does the same as [`start`] at its first call. `threads` is the number of threads that start with
/// the reactor, including its own.
#[cold]
pub(in crate::runtime) fn start_first(threads: usize) -> io::Result<()> {
    fork::check()?;
    refused::descriptors(DESCRIPTORS)?;
    refused::threads(threads, None)?;
    start_here();
    REACTOR.store(USED, Ordering::Relaxed);
    Ok(())
}

/// Starts the reactor on this thread, just after the check that nothing is refused.
///
/// Otherwise the first thread that waits would start it, perhaps when the descriptors have run out.
/// If this is the thread of async-io, it panics and never drives the reactor again.
fn start_here() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut timer = Timer::after(Duration::from_secs(1));
    let _ = Pin::new(&mut timer).poll(&mut cx);
}

/// Like [`start`], for callers that cannot return an error.
///
/// # Panics
///
/// Panics where [`start`] returns an error.
#[inline]
pub(super) fn assert_starts() {
    if let Err(error) = start() {
        fork::assert();
        refused::timer("what the reactor starts with", &error);
    }
}

pub(super) fn is_started() -> bool {
    REACTOR.load(Ordering::Relaxed) == USED
}

/// Marks the reactor as lost. Called in the child of a `fork`, where the threads that drive the
/// reactor do not exist.
#[cfg(unix)]
pub(in crate::runtime) fn forget() {
    REACTOR.store(LOST, Ordering::Relaxed);
}
