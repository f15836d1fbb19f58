use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use super::{TcpSocket, TcpStream, ToSocketAddrs, addr::first_of};
use crate::runtime::source::{AsyncSource, Direction, Source};

/// A TCP socket that takes connections.
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
    /// Takes connections at the first of the addresses that is free. Port 0 is one that the
    /// operating system chooses: see [`local_addr`](Self::local_addr).
    ///
    /// A listener may follow another at once (`SO_REUSEADDR`); up to 1,024 connections wait. For
    /// other options there is [`TcpSocket`].
    ///
    /// # Errors
    ///
    /// That of the operating system for the last address; if there is none,
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        first_of(address, |address| async move {
            let socket = TcpSocket::for_address(address)?;
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(1024)
        })
        .await
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
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (socket, address) = self
            .source
            .io(Direction::Read, |listener| listener.accept())
            .await?;
        Ok((TcpStream::connected(socket)?, address))
    }

    /// As [`accept`](Self::accept), for a `poll` function: of several tasks the last one is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let (socket, address) = ready!(
            self.source
                .poll_io(Direction::Read, cx, |listener| listener.accept())
        )?;
        Poll::Ready(Ok((TcpStream::connected(socket)?, address)))
    }

    /// The address at which it takes connections.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.as_std().local_addr()
    }

    options! {
        /// The time to live of packets (`IP_TTL`).
        ttl, set_ttl: u32 => ttl_v4, set_ttl_v4;
    }
}
