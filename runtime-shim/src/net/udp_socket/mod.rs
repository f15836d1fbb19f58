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
/// It sends and receives datagrams, each as a whole or not at all. All its methods take `&self`: in
/// an [`Arc`](std::sync::Arc) it serves any number of tasks at once.
///
/// The `poll` functions that receive take a slice where Tokio's take its `ReadBuf`, and give the
/// number of bytes. On Tokio they are not woken by an error that comes without a datagram, like
/// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused); `recv` and the others that are awaited
/// are.
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
    /// A socket at the first of the addresses that is free. Port 0 is one that the operating system
    /// chooses: see [`local_addr`](Self::local_addr).
    ///
    /// For options that must be set before, make one with socket2 and use
    /// [`from_std`](Self::from_std).
    ///
    /// # Errors
    ///
    /// That of the operating system for the last address; if there is none,
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        first_of(address, |address| async move {
            Self::from_std(std::net::UdpSocket::bind(address)?)
        })
        .await
    }

    /// Says who the other side is, for [`send`](Self::send) and [`recv`](Self::recv): the first of
    /// the addresses that can be. Datagrams of others no longer arrive. Nothing is sent.
    ///
    /// # Errors
    ///
    /// That of the operating system for the last address; if there is none,
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    pub async fn connect<A: ToSocketAddrs>(&self, address: A) -> io::Result<()> {
        first_of(
            address,
            |address| async move { self.as_std().connect(address) },
        )
        .await
    }

    addresses! { SocketAddr, |self| self }
    datagrams! { std::net::UdpSocket, SocketAddr }

    /// Sends a datagram to the first of the addresses; says how many bytes, which are all of them.
    ///
    /// # Errors
    ///
    /// That of the operating system: if it is too big, if there is no way to the address, or what
    /// became of an earlier one; if there is no address,
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    ///
    /// # Cancel safety
    ///
    /// If it is dropped before its end, nothing was sent.
    pub async fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], address: A) -> io::Result<usize> {
        let address = first(address).await?;
        self.source
            .io(Direction::Write, |socket| socket.send_to(buf, address))
            .await
    }

    /// As [`send_to`](Self::send_to), for a `poll` function: of several tasks the last one is woken.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        address: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.source
            .poll_io(Direction::Write, cx, |socket| socket.send_to(buf, address))
    }

    /// As [`send_to`](Self::send_to), if there is room at once.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is none; else as
    /// [`send_to`](Self::send_to).
    pub fn try_send_to(&self, buf: &[u8], address: SocketAddr) -> io::Result<usize> {
        self.source
            .try_io(Direction::Write, |socket| socket.send_to(buf, address))
    }
}
