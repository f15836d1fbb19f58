//! Pipes: anonymous ones, and files that are pipes (FIFOs).
//!
//! Equivalent to `tokio::net::unix::pipe`.

use std::fs::File;
use std::io::{self, IoSliceMut, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::io::Interest;
use crate::io::patient::Until;
use crate::io::stream::{reads, writes};
use crate::runtime::source::{AsyncSource, Descriptor, First, Source, watch};

/// Creates a pipe.
///
/// Equivalent to `tokio::net::unix::pipe::pipe`.
///
/// To pass an end to a child process, turn it into a descriptor by
/// [`into_blocking_fd`](Sender::into_blocking_fd).
///
/// # Errors
///
/// Returns the operating system's error.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{AsyncReadExt, AsyncWriteExt};
/// use portable::net::unix::pipe;
///
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (reader, writer) = two_ends()?;
    let sender = Sender::watched(writer.into())?;
    let receiver = Receiver::watched(reader.into())?;
    Ok((sender, receiver))
}

/// Creates a pipe that no child inherits.
#[cfg(not(any(target_vendor = "apple", target_os = "aix", target_os = "haiku")))]
fn two_ends() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?)
}

/// Creates a pipe that no child inherits, unless another thread starts one at this moment.
#[cfg(any(target_vendor = "apple", target_os = "aix", target_os = "haiku"))]
fn two_ends() -> io::Result<(OwnedFd, OwnedFd)> {
    use rustix::io::{FdFlags, fcntl_setfd};

    let (reader, writer) = rustix::pipe::pipe()?;
    fcntl_setfd(&reader, FdFlags::CLOEXEC)?;
    fcntl_setfd(&writer, FdFlags::CLOEXEC)?;
    Ok((reader, writer))
}

/// How to open a file that is a pipe.
///
/// Equivalent to `tokio::net::unix::pipe::OpenOptions`.
///
/// # Examples
///
/// ```no_run
/// # extern crate portable_runtime_shim as portable;
/// use portable::net::unix::pipe;
///
/// let receiver = pipe::OpenOptions::new().open_receiver("/run/commands")?;
/// # drop(receiver);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    /// Returns options that open one direction and check that the file is a pipe.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens the pipe for both directions. Then a sender can be opened before there is a receiver,
    /// and a receiver does not come to the end when the last sender closes.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[cfg_attr(docsrs, doc(cfg(any(target_os = "linux", target_os = "android"))))]
    pub fn read_write(&mut self, value: bool) -> &mut Self {
        self.read_write = value;
        self
    }

    /// Does not check that the file is a pipe. If it is none, the result behaves as it likes.
    pub fn unchecked(&mut self, value: bool) -> &mut Self {
        self.unchecked = value;
        self
    }

    /// Opens the receiving end. This does not wait for a sender.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) if the file is not a pipe. Otherwise
    /// returns the operating system's error.
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        Receiver::from_file_unchecked(self.open(path.as_ref(), Interest::READABLE)?)
    }

    /// Opens the sending end.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) if the file is not a pipe, and `ENXIO`
    /// if nobody has opened the receiving end. Otherwise returns the operating system's error.
    pub fn open_sender<P: AsRef<Path>>(&self, path: P) -> io::Result<Sender> {
        Sender::from_file_unchecked(self.open(path.as_ref(), Interest::WRITABLE)?)
    }

    fn open(&self, path: &Path, end: Interest) -> io::Result<File> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let both = self.read_write;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let both = false;

        let file = std::fs::OpenOptions::new()
            .read(both || end.is_readable())
            .write(both || end.is_writable())
            .custom_flags(libc::O_NONBLOCK)
            .open(path)?;
        if !self.unchecked {
            check_is_pipe(&file)?;
        }
        Ok(file)
    }
}

/// The sending end of a pipe, as [`pipe`] and [`OpenOptions`] make it.
///
/// Equivalent to `tokio::net::unix::pipe::Sender`.
///
/// # Cancel safety
///
/// A dropped write has written nothing. `write_all` makes several calls, so a part of them may be
/// done.
#[derive(Debug)]
pub struct Sender {
    source: Source<File>,
}

/// The receiving end of a pipe, as [`pipe`] and [`OpenOptions`] make it.
///
/// Equivalent to `tokio::net::unix::pipe::Receiver`.
///
/// # Cancel safety
///
/// A dropped read has read nothing. `read_exact` makes several calls, so a part of them may be
/// done.
#[derive(Debug)]
pub struct Receiver {
    source: Source<Incoming>,
}

/// A pipe that is read from.
#[derive(Debug)]
struct Incoming(File);

impl Descriptor for Incoming {}

impl AsFd for Incoming {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Incoming {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl From<File> for Incoming {
    fn from(file: File) -> Self {
        Self(file)
    }
}

impl From<Incoming> for OwnedFd {
    fn from(pipe: Incoming) -> Self {
        pipe.0.into()
    }
}

impl Read for &Incoming {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match (&self.0).read(buf) {
            Ok(0) if !buf.is_empty() => at_the_end(self),
            read => read,
        }
    }

