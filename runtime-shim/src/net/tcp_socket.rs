use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};

use super::{TcpListener, TcpStream};
use crate::runtime::source::{AsyncSource, Direction};

/// A TCP socket that is not connected yet, for options that must be set before; stands for
/// `tokio::net::TcpSocket`.
///
/// # Examples
///
/// ```
/// # #[cfg(any(feature = "tokio", feature = "smol", feature = "async-std", feature = "embassy", feature = "pollster"))]
/// # portable_runtime_shim::runtime::block_on(async {
/// use portable_runtime_shim::net::TcpSocket;
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
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// Says whether the address may be one that a connection which has ended still has
    /// (`SO_REUSEADDR`).
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn set_reuseaddr(&self, reuseaddr: bool) -> io::Result<()> {
        self.socket.set_reuse_address(reuseaddr)
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
        self.socket.listen(backlog)?;
        TcpListener::watch(self.socket.into())
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    ///
    /// # Cancel safety
    ///
    /// The attempt is given up.
    pub async fn connect(self, address: SocketAddr) -> io::Result<TcpStream> {
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
