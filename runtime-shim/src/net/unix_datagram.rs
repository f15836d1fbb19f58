use std::io;
use std::net::Shutdown;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use super::unix::{Pause, SocketAddr, address_at};
use crate::runtime::refused::as_error;
use crate::runtime::source::{AsyncSource, Direction, First, Source};
use crate::{task, time};

/// A Unix socket for datagrams.
///
/// Equivalent to `tokio::net::UnixDatagram`.
///
/// Each datagram arrives as a whole, once and in order: a sender waits while the receiver has no
/// room. All methods take `&self`, so any number of tasks can share a socket in an
/// [`Arc`](std::sync::Arc).
///
/// The `poll` functions that receive take a slice and return the number of bytes, or take Tokio's
/// `ReadBuf`, as [`ReceiveBuf`](super::ReceiveBuf) says. Nothing signals when another socket has room, so
/// [`send_to`](Self::send_to) also retries from time to time.
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
    /// Binds a socket to this path and creates a file there. On Linux, a path that begins with a
    /// zero byte is a name in the abstract namespace and creates no file.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error: [`AddrInUse`](io::ErrorKind::AddrInUse) if the file
    /// exists, [`InvalidInput`](io::ErrorKind::InvalidInput) if the path is too long.
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        let address = address_at(path.as_ref())?;
        Self::from_std(std::os::unix::net::UnixDatagram::bind_addr(&address)?)
    }

    /// Creates two sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = std::os::unix::net::UnixDatagram::pair()?;
        Ok((
            Self::connected(one, First::Writes)?,
            Self::connected(other, First::Writes)?,
        ))
    }

    /// Creates a socket without an address. No other socket can send to it.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn unbound() -> io::Result<Self> {
        Self::from_std(std::os::unix::net::UnixDatagram::unbound()?)
    }

    /// Sets the peer for [`send`](Self::send) and [`recv`](Self::recv): the socket at this path.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error: [`NotFound`](io::ErrorKind::NotFound) if the file does
    /// not exist, [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) if no socket is bound to
    /// it.
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.as_std().connect_addr(&address_at(path.as_ref())?)
    }

    #[cfg(feature = "tokio-io")]
    fn sender(address: socket2::SockAddr) -> io::Result<SocketAddr> {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let address = match (address.as_pathname(), address.as_abstract_namespace()) {
            (Some(path), _) => address_at(path),
            (None, Some(name)) => {
                let name = [b"\0", name].concat();
                address_at(Path::new(OsStr::from_bytes(&name)))
            }
            // The sender has no name.
            (None, None) => address_at(Path::new("")),
        };
        address.map(SocketAddr::from)
    }

    addresses! { SocketAddr, |self| self }
    datagrams! { std::os::unix::net::UnixDatagram, SocketAddr }

    /// Sends a datagram to the socket at this path, and returns its number of bytes: a datagram is
    /// sent as a whole.
    ///
    /// # Errors
    ///
    /// Fails as [`connect`](Self::connect) does, and if the datagram is too big.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it completes, nothing was sent.
    pub async fn send_to<P: AsRef<Path>>(&self, buf: &[u8], path: P) -> io::Result<usize> {
        let address = address_at(path.as_ref())?;
        let mut pause = Pause::new();
        loop {
            match self.try_send_to_address(buf, &address) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
            // Either this socket has no room, which the reactor reports, or the other socket has
            // none, which no reactor reports.
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

    /// The `poll` form of [`send_to`](Self::send_to). If several tasks poll, only the last one is
    /// woken.
    ///
    /// # Errors
    ///
    /// Fails as [`send_to`](Self::send_to) does.
    pub fn poll_send_to<P: AsRef<Path>>(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        path: P,
    ) -> Poll<io::Result<usize>> {
        ready!(crate::runtime::selected::poll_spend(cx));
        match self.try_send_to(buf, path) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return Poll::Ready(done),
        }
        // Either this socket has no room, which the reactor reports, or the other socket has none,
        // which no reactor reports. A task that waits a little wakes the caller in both cases.
        let waker = cx.waker().clone();
        let wakes = as_error(|| {
            task::spawn(async move {
                time::sleep(Pause::new().next()).await;
                waker.wake();
            })
        });
        match wakes {
            Ok(_) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Like [`send_to`](Self::send_to), but fails at once if there is no room.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no room. Otherwise fails as
    /// [`send_to`](Self::send_to) does.
    pub fn try_send_to<P: AsRef<Path>>(&self, buf: &[u8], path: P) -> io::Result<usize> {
        self.try_send_to_address(buf, &address_at(path.as_ref())?)
    }

    fn try_send_to_address(&self, buf: &[u8], address: &net::SocketAddr) -> io::Result<usize> {
        self.source
            .try_io(Direction::Write, |socket| socket.send_to_addr(buf, address))
    }

    /// Shuts down one direction, or both.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.as_std().shutdown(how)
    }
}