    fn read_vectored(&mut self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        match (&self.0).read_vectored(bufs) {
            Ok(0) if bufs.iter().any(|buf| !buf.is_empty()) => at_the_end(self),
            read => read,
        }
    }
}

/// Returns the end of a pipe. A named pipe that no sender has opened yet looks as if it were at its
/// end, but does not count as ready.
pub(crate) fn at_the_end(pipe: &impl AsFd) -> io::Result<usize> {
    match Until::Readable.is_now(pipe)? {
        true => Ok(0),
        false => Err(io::ErrorKind::WouldBlock.into()),
    }
}

#[cfg(feature = "hyper")]
impl crate::io::stream::ReadsForHyper for Incoming {
    const MOST: usize = crate::hyper::CHUNK;

    fn read_to(&self, cursor: &mut ::hyper::rt::ReadBufCursor<'_>) -> io::Result<usize> {
        use std::task::Poll;

        let mut io = self;
        match crate::hyper::copied(cursor, |chunk| Poll::Ready(io.read(chunk))) {
            Poll::Ready(read) => read,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

writes! { impl Sender => |this| &this.source, |_: &mut Sender| Ok(()) }
reads! { impl Receiver => |this| &this.source }

impl Sender {
    ready_for! { |self| self }
    ready_to_write! { |self| self }
    try_to_write! { |self| self }
}

impl Receiver {
    ready_for! { |self| self }
    ready_to_read! { |self| self }
    try_to_read! { |self| self }
}

macro_rules! ends {
    ($($type:ident, $interest:ident, $access:ident;)*) => {
        $(
            impl $type {
                /// Wraps a file that is a pipe, and makes it non-blocking.
                ///
                /// # Errors
                ///
                /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) if it is not a pipe or not
                /// open for this direction. Otherwise returns the operating system's error.
                pub fn from_file(file: File) -> io::Result<Self> {
                    check_is_pipe(&file)?;
                    check_access(&file, OFlags::$access)?;
                    Self::watched(file)
                }

                /// Wraps a descriptor that is a pipe, and makes it non-blocking.
                ///
                /// # Errors
                ///
                /// Fails as [`from_file`](Self::from_file) does.
                pub fn from_owned_fd(owned_fd: OwnedFd) -> io::Result<Self> {
                    Self::from_file(owned_fd.into())
                }

                /// Wraps a file without a check. It must be a pipe that is non-blocking and open
                /// for this direction; otherwise the operations behave as they like.
                ///
                /// # Errors
                ///
                /// Returns an error if the operating system or the reactor refuses the file.
                pub fn from_file_unchecked(file: File) -> io::Result<Self> {
                    let source = watch(file.into(), First::Waits)?;
                    Ok(Self { source })
                }

                /// Wraps a descriptor without a check, as
                /// [`from_file_unchecked`](Self::from_file_unchecked) does.
                ///
                /// # Errors
                ///
                /// Returns an error if the operating system or the reactor refuses the descriptor.
                pub fn from_owned_fd_unchecked(owned_fd: OwnedFd) -> io::Result<Self> {
                    Self::from_file_unchecked(owned_fd.into())
                }

                fn watched(file: File) -> io::Result<Self> {
                    set_nonblocking(&file, true)?;
                    Self::from_file_unchecked(file)
                }

                /// Does an operation of the caller's if this end counts as ready. If it returns
                /// [`WouldBlock`](io::ErrorKind::WouldBlock), it no longer counts.
                ///
                /// `f` must do its operation on this end, by its descriptor. It must return
                /// [`WouldBlock`](io::ErrorKind::WouldBlock) only if the operating system does.
                ///
                /// # Errors
                ///
                /// Returns [`WouldBlock`](io::ErrorKind::WouldBlock) without a call of `f` if this
                /// end does not count as ready. That is so on Tokio until the runtime has had a
                /// turn. Otherwise returns what `f` returns.
                pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
                    self.source.try_if_ready(Interest::$interest, f)
                }

                /// Turns this into a descriptor that blocks, such as a child process expects.
                ///
                /// # Errors
                ///
                /// Returns the operating system's error.
                pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
                    let fd = self.into_nonblocking_fd()?;
                    set_nonblocking(&fd, false)?;
                    Ok(fd)
                }

                /// Turns this into a descriptor, which stays non-blocking.
                ///
                /// # Errors
                ///
                /// Returns an error if the reactor cannot release the descriptor.
                pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
                    self.source.into_inner().map(OwnedFd::from)
                }
            }

            impl AsFd for $type {
                fn as_fd(&self) -> BorrowedFd<'_> {
                    self.source.get_ref().as_fd()
                }
            }

            impl AsRawFd for $type {
                fn as_raw_fd(&self) -> RawFd {
                    self.source.get_ref().as_raw_fd()
                }
            }
        )*
    };
}
ends! {
    Sender, WRITABLE, WRONLY;
    Receiver, READABLE, RDONLY;
}

fn check_is_pipe(file: &File) -> io::Result<()> {
    match file.metadata()?.file_type().is_fifo() {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "portable: this file is not a pipe; for other files use `fs::File`",
        )),
    }
}

fn check_access(file: &File, access: OFlags) -> io::Result<()> {
    let mode = fcntl_getfl(file)? & OFlags::ACCMODE;
    match mode == OFlags::RDWR || mode == access {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "portable: this end of the pipe is not open for this direction; wrap the receiving end \
             in a `Receiver` and the sending end in a `Sender`",
        )),
    }
}

fn set_nonblocking(fd: &impl AsFd, is_nonblocking: bool) -> io::Result<()> {
    let before = fcntl_getfl(fd)?;
    let mut flags = before;
    flags.set(OFlags::NONBLOCK, is_nonblocking);
    if flags != before {
        fcntl_setfl(fd, flags)?;
    }
    Ok(())
}
