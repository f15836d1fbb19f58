//! The ends of pipes that a parent has.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::process::Stdio;

use rustix::io::ioctl_fionbio;

use crate::io::stream::{reads, writes};
use crate::runtime::source::{AsyncSource, First, Source, watch};

/// Writes to the stdin of a child.
///
/// Equivalent to `tokio::process::ChildStdin`.
///
/// Dropping it closes the pipe, and the child reads to the end. So does
/// [`close`](crate::io::AsyncWriteExt::close), whereas `shutdown` of Tokio's does nothing; a write
/// after it gives [`BrokenPipe`](io::ErrorKind::BrokenPipe), as it does when the child has closed its
/// end.
///
/// # Cancel safety
///
/// A write that is dropped has written nothing; of `write_all`, which is several, a part may be done.
///
/// # Panics
///
/// `as_fd` and `as_raw_fd`, after it was closed.
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
    /// None once it is closed.
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
    /// Makes it of std's.
    ///
    /// # Errors
    ///
    /// If the operating system or the reactor refuses it.
    pub fn from_std(stdin: std::process::ChildStdin) -> io::Result<Self> {
        let source = Some(watched(stdin.into())?);
        Ok(Self { source })
    }

    /// Gives the descriptor, which blocks.
    ///
    /// # Errors
    ///
    /// If it was closed, and that of the operating system.
    pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
        unwatched(self.source.ok_or_else(closed)?)
    }

    fn file(&self) -> &File {
        let source = self.source.as_ref();
        source.expect("stdin of the child is closed").get_ref()
    }
}

/// Reads what a child writes to its stdout.
///
/// Equivalent to `tokio::process::ChildStdout`.
///
/// Dropping it closes the pipe: what the child writes then fails, and by default ends it (`SIGPIPE`).
///
/// # Cancel safety
///
/// A read that is dropped has read nothing; of `read_exact`, which is several, a part may be lost.
///
/// # Examples
///
/// One child's stdout as another one's stdin:
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

/// Reads what a child writes to its stderr.
///
/// Equivalent to `tokio::process::ChildStderr`.
///
/// In all it is as [`ChildStdout`].
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
            /// Makes it of std's.
            ///
            /// # Errors
            ///
            /// If the operating system or the reactor refuses it.
            pub fn from_std(pipe: std::process::$type) -> io::Result<Self> {
                let source = watched(pipe.into())?;
                Ok(Self { source })
            }

            /// Gives the descriptor, which blocks.
            ///
            /// # Errors
            ///
            /// That of the operating system.
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

        /// For another child; it blocks, as programs expect it.
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
