//! How the threads of a runtime wait for a future.

use std::future::Future;
use std::io;
use std::pin::Pin;

use crate::runtime::table::Kind;

/// The way in which the threads of a runtime wait for a future: each runtime uses its own
/// `block_on`.
pub(in crate::runtime) trait Park {
    /// Asks the operating system in advance for what the first [`park_on`](Self::park_on) needs.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system refuses it.
    fn before_start() -> io::Result<()> {
        Ok(())
    }

    /// Waits on this thread until the future is done.
    fn park_on(future: Pin<&mut dyn Future<Output = ()>>);

    /// Like [`park_on`](Self::park_on), for a thread that runs tasks meanwhile, inside the
    /// `block_on` of the runtime.
    fn drive_on(future: Pin<&mut dyn Future<Output = ()>>) {
        Self::park_on(future);
    }

    /// Runs `f`, which blocks this thread, inside [`drive_on`](Self::drive_on). Whoever waits for
    /// something that only this thread could tell waits elsewhere from here on.
    #[allow(dead_code, reason = "each runtime uses a part of it")]
    fn step_out(f: &mut dyn FnMut()) {
        f();
    }
}

/// Calls [`Park::park_on`] of the runtime of this kind.
///
/// The match names each runtime and uses no function pointer. So a program that never waits here,
/// because it has no workers, is not linked with `park_on`.
pub(super) fn park_on(kind: Kind, future: Pin<&mut dyn Future<Output = ()>>) {
    match kind {
        #[cfg(feature = "tokio")]
        Kind::Tokio => unreachable!("Tokio has its own executor"),
        #[cfg(feature = "smol")]
        Kind::Smol => crate::runtime::Smol::park_on(future),
        #[cfg(feature = "async-std")]
        Kind::AsyncStd => crate::runtime::AsyncStd::park_on(future),
        #[cfg(feature = "embassy")]
        Kind::Embassy => crate::runtime::Embassy::park_on(future),
        #[cfg(feature = "pollster")]
        Kind::Pollster => crate::runtime::Pollster::park_on(future),
        #[cfg(feature = "custom")]
        Kind::Custom => crate::runtime::Custom::park_on(future),
    }
}

/// Calls [`Park::step_out`] of the runtime of this kind.
pub(super) fn step_out(kind: Kind, f: &mut dyn FnMut()) {
    match kind {
        #[cfg(feature = "embassy")]
        Kind::Embassy => crate::runtime::Embassy::step_out(f),
        #[allow(unreachable_patterns)]
        _ => f(),
    }
}
