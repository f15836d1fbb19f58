use std::io;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::unix::{OwnedReadHalf, OwnedWriteHalf, Pause, SocketAddr, UCred, into_split};
use crate::io::stream::{reads, writes};
use crate::runtime::source::{AsyncSource, Direction, First, Source};
use crate::task::consume_budget;
use crate::time;

/// A connection between two Unix sockets.
///
/// Equivalent to `tokio::net::UnixStream`.
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
/// use portable::io::{AsyncReadExt, AsyncWriteExt};
/// use portable::net::UnixStream;
///
/// let (mut one, mut other) = UnixStream::pair()?;
/// one.write_all(b"hello").await?;
/// drop(one);
/// let mut text = String::new();
/// other.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub struct UnixStream {
    pub(crate) source: Source<std::os::unix::net::UnixStream>,
}

descriptor! { UnixStream: std::os::unix::net::UnixStream }
reads! { impl UnixStream => |this| &this.source }
writes! { impl UnixStream => |this| &this.source, |this: &mut UnixStream| this.end_of_writing() }

impl UnixStream {
    /// Connects to the listener at this path. On Linux, a path that begins with a zero byte is a
    /// name in the abstract namespace.
    ///
    /// If the backlog of the listener is full, this waits. Linux and Tokio return
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) instead.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error: [`NotFound`](io::ErrorKind::NotFound) if the file does
    /// not exist, [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) if no socket listens at
    /// it, [`InvalidInput`](io::ErrorKind::InvalidInput) if the path is too long.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up the attempt.
    pub async fn connect<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        Self::connect_to(SockAddr::unix(path)?).await
    }

    /// Like [`connect`](Self::connect), with an address.
    ///
    /// # Errors
    ///
    /// Fails as [`connect`](Self::connect) does.
    pub async fn connect_addr(address: &SocketAddr) -> io::Result<Self> {
        Self::connect_to(socket2_address(address)?).await
    }

    async fn connect_to(address: SockAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        connect_socket(socket, address).await
    }

    /// Creates two streams that are connected to each other.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = std::os::unix::net::UnixStream::pair()?;
        Ok((
            Self::connected(one, First::Writes)?,
            Self::connected(other, First::Writes)?,
        ))
    }

    ready_for! { |self| self }
    any_io! {}
    ready_to_read! { |self| self }
    ready_to_write! { |self| self }
    try_to_read! { |self| self }
    try_to_write! { |self| self }

    /// Splits the stream into two halves, for two tasks. Dropping the writing half ends the stream
    /// for the peer.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        into_split(self)
    }

    addresses! { SocketAddr, |self| self }

    /// Returns who has made the peer: the user, the group and the process at the time when it
    /// connected or began to listen.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn peer_cred(&self) -> io::Result<UCred> {
        UCred::of_peer(self.as_std())
    }
}

/// Connects a non-blocking socket.
pub(crate) async fn connect_socket(socket: Socket, address: SockAddr) -> io::Result<UnixStream> {
    consume_budget().await;
    let mut pause = Pause::new();
    loop {
        match socket.connect(&address) {
            Ok(()) => return UnixStream::watch(socket.into()),
            // The backlog of the listener is full, and nothing signals when it has room.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                time::sleep(pause.next()).await;
            }
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => break,
            Err(error) => return Err(error),
        }
    }
    let stream = UnixStream::watch(socket.into())?;
    stream.source.ready(Direction::Write).await?;
    match stream.take_error()? {
        Some(error) => Err(error),
        None => Ok(stream),
    }
}

fn socket2_address(address: &SocketAddr) -> io::Result<SockAddr> {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    if let Some(name) = address.as_abstract_name() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        return SockAddr::unix(OsStr::from_bytes(&[b"\0", name].concat()));
    }
    match address.as_pathname() {
        Some(path) => SockAddr::unix(path),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "portable: this address has no name to connect to",
        )),
    }
}
