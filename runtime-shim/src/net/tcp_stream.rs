use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;

use super::receive_buf::sealed::Seal;
use super::tcp::{OwnedReadHalf, OwnedWriteHalf, into_split};
use super::{ReceiveBuf, TcpSocket, ToSocketAddrs, addr::first_of};
use crate::io::stream::{reads, writes};
use crate::runtime::source::{AsyncSource, Direction, Source};

/// A TCP connection.
///
/// Equivalent to `tokio::net::TcpStream`.
///
/// It reads and writes through the traits in [`io`](crate::io). Dropping it closes the connection.
/// [`into_split`](Self::into_split) makes two halves for two tasks.
///
/// # Cancel safety
///
/// A dropped read has read nothing, and a dropped write has written nothing. `write_all` and
/// `read_exact` make several calls, so a part of them may be done.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// # use portable::net::TcpListener;
/// # let listener = TcpListener::bind("127.0.0.1:0").await?;
/// # let address = listener.local_addr()?;
/// use portable::io::AsyncWriteExt;
/// use portable::net::TcpStream;
///
/// let mut stream = TcpStream::connect(address).await?;
/// stream.write_all(b"hello").await?;
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub struct TcpStream {
    pub(crate) source: Source<std::net::TcpStream>,
}

descriptor! { TcpStream: std::net::TcpStream }
reads! { impl TcpStream => |this| &this.source }
writes! { impl TcpStream => |this| &this.source, |this: &mut TcpStream| this.end_of_writing() }

impl TcpStream {
    /// Connects to the first of the addresses that accepts the connection.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error for the last address, or
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no address.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up the attempt.
    pub async fn connect<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        first_of(address, |address| async move {
            TcpSocket::for_address(address)?.connect(address).await
        })
        .await
    }

    ready_for! { |self| self }
    any_io! {}
    ready_to_read! { |self| self }
    ready_to_write! { |self| self }
    try_to_read! { |self| self }
    try_to_write! { |self| self }

    /// Reads the next bytes without removing them from the stream.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future takes nothing.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub async fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.source
            .io(Direction::Read, |socket| socket.peek(buf))
            .await
    }

    /// The `poll` form of [`peek`](Self::peek). If several tasks poll, only the last one is woken.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn poll_peek<B: ReceiveBuf + ?Sized>(
        &self,
        cx: &mut Context<'_>,
        buf: &mut B,
    ) -> Poll<io::Result<usize>> {
        let peek = |socket: &std::net::TcpStream| socket.peek(buf.room(Seal));
        let len = ready!(self.source.poll_io(Direction::Read, cx, peek))?;
        buf.received(len, Seal);
        Poll::Ready(Ok(len))
    }

    /// Splits the stream into two halves, for two tasks. Dropping the writing half ends the stream
    /// for the peer.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// # use portable::net::{TcpListener, TcpStream};
    /// use portable::io::{AsyncReadExt, AsyncWriteExt};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (peer, _) = listener.accept().await?;
    ///
    /// # portable::task::spawn(async move {
    /// #     let (mut read, mut write) = peer.into_split();
    /// #     portable::io::copy(&mut read, &mut write).await
    /// # });
    /// let (mut read, mut write) = stream.into_split();
    /// let writer = portable::task::spawn(async move { write.write_all(b"ping").await });
    /// let mut text = String::new();
    /// read.read_to_string(&mut text).await?;
    /// assert_eq!(text, "ping");
    /// writer.await.unwrap()?;
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        into_split(self)
    }

    addresses! { SocketAddr, |self| self }
    options! {
        /// Returns whether small packets are sent at once, without waiting for more
        /// (`TCP_NODELAY`).
        nodelay, set_nodelay: bool => tcp_nodelay, set_tcp_nodelay;

        /// Returns the time to live of packets (`IP_TTL`).
        ttl, set_ttl: u32 => ttl_v4, set_ttl_v4;
    }

    /// Returns whether incoming data is acknowledged at once (`TCP_QUICKACK`). The operating system
    /// may change this at any time.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    #[cfg(any(target_os = "android", target_os = "linux"))]
    pub fn quickack(&self) -> io::Result<bool> {
        SockRef::from(self).tcp_quickack()
    }

    /// Sets [`quickack`](Self::quickack).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    #[cfg(any(target_os = "android", target_os = "linux"))]
    pub fn set_quickack(&self, quickack: bool) -> io::Result<()> {
        SockRef::from(self).set_tcp_quickack(quickack)
    }

    /// Returns how long closing waits until the remaining bytes are sent (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        SockRef::from(self).linger()
    }

    /// Sets how long closing waits until the remaining bytes are sent (`SO_LINGER`). Closing then
    /// blocks the thread; for a time of zero it drops the connection at once, as
    /// [`set_zero_linger`](Self::set_zero_linger) does.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    #[deprecated(note = "closing blocks the thread; call `shutdown` and read to the end instead")]
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        SockRef::from(self).set_linger(dur)
    }

    /// Makes closing drop the connection (`SO_LINGER` of zero). Bytes that are not sent yet are
    /// lost, and the peer gets [`ConnectionReset`](io::ErrorKind::ConnectionReset).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        SockRef::from(self).set_linger(Some(Duration::ZERO))
    }
}
