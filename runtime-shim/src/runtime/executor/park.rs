//! How the threads of a runtime wait.

use std::future::Future;
use std::io;
use std::pin::Pin;

use crate::runtime::table::Kind;

/// How the threads of a runtime wait for a future: each in the `block_on` that belongs to the runtime.
pub(in crate::runtime) trait Park {
    /// Asks the operating system for what [`park_on`](Self::park_on) needs from the first time on.
    ///
    /// # Errors
    ///
    /// If it refuses that.
    fn before_start() -> io::Result<()> {
        Ok(())
    }

    /// Waits on this thread until the future is done.
    fn park_on(future: Pin<&mut dyn Future<Output = ()>>);

    /// The same on a thread that runs tasks by itself, in the runtime's own `block_on`.
    fn drive_on(future: Pin<&mut dyn Future<Output = ()>>) {
        Self::park_on(future);
    }
}

/// [`Park::park_on`] of the runtime of this kind.
///
/// By its name and not by a pointer to it: so a program in which nobody comes here, as there are no
/// workers, is not linked with it.
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
    }
}
