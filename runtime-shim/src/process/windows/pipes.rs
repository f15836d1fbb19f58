//! The parent's ends of pipes to and from a child.

use std::io::{self, Read, Write};
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle, RawHandle};
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use super::job::{Done, Jobs};
use crate::runtime::selected::{poll_budget, poll_spend, spend_budget};

/// The most bytes that one call reads or writes.
const MOST: usize = 64 * 1024;

/// The writing end of a pipe to a child's stdin.
///
/// Equivalent to `tokio::process::ChildStdin`.
///
/// Dropping it closes the pipe, and the child reads to the end.
/// [`close`](crate::io::AsyncWriteExt::close) closes the pipe too, whereas the `shutdown` of
/// Tokio's type does nothing. A write after that returns [`BrokenPipe`](io::ErrorKind::BrokenPipe),
/// and so does a write after the child has closed its end.
///
/// A thread writes, which starts with the first write.
///
/// # Cancel safety
///
/// A write that is dropped may have written. To try again with the same bytes, or with more behind
/// them, writes nothing twice. If it failed, the next operation returns its error.
///
/// # Panics
///
/// `as_handle` and `as_raw_handle` panic once the pipe is closed.
#[derive(Debug)]
pub struct ChildStdin {
    /// `None` once the pipe is closed.
    jobs: Option<Jobs<std::process::ChildStdin>>,
    /// The memory of the last write, kept for reuse.
    spare: Vec<u8>,
}

impl ChildStdin {
    /// Wraps a std pipe.
    ///
    /// # Errors
    ///
    /// Returns no error on Windows.
    pub fn from_std(stdin: std::process::ChildStdin) -> io::Result<Self> {
        Ok(Self {
            jobs: Some(Jobs::new(stdin, |pipe, bytes| pipe.write(bytes))),
            spare: Vec::new(),
        })
    }

    /// Returns the handle.
    ///
    /// # Errors
    ///
    /// Returns an error if the pipe is closed, or while a write that was cancelled is not over.
    pub fn into_owned_handle(self) -> io::Result<OwnedHandle> {
        self.into_std().map(OwnedHandle::from)
    }

    fn into_std(self) -> io::Result<std::process::ChildStdin> {
        self.jobs.ok_or_else(closed)?.into_pipe()
    }

    fn jobs(&self) -> &Jobs<std::process::ChildStdin> {
        self.jobs.as_ref().expect("stdin of the child is closed")
    }
}

impl AsyncWrite for ChildStdin {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { jobs, spare } = &mut *self;
        let jobs = jobs.as_ref().ok_or_else(closed)?;
        if buf.is_empty() {
            return poll_spend(cx).map(|()| Ok(0));
        }
        loop {
            if let Some(Done { result, bytes }) = ready!(jobs.poll_done(cx)) {
                let written = result?;
                let is_ours = buf.starts_with(&bytes[..written]);
                *spare = bytes;
                if is_ours {
                    return Poll::Ready(Ok(written));
                }
            }
            let mut bytes = std::mem::take(spare);
            bytes.clear();
            bytes.extend_from_slice(&buf[..buf.len().min(MOST)]);
            jobs.start(bytes)?;
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(jobs) = &self.jobs else {
            return Poll::Ready(Err(closed()));
        };
        match ready!(jobs.poll_done(cx)) {
            Some(Done {
                result: Err(error), ..
            }) => Poll::Ready(Err(error)),
            // The next write may be the same one again.
            Some(done) => {
                jobs.put_back(done);
                Poll::Ready(Ok(()))
            }
            None => poll_spend(cx).map(Ok),
        }
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = match &self.jobs {
            Some(jobs) => ready!(jobs.poll_done(cx)),
            None => None,
        };
        if done.is_none() {
            ready!(poll_spend(cx));
        }
        self.jobs = None;
        Poll::Ready(done.map_or(Ok(()), |done| done.result.map(drop)))
    }
}

/// The reading end of a pipe from a child's stdout.
///
/// Equivalent to `tokio::process::ChildStdout`.
///
/// Dropping it closes the pipe. The child's writes then fail.
///
/// A thread reads, which starts with the first read.
///
/// # Cancel safety
///
/// A dropped read has read nothing: what its call reads is returned by the next read. `read_exact`
/// makes several reads, so a part of them may be lost.
#[derive(Debug)]
pub struct ChildStdout(Reader<std::process::ChildStdout>);

/// The reading end of a pipe from a child's stderr.
///
/// Equivalent to `tokio::process::ChildStderr`.
///
/// It behaves like [`ChildStdout`].
#[derive(Debug)]
pub struct ChildStderr(Reader<std::process::ChildStderr>);

