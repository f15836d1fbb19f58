//! Whether anybody needs async-io's reactor.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::runtime::refused;

/// Whether the process has used a timer or a socket of async-io.
static REACTOR: AtomicBool = AtomicBool::new(false);

/// What async-io opens when it starts.
const DESCRIPTORS: usize = 3;

/// Lets threads that wait drive the reactor from now on.
///
/// # Errors
///
/// If the operating system refuses what the reactor starts with, where async-io panics.
#[inline]
pub(super) fn start() -> io::Result<()> {
    // A load first: a store would take the cache line from the others each time.
    if REACTOR.load(Ordering::Relaxed) {
        return Ok(());
    }
    start_first(1)
}

/// The same where more threads than the reactor's start with it.
#[cold]
pub(in crate::runtime) fn start_first(threads: usize) -> io::Result<()> {
    refused::descriptors(DESCRIPTORS)?;
    refused::threads(threads, None)?;
    REACTOR.store(true, Ordering::Relaxed);
    Ok(())
}

/// The same for those that cannot give an error.
///
/// # Panics
///
/// Where [`start`] gives one.
#[cfg(feature = "_workers")]
#[inline]
pub(super) fn started() {
    if let Err(error) = start() {
        refused::timer("what the reactor starts with", &error);
    }
}

#[cfg(any(feature = "smol", all(feature = "pollster", feature = "_reactor")))]
pub(super) fn is_started() -> bool {
    REACTOR.load(Ordering::Relaxed)
}
