//! Whether anybody needs async-io's reactor.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the process has used a timer or a socket of async-io.
static REACTOR: AtomicBool = AtomicBool::new(false);

/// Lets threads that wait drive the reactor from now on.
pub(super) fn start() {
    // A load first: a store would take the cache line from the others each time.
    if !REACTOR.load(Ordering::Relaxed) {
        REACTOR.store(true, Ordering::Relaxed);
    }
}

#[cfg(any(feature = "smol", all(feature = "pollster", feature = "_reactor")))]
pub(super) fn is_started() -> bool {
    REACTOR.load(Ordering::Relaxed)
}
