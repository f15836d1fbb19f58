//! Whether anybody needs async-io's reactor.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::runtime::{fork, refused};

const UNUSED: u8 = 0;
/// The process has used a timer or a socket of async-io.
const USED: u8 = 1;
/// Another process has, from which this one was forked.
#[cfg(unix)]
const LOST: u8 = 2;

static REACTOR: AtomicU8 = AtomicU8::new(UNUSED);

/// The number of descriptors that async-io opens when it starts.
const DESCRIPTORS: usize = 3;

/// Lets threads that wait drive the reactor from now on.
///
/// # Errors
///
/// If the operating system refuses what the reactor starts with, where async-io panics.
#[inline]
pub(super) fn start() -> io::Result<()> {
    // A load first: a store would take the cache line from the others each time.
    if REACTOR.load(Ordering::Relaxed) == USED {
        return Ok(());
    }
    start_first(1)
}

/// The same where more threads than the reactor's start with it.
#[cold]
pub(in crate::runtime) fn start_first(threads: usize) -> io::Result<()> {
    fork::check()?;
    refused::descriptors(DESCRIPTORS)?;
    refused::threads(threads, None)?;
    REACTOR.store(USED, Ordering::Relaxed);
    Ok(())
}

/// The same for those that cannot give an error.
///
/// # Panics
///
/// Where [`start`] gives one.
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

/// In the child of a `fork`: the threads that drive the reactor are not there.
#[cfg(unix)]
pub(in crate::runtime) fn forget() {
    REACTOR.store(LOST, Ordering::Relaxed);
}
