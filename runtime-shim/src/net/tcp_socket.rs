use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::{TcpListener, TcpStream};
use crate::runtime::source::{AsyncSource, Direction};

/// A TCP socket that is not connected yet, for options that must be set before.
///
/// Equivalent to `tokio::net::TcpSocket`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::net::TcpSocket;
///
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseaddr(true)?;
/// socket.bind("127.0.0.1:0".parse().unwrap())?;
/// let listener = socket.listen(128)?;
/// # drop(listener);
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct TcpSocket {
    socket: Socket,
}

impl TcpSocket {
    /// A socket for IPv4.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn new_v4() -> io::Result<Self> {
        Self::new(Domain::IPV4)
    }

    /// A socket for IPv6.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn new_v6() -> io::Result<Self> {
        Self::new(Domain::IPV6)
    }

    pub(crate) fn for_address(address: SocketAddr) -> io::Result<Self> {
        Self::new(Domain::for_address(address))
    }

    fn new(domain: Domain) -> io::Result<Self> {
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        Ok(Self { socket })
    }

    /// Makes it of std's, which is set to be non-blocking: the way for a socket with options that
    /// this type does not have. It is not connected, but for its type.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// use portable::net::TcpSocket;
    /// use socket2::{Domain, Socket, Type};
    ///
    /// let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// let socket = TcpSocket::from_std_stream(socket.into());
    /// socket.bind("127.0.0.1:0".parse().unwrap())?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn from_std_stream(stream: std::net::TcpStream) -> Self {
        Self {
            socket: stream.into(),
        }
    }

    options! {
        /// Whether the address may be one that a connection which has ended still has
        /// (`SO_REUSEADDR`).
        reuseaddr, set_reuseaddr: bool => reuse_address, set_reuse_address;

        /// Whether a connection that is idle is probed, and ends if the other side is gone
        /// (`SO_KEEPALIVE`).
        keepalive, set_keepalive: bool => keepalive, set_keepalive;

        /// Whether small packets are sent at once, without waiting for more (`TCP_NODELAY`).
        nodelay, set_nodelay: bool => tcp_nodelay, set_tcp_nodelay;
    }
    options_of_packets! {}

    /// Whether several sockets may have the same address, and share what arrives (`SO_REUSEPORT`).
    ///
    /// # Errors
    ///
    /// That of the operating system.
    #[cfg(not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin")))]
    pub fn reuseport(&self) -> io::Result<bool> {
        self.socket.reuse_port()
    }

    /// Sets [`reuseport`](Self::reuseport).
    ///
    /// # Errors
    ///
    /// That of the operating system.
    #[cfg(not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin")))]
    pub fn set_reuseport(&self, reuseport: bool) -> io::Result<()> {
        self.socket.set_reuse_port(reuseport)
    }

    /// The size of the buffer of what is not sent yet (`SO_SNDBUF`). Linux says twice what was set.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.socket.send_buffer_size().map(saturated)
    }

    /// Sets [`send_buffer_size`](Self::send_buffer_size), within the limits of the operating
    /// system.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_send_buffer_size(size as usize)
    }

    /// The size of the buffer of what is not read yet (`SO_RCVBUF`). Linux says twice what was set.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.socket.recv_buffer_size().map(saturated)
    }

    /// Sets [`recv_buffer_size`](Self::recv_buffer_size), within the limits of the operating
    /// system.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_recv_buffer_size(size as usize)
    }

    /// How long closing waits for what is not sent yet (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.socket.linger()
    }

    /// Says that closing drops the connection (`SO_LINGER` of zero), as
    /// [`TcpStream::set_zero_linger`] does.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket.set_linger(Some(Duration::ZERO))
    }

    /// The address that [`bind`](Self::bind) gave it.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.socket.local_addr()?.as_socket();
        address.ok_or_else(|| io::Error::other("portable: a socket with no IP address"))
    }

    /// The error that the operating system has kept for this socket, which this takes.
    ///
    /// # Errors
    ///
    /// If the operating system cannot tell.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.socket.take_error()
    }

    /// Gives the socket this address.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.socket.bind(&address.into())
    }

    /// Takes connections, of which up to `backlog` wait.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let backlog = backlog.try_into().unwrap_or(i32::MAX);
        self.socket.set_nonblocking(true)?;
        self.socket.listen(backlog)?;
        TcpListener::watch(self.socket.into())
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// That of the operating system, like
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused).
    ///
    /// # Cancel safety
    ///
    /// The attempt is given up.
    pub async fn connect(self, address: SocketAddr) -> io::Result<TcpStream> {
        self.socket.set_nonblocking(true)?;
        if let Err(error) = self.socket.connect(&address.into())
            && error.raw_os_error() != Some(libc::EINPROGRESS)
        {
            return Err(error);
        }
        // Not before: a socket that is not connecting counts as hung up.
        let stream = TcpStream::watch(self.socket.into())?;
        stream.source.ready(Direction::Write).await?;
        match stream.take_error()? {
            Some(error) => Err(error),
            None => Ok(stream),
        }
    }
}

fn saturated(size: usize) -> u32 {
    size.try_into().unwrap_or(u32::MAX)
}

impl AsFd for TcpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}