#[derive(Debug)]
struct Reader<P: AsRawHandle + Send + 'static> {
    // `None` only after `into_pipe`.
    jobs: Option<Jobs<P>>,
    /// What a call has read, and how much of it was taken and is there.
    bytes: Vec<u8>,
    taken: usize,
    len: usize,
}

impl<P: Read + AsRawHandle + Send + 'static> Reader<P> {
    fn new(pipe: P) -> Self {
        Self {
            jobs: Some(Jobs::new(pipe, |pipe, bytes| pipe.read(bytes))),
            bytes: Vec::new(),
            taken: 0,
            len: 0,
        }
    }

    fn jobs(&self) -> &Jobs<P> {
        self.jobs
            .as_ref()
            .expect("it is taken only with the reader")
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return poll_spend(cx).map(|()| Ok(0));
        }
        if self.taken < self.len {
            ready!(poll_budget(cx));
            spend_budget();
            return Poll::Ready(Ok(self.take(buf)));
        }
        loop {
            if let Some(Done { result, bytes }) = ready!(self.jobs().poll_done(cx)) {
                self.bytes = bytes;
                (self.taken, self.len) = (0, result?);
                return Poll::Ready(Ok(self.take(buf)));
            }
            let mut bytes = std::mem::take(&mut self.bytes);
            // No more than was asked for, so that the pipe can be given to another child.
            bytes.resize(buf.len().min(MOST), 0);
            self.jobs().start(bytes)?;
        }
    }

    fn take(&mut self, buf: &mut [u8]) -> usize {
        let unread = &self.bytes[self.taken..self.len];
        let len = unread.len().min(buf.len());
        buf[..len].copy_from_slice(&unread[..len]);
        self.taken += len;
        len
    }

    fn into_pipe(mut self) -> io::Result<P> {
        if self.taken < self.len {
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "portable: a read of the child's pipe that was cancelled has read bytes that were \
                 not taken; read them first",
            ));
        }
        let jobs = self.jobs.take();
        jobs.expect("it is taken only here").into_pipe()
    }
}

impl<P: AsRawHandle + Send + 'static> Drop for Reader<P> {
    fn drop(&mut self) {
        if let Some(jobs) = &self.jobs {
            jobs.cancel();
        }
    }
}

macro_rules! readers {
    ($($type:ident),*) => {$(
        impl $type {
            /// Wraps a std pipe.
            ///
            /// # Errors
            ///
            /// Returns no error on Windows.
            pub fn from_std(pipe: std::process::$type) -> io::Result<Self> {
                Ok(Self(Reader::new(pipe)))
            }

            /// Returns the handle.
            ///
            /// # Errors
            ///
            /// Returns an error while a read that was cancelled is not over, or if its bytes were not
            /// taken.
            pub fn into_owned_handle(self) -> io::Result<OwnedHandle> {
                self.into_std().map(OwnedHandle::from)
            }

            fn into_std(self) -> io::Result<std::process::$type> {
                self.0.into_pipe()
            }

            fn jobs(&self) -> &Jobs<std::process::$type> {
                self.0.jobs()
            }
        }

        impl AsyncRead for $type {
            fn poll_read(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                self.0.poll_read(cx, buf)
            }
        }

        #[cfg(feature = "tokio-io")]
        crate::io::forward::forward_read! { $type }

        #[cfg(feature = "hyper")]
        impl ::hyper::rt::Read for $type {
            fn poll_read(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                mut cursor: ::hyper::rt::ReadBufCursor<'_>,
            ) -> Poll<io::Result<()>> {
                crate::hyper::copied(&mut cursor, |chunk| self.0.poll_read(cx, chunk))
                    .map_ok(drop)
            }
        }
    )*};
}
readers! { ChildStdout, ChildStderr }

#[cfg(feature = "tokio-io")]
crate::io::forward::forward_write! { portable_primitives::tokio::io::AsyncWrite => ChildStdin }
#[cfg(feature = "hyper")]
crate::io::forward::forward_write! { ::hyper::rt::Write => ChildStdin }

macro_rules! handles {
    ($($type:ident),*) => {$(
        impl AsHandle for $type {
            fn as_handle(&self) -> BorrowedHandle<'_> {
                self.jobs().as_handle()
            }
        }

        impl AsRawHandle for $type {
            fn as_raw_handle(&self) -> RawHandle {
                self.jobs().handle()
            }
        }

        /// Passes the pipe to another child.
        impl TryFrom<$type> for Stdio {
            type Error = io::Error;

            fn try_from(pipe: $type) -> io::Result<Self> {
                // Of std's type, because std passes on what such a pipe gives as programs expect it.
                pipe.into_std().map(Self::from)
            }
        }
    )*};
}
handles! { ChildStdin, ChildStdout, ChildStderr }

fn closed() -> io::Error {
    io::Error::new(
        io::ErrorKind::BrokenPipe,
        "portable: stdin of the child is closed",
    )
}
