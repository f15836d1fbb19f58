use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use super::{TcpSocket, TcpStream, ToSocketAddrs, addr::first_of};
use crate::runtime::source::{AsyncSource, Direction, First, Source};

/// A TCP socket that accepts connections.
///
/// Equivalent to `tokio::net::TcpListener`.
///
/// # Examples
///
/// ```no_run
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io;
/// use portable::net::TcpListener;
/// use portable::task;
///
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
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
pub struct TcpListener {
    source: Source<std::net::TcpListener>,
}

descriptor! { TcpListener: std::net::TcpListener }

impl TcpListener {
    /// Binds to the first of the addresses that is free, and listens. For port 0 the operating
    /// system chooses a port; [`local_addr`](Self::local_addr) returns it.
    ///
    /// A listener may bind to the address of an earlier one at once (`SO_REUSEADDR`, which Windows
    /// does not need). Up to 1,024
    /// connections wait to be accepted. [`TcpSocket`] sets other options.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error for the last address, or
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no address.
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        first_of(address, |address| async move {
            let socket = TcpSocket::for_address(address)?;
            // On Windows it would let another program take over the address.
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(1024)
        })
        .await
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
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (socket, address) = self
            .source
            .io(Direction::Read, |listener| listener.accept())
            .await?;
        Ok((TcpStream::connected(socket, First::Tries)?, address))
    }

    /// The `poll` form of [`accept`](Self::accept). If several tasks poll, only the last one is
    /// woken.
    ///
    /// # Errors
    ///
    /// Fails as [`accept`](Self::accept) does.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let (socket, address) = ready!(
            self.source
                .poll_io(Direction::Read, cx, |listener| listener.accept())
        )?;
        Poll::Ready(Ok((TcpStream::connected(socket, First::Tries)?, address)))
    }

    /// Returns the address that the listener is bound to.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.as_std().local_addr()
    }

    options! {
        /// Returns the time to live of packets (`IP_TTL`).
        ttl, set_ttl: u32 => ttl_v4, set_ttl_v4;
    }
}
