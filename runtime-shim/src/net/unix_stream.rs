use std::io;
use std::net::Shutdown;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::unix::{
    OwnedReadHalf, OwnedWriteHalf, Pause, ReadHalf, SocketAddr, WriteHalf, into_split,
};
use crate::io::stream::{reads, writes};
use crate::runtime::source::{AsyncSource, Direction, Source};
use crate::task::consume_budget;
use crate::time;

/// A connection of two Unix sockets.
///
/// Equivalent to `tokio::net::UnixStream`.
///
/// It reads and writes by the traits in [`io`](crate::io). Dropping it closes the connection;
/// [`into_split`](Self::into_split) makes two halves for two tasks.
///
/// # Cancel safety
///
/// A read that is dropped has read nothing. A write that is dropped has written nothing; of
/// `write_all` and `read_exact`, which are several, a part may be done.
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
    /// Connects to the listener at this path; on Linux a path that begins with a zero byte is a
    /// name in the abstract namespace.
    ///
    /// Where as many connections wait for the listener as it lets wait, this one waits too, where
    /// Linux and Tokio give [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// That of the operating system: [`NotFound`](io::ErrorKind::NotFound) if there is no such file,
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) if nobody listens at it;
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for a path that is too long.
    ///
    /// # Cancel safety
    ///
    /// The attempt is given up.
    pub async fn connect<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        Self::connect_to(SockAddr::unix(path)?).await
    }

    /// As [`connect`](Self::connect), to an address.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_addr(address: &SocketAddr) -> io::Result<Self> {
        Self::connect_to(socket2_address(address)?).await
    }

    async fn connect_to(address: SockAddr) -> io::Result<Self> {
        consume_budget().await;
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        let mut pause = Pause::new();
        loop {
            match socket.connect(&address) {
                Ok(()) => return Self::watch(socket.into()),
                // The listener has no room, and nobody tells when it has.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    time::sleep(pause.next()).await;
                }
                Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => break,
                Err(error) => return Err(error),
            }
        }
        let stream = Self::watch(socket.into())?;
        stream.source.ready(Direction::Write).await?;
        match stream.take_error()? {
            Some(error) => Err(error),
            None => Ok(stream),
        }
    }

    /// Two streams that are connected with each other.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = std::os::unix::net::UnixStream::pair()?;
        Ok((Self::connected(one)?, Self::connected(other)?))
    }

    ready_to_read! { |self| self }
    ready_to_write! { |self| self }
    try_to_read! { |self| self }
    try_to_write! { |self| self }

    /// Two halves that borrow the stream.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    /// Two halves, for two tasks. Dropping the one that writes ends the stream for the other side.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        into_split(self)
    }

    /// Ends this side's stream: the other side reads to the end. Reading goes on.
    ///
    /// # Errors
    ///
    /// That of the operating system. A connection that is gone is none.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        self.end_of_writing()
    }

    pub(crate) fn end_of_writing(&self) -> io::Result<()> {
        match self.as_std().shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            ended => ended,
        }
    }

    addresses! { SocketAddr, |self| self }
}

impl AsRef<UnixStream> for UnixStream {
    fn as_ref(&self) -> &UnixStream {
        self
    }
}

fn socket2_address(address: &SocketAddr) -> io::Result<SockAddr> {
    #[cfg(target_os = "android")]
    use std::os::android::net::SocketAddrExt;
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt;

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
