use std::io;
use std::path::Path;
use std::task::{Context, Poll, ready};

use super::UnixStream;
use super::unix::{SocketAddr, address_at};
use crate::runtime::source::{AsyncSource, Direction, First, Source};

/// A Unix socket that accepts connections.
///
/// Equivalent to `tokio::net::UnixListener`.
///
/// Dropping a listener leaves the file of its path. Nothing else can bind to this path until the
/// file is removed.
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
    /// Binds to this path, where it creates a file, and listens. On Linux, a path that begins with
    /// a zero byte is a name in the abstract namespace and creates no file.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error: [`AddrInUse`](io::ErrorKind::AddrInUse) if the file
    /// exists, [`InvalidInput`](io::ErrorKind::InvalidInput) if the path is too long.
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        Self::bind_addr(&address_at(path.as_ref())?.into())
    }

    /// Like [`bind`](Self::bind), with an address.
    ///
    /// # Errors
    ///
    /// Fails as [`bind`](Self::bind) does.
    pub fn bind_addr(address: &SocketAddr) -> io::Result<Self> {
        Self::from_std(std::os::unix::net::UnixListener::bind_addr(
            address.as_std(),
        )?)
    }

    /// Waits for the next connection. Any number of tasks may wait.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error. The listener keeps working: after an error such as
    /// `EMFILE` (too many open files), wait a little and try again.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no connection is lost.
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let (socket, address) = self
            .source
            .io(Direction::Read, |listener| listener.accept())
            .await?;
        Ok((UnixStream::connected(socket, First::Tries)?, address.into()))
    }

    /// The `poll` form of [`accept`](Self::accept). If several tasks poll, only the last one is
    /// woken.
    ///
    /// # Errors
    ///
    /// Fails as [`accept`](Self::accept) does.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let (socket, address) = ready!(
            self.source
                .poll_io(Direction::Read, cx, |listener| listener.accept())
        )?;
        Poll::Ready(Ok((
            UnixStream::connected(socket, First::Tries)?,
            address.into(),
        )))
    }

    /// Returns the address that the listener is bound to.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.as_std().local_addr().map(SocketAddr::from)
    }
}
