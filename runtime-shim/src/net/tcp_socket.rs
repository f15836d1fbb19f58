use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
#[cfg(windows)]
use std::os::windows::io::{
    AsRawSocket, AsSocket, BorrowedSocket, FromRawSocket, IntoRawSocket, OwnedSocket, RawSocket,
};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::{TcpListener, TcpStream};
use crate::runtime::source::{AsyncSource, Direction};

/// A TCP socket that is not connected yet, for setting options first.
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
    /// Creates a socket for IPv4.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn new_v4() -> io::Result<Self> {
        Self::new(Domain::IPV4)
    }

    /// Creates a socket for IPv6.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
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

    /// Takes over a std socket that is not connected, despite its type, and makes it non-blocking.
    /// This is how to set options that this type lacks.
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
        /// Returns whether the socket may bind to an address that an ended connection still
        /// occupies (`SO_REUSEADDR`).
        reuseaddr, set_reuseaddr: bool => reuse_address, set_reuse_address;

        /// Returns whether an idle connection is probed, and closed if the peer is gone
        /// (`SO_KEEPALIVE`).
        keepalive, set_keepalive: bool => keepalive, set_keepalive;

        /// Returns whether small packets are sent at once, without waiting for more
        /// (`TCP_NODELAY`).
        nodelay, set_nodelay: bool => tcp_nodelay, set_tcp_nodelay;
    }
    options_of_packets! {}

    /// Returns whether several sockets may bind to one address and share its traffic
    /// (`SO_REUSEPORT`).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    #[cfg(all(
        unix,
        not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))
    ))]
    pub fn reuseport(&self) -> io::Result<bool> {
        self.socket.reuse_port()
    }

    /// Sets [`reuseport`](Self::reuseport).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    #[cfg(all(
        unix,
        not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))
    ))]
    pub fn set_reuseport(&self, reuseport: bool) -> io::Result<()> {
        self.socket.set_reuse_port(reuseport)
    }

    /// Returns the size of the send buffer (`SO_SNDBUF`). Linux returns twice the value that was
    /// set.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.socket.send_buffer_size().map(saturated)
    }

    /// Sets [`send_buffer_size`](Self::send_buffer_size), within the limits of the operating
    /// system.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_send_buffer_size(size as usize)
    }

    /// Returns the size of the receive buffer (`SO_RCVBUF`). Linux returns twice the value that was
    /// set.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.socket.recv_buffer_size().map(saturated)
    }

    /// Sets [`recv_buffer_size`](Self::recv_buffer_size), within the limits of the operating
    /// system.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_recv_buffer_size(size as usize)
    }

    /// Returns how long closing waits until the remaining bytes are sent (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.socket.linger()
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
        self.socket.set_linger(dur)
    }

    /// Makes closing drop the connection (`SO_LINGER` of zero), as [`TcpStream::set_zero_linger`]
    /// does.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.socket.set_linger(Some(Duration::ZERO))
    }

    /// Returns the address that the socket is bound to.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.socket.local_addr()?.as_socket();
        address.ok_or_else(|| io::Error::other("portable: a socket with no IP address"))
    }

    /// Returns and clears the pending error of the socket (`SO_ERROR`).
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system cannot read it.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.socket.take_error()
    }

    /// Binds the socket to an address.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.socket.bind(&address.into())
    }

    /// Listens for connections, of which up to `backlog` wait to be accepted.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let backlog = backlog.try_into().unwrap_or(i32::MAX);
        self.socket.set_nonblocking(true)?;
        self.socket.listen(backlog)?;
        TcpListener::watch(self.socket.into())
    }

    /// Connects to an address.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, for example
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up the attempt.
    pub async fn connect(self, address: SocketAddr) -> io::Result<TcpStream> {
        self.socket.set_nonblocking(true)?;
        if let Err(error) = self.socket.connect(&address.into())
            && !is_connecting(&error)
        {
            return Err(error);
        }
        // The reactor watches the socket only from here, because a socket that is not connecting
        // counts as hung up.
        let stream = TcpStream::watch(self.socket.into())?;
        stream.source.ready(Direction::Write).await?;
        match stream.take_error()? {
            Some(error) => Err(error),
            None => Ok(stream),
        }
    }
}

/// Returns whether an error of `connect` says that the socket is connecting.
fn is_connecting(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(libc::EINPROGRESS);
    #[cfg(windows)]
    return error.kind() == io::ErrorKind::WouldBlock;
}

fn saturated(size: usize) -> u32 {
    size.try_into().unwrap_or(u32::MAX)
}

#[cfg(unix)]
impl AsFd for TcpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(unix)]
impl AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

#[cfg(unix)]
impl FromRawFd for TcpSocket {
    /// Takes over a socket.
    ///
    /// # Safety
    ///
    /// The descriptor must be open, and nothing else may own it.
    unsafe fn from_raw_fd(fd: RawFd) -> Self {
        // SAFETY: the caller promises what is asked for.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Self { socket: fd.into() }
    }
}

#[cfg(unix)]
impl IntoRawFd for TcpSocket {
    fn into_raw_fd(self) -> RawFd {
        self.socket.into_raw_fd()
    }
}

#[cfg(windows)]
impl AsSocket for TcpSocket {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.socket.as_socket()
    }
}

#[cfg(windows)]
impl AsRawSocket for TcpSocket {
    fn as_raw_socket(&self) -> RawSocket {
        self.socket.as_raw_socket()
    }
}

#[cfg(windows)]
impl FromRawSocket for TcpSocket {
    /// Takes over a socket.
    ///
    /// # Safety
    ///
    /// The socket must be open, and nothing else may own it.
    unsafe fn from_raw_socket(socket: RawSocket) -> Self {
        // SAFETY: the caller promises what is asked for.
        let socket = unsafe { OwnedSocket::from_raw_socket(socket) };
        Self {
            socket: socket.into(),
        }
    }
}

#[cfg(windows)]
impl IntoRawSocket for TcpSocket {
    fn into_raw_socket(self) -> RawSocket {
        self.socket.into_raw_socket()
    }
}
