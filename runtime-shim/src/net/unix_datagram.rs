use std::io;
use std::net::Shutdown;
use std::path::Path;

use super::unix::{Pause, SocketAddr, address_at};
use crate::runtime::source::{AsyncSource, Direction, Source};
use crate::time;

/// A Unix socket for datagrams.
///
/// Equivalent to `tokio::net::UnixDatagram`.
///
/// A datagram arrives as a whole, once and in order: the sender waits while the receiver has no
/// room. All methods take `&self`: in an [`Arc`](std::sync::Arc) it serves any number of tasks at
/// once.
///
/// The `poll` functions that receive take a slice where Tokio's take its `ReadBuf`, and give the
/// number of bytes. There is no `poll_send_to`: nobody tells when another socket has room, so
/// [`send_to`](Self::send_to) also asks from time to time.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::net::UnixDatagram;
///
/// let (one, other) = UnixDatagram::pair()?;
/// one.send(b"hello").await?;
/// let mut buf = [0; 16];
/// let len = other.recv(&mut buf).await?;
/// assert_eq!(&buf[..len], b"hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub struct UnixDatagram {
    source: Source<std::os::unix::net::UnixDatagram>,
}

descriptor! { UnixDatagram: std::os::unix::net::UnixDatagram }

impl UnixDatagram {
    /// A socket at this path, where it makes a file; on Linux a path that begins with a zero byte
    /// is a name in the abstract namespace, without a file.
    ///
    /// # Errors
    ///
    /// That of the operating system: [`AddrInUse`](io::ErrorKind::AddrInUse) if there is such a
    /// file; [`InvalidInput`](io::ErrorKind::InvalidInput) for a path that is too long.
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        let address = address_at(path.as_ref())?;
        Self::from_std(std::os::unix::net::UnixDatagram::bind_addr(&address)?)
    }

    /// Two sockets that are connected with each other.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = std::os::unix::net::UnixDatagram::pair()?;
        Ok((Self::connected(one)?, Self::connected(other)?))
    }

    /// A socket without an address, which nobody can send to.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn unbound() -> io::Result<Self> {
        Self::from_std(std::os::unix::net::UnixDatagram::unbound()?)
    }

    /// Says who the other side is, for [`send`](Self::send) and [`recv`](Self::recv): the socket at
    /// this path.
    ///
    /// # Errors
    ///
    /// That of the operating system: [`NotFound`](io::ErrorKind::NotFound) if there is no such file,
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) if it is nobody's.
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.as_std().connect_addr(&address_at(path.as_ref())?)
    }

    addresses! { SocketAddr, |self| self }
    datagrams! { std::os::unix::net::UnixDatagram, SocketAddr }

    /// Sends a datagram to the socket at this path; says how many bytes, which are all of them.
    ///
    /// # Errors
    ///
    /// That of the operating system: as those of [`connect`](Self::connect), or if it is too big.
    ///
    /// # Cancel safety
    ///
    /// If it is dropped before its end, nothing was sent.
    pub async fn send_to<P: AsRef<Path>>(&self, buf: &[u8], path: P) -> io::Result<usize> {
        let address = address_at(path.as_ref())?;
        let mut pause = Pause::new();
        loop {
            match self.try_send_to_address(buf, &address) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
            // This socket has no room, which a reactor sees, or the other one, which none does.
            let pause = pause.next();
            if let Ok(ready) = time::timeout(pause, self.writable()).await {
                ready?;
                match self.try_send_to_address(buf, &address) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    done => return done,
                }
                time::sleep(pause).await;
            }
        }
    }

    /// As [`send_to`](Self::send_to), if there is room at once.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is none; else as
    /// [`send_to`](Self::send_to).
    pub fn try_send_to<P: AsRef<Path>>(&self, buf: &[u8], path: P) -> io::Result<usize> {
        self.try_send_to_address(buf, &address_at(path.as_ref())?)
    }

    fn try_send_to_address(&self, buf: &[u8], address: &SocketAddr) -> io::Result<usize> {
        self.source
            .try_io(Direction::Write, |socket| socket.send_to_addr(buf, address))
    }

    /// Ends a direction, or both.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.as_std().shutdown(how)
    }
}
