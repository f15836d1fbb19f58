//! The parent's ends of pipes to and from a child.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::process::Stdio;

use rustix::io::ioctl_fionbio;

use crate::io::stream::{reads, writes};
use crate::runtime::source::{AsyncSource, First, Source, watch};

/// The writing end of a pipe to a child's stdin.
///
/// Equivalent to `tokio::process::ChildStdin`.
///
/// Dropping it closes the pipe, and the child reads to the end.
/// [`close`](crate::io::AsyncWriteExt::close) closes the pipe too, whereas the `shutdown` of
/// Tokio's type does nothing. A write after that returns [`BrokenPipe`](io::ErrorKind::BrokenPipe),
/// and so does a write after the child has closed its end.
///
/// # Cancel safety
///
/// A dropped write has written nothing. `write_all` makes several writes, so a part of it may be
/// done.
///
/// # Panics
///
/// `as_fd` and `as_raw_fd` panic once the pipe is closed.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::AsyncWriteExt;
/// use portable::process::Command;
/// use std::process::Stdio;
///
/// let mut child = Command::new("grep")
///     .args(["-q", "needle"])
///     .stdin(Stdio::piped())
///     .spawn()?;
/// let mut stdin = child.stdin.take().expect("it is piped");
/// stdin.write_all(b"hay\nneedle\n").await?;
/// drop(stdin);
/// assert!(child.wait().await?.success());
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct ChildStdin {
    /// `None` once the pipe is closed.
    source: Option<Source<File>>,
}

writes! {
    impl ChildStdin => |this| match &this.source {
        Some(source) => source,
        None => return std::task::Poll::Ready(Err(closed())),
    },
    |this: &mut ChildStdin| {
        this.source = None;
        Ok(())
    }
}

impl ChildStdin {
    /// Wraps a std pipe and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system or the reactor refuses the pipe.
    pub fn from_std(stdin: std::process::ChildStdin) -> io::Result<Self> {
        let source = Some(watched(stdin.into())?);
        Ok(Self { source })
    }

    /// Returns the descriptor, set to blocking.
    ///
    /// # Errors
    ///
    /// Returns an error if the pipe is closed, or if the operating system returns one.
    pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
        unwatched(self.source.ok_or_else(closed)?)
    }

    fn file(&self) -> &File {
        let source = self.source.as_ref();
        source.expect("stdin of the child is closed").get_ref()
    }
}

/// The reading end of a pipe from a child's stdout.
///
/// Equivalent to `tokio::process::ChildStdout`.
///
/// Dropping it closes the pipe. The child's writes then fail, which by default ends the child
/// (`SIGPIPE`).
///
/// # Cancel safety
///
/// A dropped read has read nothing. `read_exact` makes several reads, so a part of them may be
/// lost.
///
/// # Examples
///
/// Connecting the stdout of one child to the stdin of another:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::process::Command;
/// use std::process::Stdio;
///
/// let mut echo = Command::new("echo")
///     .arg("hello")
///     .stdout(Stdio::piped())
///     .spawn()?;
/// let stdout: Stdio = echo.stdout.take().expect("it is piped").try_into()?;
/// let upper = Command::new("tr").args(["a-z", "A-Z"]).stdin(stdout).output();
/// assert_eq!(upper.await?.stdout, b"HELLO\n");
/// assert!(echo.wait().await?.success());
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct ChildStdout {
    source: Source<File>,
}

/// The reading end of a pipe from a child's stderr.
///
/// Equivalent to `tokio::process::ChildStderr`.
///
/// It behaves like [`ChildStdout`].
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::AsyncReadExt;
/// use portable::process::Command;
/// use std::process::Stdio;
///
/// let mut child = Command::new("sh")
///     .args(["-c", "echo oh >&2"])
///     .stderr(Stdio::piped())
///     .spawn()?;
/// let mut text = String::new();
/// let mut stderr = child.stderr.take().expect("it is piped");
/// stderr.read_to_string(&mut text).await?;
/// assert_eq!(text, "oh\n");
/// # child.wait().await?;
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct ChildStderr {
    source: Source<File>,
}

macro_rules! readers {
    ($($type:ident),*) => {$(
        reads! { impl $type => |this| &this.source }

        impl $type {
            /// Wraps a std pipe and makes it non-blocking.
            ///
            /// # Errors
            ///
            /// Returns an error if the operating system or the reactor refuses the pipe.
            pub fn from_std(pipe: std::process::$type) -> io::Result<Self> {
                let source = watched(pipe.into())?;
                Ok(Self { source })
            }

            /// Returns the descriptor, set to blocking.
            ///
            /// # Errors
            ///
            /// Returns the operating system's error.
            pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
                unwatched(self.source)
            }

            fn file(&self) -> &File {
                self.source.get_ref()
            }
        }
    )*};
}
readers! { ChildStdout, ChildStderr }

macro_rules! descriptors {
    ($($type:ident),*) => {$(
        impl AsFd for $type {
            fn as_fd(&self) -> BorrowedFd<'_> {
                self.file().as_fd()
            }
        }

        impl AsRawFd for $type {
            fn as_raw_fd(&self) -> RawFd {
                self.file().as_raw_fd()
            }
        }

        /// Passes the pipe to another child. It is set to blocking, as programs expect.
        impl TryFrom<$type> for Stdio {
            type Error = io::Error;

            fn try_from(pipe: $type) -> io::Result<Self> {
                pipe.into_owned_fd().map(Self::from)
            }
        }
    )*};
}
descriptors! { ChildStdin, ChildStdout, ChildStderr }

fn watched(pipe: OwnedFd) -> io::Result<Source<File>> {
    ioctl_fionbio(&pipe, true)?;
    watch(File::from(pipe), First::Waits)
}

fn unwatched(source: Source<File>) -> io::Result<OwnedFd> {
    let file = source.into_inner()?;
    ioctl_fionbio(&file, false)?;
    Ok(file.into())
}

fn closed() -> io::Error {
    io::Error::new(
        io::ErrorKind::BrokenPipe,
        "portable: stdin of the child is closed",
    )
}
