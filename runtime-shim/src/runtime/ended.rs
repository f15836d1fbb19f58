//! The error of what is not done because its runtime has ended.

use std::error::Error;
use std::fmt;
use std::io;

/// What the error holds.
#[derive(Debug)]
struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("portable: the runtime has ended, and so this was not done")
    }
}

impl Error for Ended {}

/// Returns the error of an operation that is not done because its runtime has ended.
#[allow(dead_code, reason = "a build without files and sockets has none")]
#[cold]
pub(crate) fn error() -> io::Error {
    io::Error::other(Ended)
}

/// Returns whether an error says that its operation was not done because the runtime has ended.
///
/// Equivalent to `tokio::runtime::is_rt_shutdown_err`.
///
/// Such errors come from files, from the standard streams, and from sockets that are made or have to
/// wait on a thread that belongs to a runtime which has ended. They also come from a socket that has to
/// wait after the end of the runtime that made it, on any thread.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(unix, feature = "_runtime", feature = "net"))]
/// # {
/// use portable::net::UdpSocket;
/// use portable::runtime::{Handle, Runtime, is_rt_shutdown_err};
/// use portable::time::Duration;
///
/// let runtime = Runtime::new()?;
/// let _guard = runtime.enter();
/// runtime.shutdown_timeout(Duration::from_secs(5));
///
/// let bound = Handle::current().block_on(UdpSocket::bind("127.0.0.1:0"));
/// assert!(is_rt_shutdown_err(&bound.unwrap_err()));
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn is_rt_shutdown_err(error: &io::Error) -> bool {
    #[cfg(feature = "tokio")]
    if tokio::runtime::is_rt_shutdown_err(error) {
        return true;
    }
    error.get_ref().is_some_and(|inner| inner.is::<Ended>())
}
