use std::io;
use std::path::Path;
use std::task::{Context, Poll, ready};

use super::UnixStream;
use super::unix::{SocketAddr, address_at};
use crate::runtime::source::{AsyncSource, Direction, Source};

/// A Unix socket that takes connections.
///
/// Equivalent to `tokio::net::UnixListener`.
///
/// Dropping it leaves the file of its path, which nobody else can bind to until it is removed.
///
/// # Examples
///
/// ```no_run
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io;
/// use portable::net::UnixListener;
/// use portable::task;
///
/// let listener = UnixListener::bind("/run/echo.socket")?;
/// loop {
///     let (stream, _) = listener.accept().await?;
///     task::spawn(async move {
///         let (read, write) = stream.into_split();
///         io::copy(read, write).await
///     });
/// }
/// # #[allow(unreachable_code)]
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub struct UnixListener {
    source: Source<std::os::unix::net::UnixListener>,
}

descriptor! { UnixListener: std::os::unix::net::UnixListener }

impl UnixListener {
    /// Takes connections at this path, where it makes a file; on Linux a path that begins with a
    /// zero byte is a name in the abstract namespace, without a file.
    ///
    /// # Errors
    ///
    /// That of the operating system: [`AddrInUse`](io::ErrorKind::AddrInUse) if there is such a
    /// file; [`InvalidInput`](io::ErrorKind::InvalidInput) for a path that is too long.
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        Self::bind_addr(&address_at(path.as_ref())?)
    }

    /// As [`bind`](Self::bind), at an address.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    pub fn bind_addr(address: &SocketAddr) -> io::Result<Self> {
        Self::from_std(std::os::unix::net::UnixListener::bind_addr(address)?)
    }

    /// Waits for the next connection; any number of tasks may.
    ///
    /// # Errors
    ///
    /// That of the operating system. The listener goes on: after one like `EMFILE` (too many open
    /// files), wait a little and try again.
    ///
    /// # Cancel safety
    ///
    /// No connection is lost.
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let (socket, address) = self
            .source
            .io(Direction::Read, |listener| listener.accept())
            .await?;
        Ok((UnixStream::connected(socket)?, address))
    }

    /// As [`accept`](Self::accept), for a `poll` function: of several tasks the last one is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let (socket, address) = ready!(
            self.source
                .poll_io(Direction::Read, cx, |listener| listener.accept())
        )?;
        Poll::Ready(Ok((UnixStream::connected(socket)?, address)))
    }

    /// The address at which it takes connections.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.as_std().local_addr()
    }
}
