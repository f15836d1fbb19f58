use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::{UnixDatagram, UnixListener, UnixStream, unix_stream::connect_socket};

/// A Unix socket that is not connected yet, for binding or setting options first.
///
/// Equivalent to `tokio::net::UnixSocket`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::net::UnixSocket;
///
/// let path = std::env::temp_dir().join(format!("portable-unix-{}", std::process::id()));
/// let socket = UnixSocket::new_stream()?;
/// socket.bind(&path)?;
/// let listener = socket.listen(16)?;
/// let client = UnixSocket::new_stream()?.connect(&path).await?;
/// # drop((listener, client));
/// std::fs::remove_file(&path)
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct UnixSocket {
    socket: Socket,
}

impl UnixSocket {
    /// Creates a socket for datagrams.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn new_datagram() -> io::Result<Self> {
        Self::new(Type::DGRAM)
    }

    /// Creates a socket for a stream or a listener.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn new_stream() -> io::Result<Self> {
        Self::new(Type::STREAM)
    }

    fn new(socket_type: Type) -> io::Result<Self> {
        let socket = Socket::new(Domain::UNIX, socket_type, None)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// Binds the socket to this path, where it creates a file. On Linux, a path that begins with a
    /// zero byte is a name in the abstract namespace and creates no file.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error: [`AddrInUse`](io::ErrorKind::AddrInUse) if the file
    /// exists, [`InvalidInput`](io::ErrorKind::InvalidInput) if the path is too long.
    pub fn bind(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.socket.bind(&SockAddr::unix(path)?)
    }

    /// Listens for connections, of which up to `backlog` wait to be accepted.
    ///
    /// # Errors
    ///
    /// Returns an error if this is a socket for datagrams. Otherwise returns the operating system's
    /// error.
    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        if self.is_datagram()? {
            return Err(io::Error::other(
                "listen cannot be called on a datagram socket",
            ));
        }
        self.socket.listen(backlog.try_into().unwrap_or(i32::MAX))?;
        UnixListener::watch(self.socket.into())
    }

    /// Connects to the listener at this path, as [`UnixStream::connect`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if this is a socket for datagrams. Otherwise fails as
    /// [`UnixStream::connect`] does.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up the attempt.
    pub async fn connect(self, path: impl AsRef<Path>) -> io::Result<UnixStream> {
        if self.is_datagram()? {
            return Err(io::Error::other(
                "connect cannot be called on a datagram socket",
            ));
        }
        connect_socket(self.socket, SockAddr::unix(path)?).await
    }

    /// Turns this into a socket that sends and receives datagrams.
    ///
    /// # Errors
    ///
    /// Returns an error if this is a socket for a stream. Otherwise returns the operating system's
    /// error.
    pub fn datagram(self) -> io::Result<UnixDatagram> {
        if !self.is_datagram()? {
            return Err(io::Error::other(
                "datagram cannot be called on a stream socket",
            ));
        }
        UnixDatagram::watch(self.socket.into())
    }

    fn is_datagram(&self) -> io::Result<bool> {
        Ok(self.socket.r#type()? == Type::DGRAM)
    }
}

impl AsFd for UnixSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for UnixSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

impl FromRawFd for UnixSocket {
    /// Takes over a socket, which must be non-blocking.
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

impl IntoRawFd for UnixSocket {
    fn into_raw_fd(self) -> RawFd {
        self.socket.into_raw_fd()
    }
}
