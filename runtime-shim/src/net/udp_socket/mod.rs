mod options;
mod peek;

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::ToSocketAddrs;
use super::addr::{first, first_of};
use crate::runtime::source::{AsyncSource, Direction, Source};

/// A UDP socket.
///
/// Equivalent to `tokio::net::UdpSocket`.
///
/// It sends and receives datagrams, each as a whole or not at all. All its methods take `&self`, so
/// any number of tasks can share it in an [`Arc`](std::sync::Arc).
///
/// The `poll` functions that receive take a slice and return the number of bytes, or take Tokio's
/// `ReadBuf`, as [`ReceiveBuf`](super::ReceiveBuf) says. On Tokio, an error that comes without a datagram, such as
/// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused), does not wake them. It does wake `recv`
/// and the other `async` methods.
///
/// # Examples
///
/// A socket that is connected, and one that answers anyone:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::net::UdpSocket;
///
/// let server = UdpSocket::bind("127.0.0.1:0").await?;
/// let client = UdpSocket::bind("127.0.0.1:0").await?;
/// client.connect(server.local_addr()?).await?;
/// client.send(b"hello").await?;
///
/// let mut buf = [0; 1500];
/// let (len, from) = server.recv_from(&mut buf).await?;
/// server.send_to(&buf[..len], from).await?;
///
/// let len = client.recv(&mut buf).await?;
/// assert_eq!(&buf[..len], b"hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub struct UdpSocket {
    source: Source<std::net::UdpSocket>,
}

descriptor! { UdpSocket: std::net::UdpSocket }

impl UdpSocket {
    /// Binds a socket to the first of the addresses that is free. For port 0 the operating system
    /// chooses a port; [`local_addr`](Self::local_addr) returns it.
    ///
    /// To set options before binding, make a socket with socket2 and pass it to
    /// [`from_std`](Self::from_std).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error for the last address, or
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no address.
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        first_of(address, |address| async move {
            Self::from_std(std::net::UdpSocket::bind(address)?)
        })
        .await
    }

    /// Sets the peer for [`send`](Self::send) and [`recv`](Self::recv): the first of the addresses
    /// that works. Datagrams of others are then dropped. This sends nothing.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error for the last address, or
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no address.
    pub async fn connect<A: ToSocketAddrs>(&self, address: A) -> io::Result<()> {
        first_of(
            address,
            |address| async move { self.as_std().connect(address) },
        )
        .await
    }

    #[cfg(feature = "tokio-io")]
    fn sender(address: socket2::SockAddr) -> io::Result<SocketAddr> {
        let sender = address.as_socket();
        sender.ok_or_else(|| io::Error::other("portable: a datagram of no IP address"))
    }

    addresses! { SocketAddr, |self| self }
    datagrams! { std::net::UdpSocket, SocketAddr }

    /// Sends a datagram to the first of the addresses, and returns its number of bytes: a datagram
    /// is sent as a whole.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, for example if the datagram is too big or the address
    /// cannot be reached. The error may also be that of an earlier datagram. Returns
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no address.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it completes, nothing was sent.
    pub async fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], address: A) -> io::Result<usize> {
        let address = first(address).await?;
        self.source
            .io(Direction::Write, |socket| socket.send_to(buf, address))
            .await
    }

    /// The `poll` form of [`send_to`](Self::send_to). If several tasks poll, only the last one is
    /// woken.
    ///
    /// # Errors
    ///
    /// Fails as [`send_to`](Self::send_to) does.
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        address: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.source
            .poll_io(Direction::Write, cx, |socket| socket.send_to(buf, address))
    }

    /// Like [`send_to`](Self::send_to), but fails at once if there is no room.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no room. Otherwise fails as
    /// [`send_to`](Self::send_to) does.
    pub fn try_send_to(&self, buf: &[u8], address: SocketAddr) -> io::Result<usize> {
        self.source
            .try_io(Direction::Write, |socket| socket.send_to(buf, address))
    }
}
