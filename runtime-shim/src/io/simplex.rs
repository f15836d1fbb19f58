use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind, IoSlice, Read};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use futures_io::{AsyncRead, AsyncWrite};

use super::split::{ReadHalf, WriteHalf, split};
use crate::runtime::selected::{poll_budget, poll_spend, spend_budget};

/// Creates a pipe in memory that holds up to `max_buf_size` bytes, and returns its two ends.
///
/// Equivalent to `tokio::io::simplex`.
///
/// A writer waits while the pipe is full, a reader while it is empty. Closing the writer ends the pipe;
/// dropping one end does not.
///
/// # Panics
///
/// Panics if `max_buf_size` is 0.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// let (mut reader, mut writer) = io::simplex(64);
/// writer.write_all(b"to be").await?;
/// writer.close().await?;
///
/// let mut text = String::new();
/// reader.read_to_string(&mut text).await?;
/// assert_eq!(text, "to be");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[track_caller]
pub fn simplex(max_buf_size: usize) -> (ReadHalf<SimplexStream>, WriteHalf<SimplexStream>) {
    split(SimplexStream::new_unsplit(max_buf_size))
}

/// A pipe in memory with both its ends, made by [`simplex`] or [`new_unsplit`](Self::new_unsplit).
///
/// Equivalent to `tokio::io::SimplexStream`.
///
/// What is written to it is read from it. Each read and each write counts as an operation of the task's
/// [budget](crate::task::coop). With the feature `tokio-io` it has the traits of Tokio's IO too.
///
/// # Cancel safety
///
/// Dropping a future of `read` or `write` that has not ended loses nothing.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{AsyncReadExt, AsyncWriteExt, SimplexStream};
///
/// let mut pipe = SimplexStream::new_unsplit(64);
/// pipe.write_all(b"to be").await?;
/// let mut bytes = [0; 5];
/// pipe.read_exact(&mut bytes).await?;
/// assert_eq!(&bytes, b"to be");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub struct SimplexStream {
    bytes: VecDeque<u8>,
    most: usize,
    is_closed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// The wakers that an operation has taken out of a pipe. They are woken and dropped after the lock around
/// the pipe is released, because either may run code that uses the pipe.
#[derive(Default)]
pub(super) struct Wakers {
    other_end: Option<Waker>,
    replaced: Option<Waker>,
}

impl Wakers {
    pub(super) fn wake(self) {
        if let Some(waker) = self.other_end {
            waker.wake();
        }
        drop(self.replaced);
    }
}

impl SimplexStream {
    /// Creates a pipe that holds up to `max_buf_size` bytes. Memory is taken as it is needed.
    ///
    /// # Panics
    ///
    /// Panics if `max_buf_size` is 0.
    #[track_caller]
    pub fn new_unsplit(max_buf_size: usize) -> Self {
        assert!(max_buf_size > 0, "`max_buf_size` must be greater than 0");
        Self {
            bytes: VecDeque::new(),
            most: max_buf_size,
            is_closed: false,
            reader: None,
            writer: None,
        }
    }

    pub(super) fn read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
        wakers: &mut Wakers,
    ) -> Poll<io::Result<usize>> {
        ready!(poll_budget(cx));
        if self.bytes.is_empty() && !self.is_closed && !buf.is_empty() {
            wakers.replaced = self.reader.replace(cx.waker().clone());
            return Poll::Pending;
        }
        // Twice, because the bytes may be in two parts.
        let first = self.bytes.read(buf)?;
        let read = first + self.bytes.read(&mut buf[first..])?;
        if read > 0 {
            wakers.other_end = self.writer.take();
        }
        spend_budget();
        Poll::Ready(Ok(read))
    }

    pub(super) fn write(
        &mut self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
        wakers: &mut Wakers,
    ) -> Poll<io::Result<usize>> {
        ready!(poll_budget(cx));
        if self.is_closed {
            spend_budget();
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let room = self.most - self.bytes.len();
        if room == 0 && bufs.iter().any(|buf| !buf.is_empty()) {
            wakers.replaced = self.writer.replace(cx.waker().clone());
            return Poll::Pending;
        }
        let mut left = room;
        for buf in bufs {
            let len = buf.len().min(left);
            self.bytes.extend(&buf[..len]);
            left -= len;
        }
        if left < room {
            wakers.other_end = self.reader.take();
        }
        spend_budget();
        Poll::Ready(Ok(room - left))
    }

    /// Ends the pipe, and returns the waker of the reader, which waits for bytes that do not come.
    #[must_use]
    pub(super) fn close_writer(&mut self) -> Option<Waker> {
        self.is_closed = true;
        self.reader.take()
    }

    /// Ends the pipe, and returns the waker of the writer, which waits for room that does not come.
    #[must_use]
    pub(super) fn close_reader(&mut self) -> Option<Waker> {
        self.is_closed = true;
        self.writer.take()
    }
}

impl AsyncRead for SimplexStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut wakers = Wakers::default();
        let read = self.read(cx, buf, &mut wakers);
        wakers.wake();
        read
    }
}

impl AsyncWrite for SimplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut wakers = Wakers::default();
        let written = self.write(cx, bufs, &mut wakers);
        wakers.wake();
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_spend(cx).map(Ok)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(poll_spend(cx));
        if let Some(reader) = self.close_writer() {
            reader.wake();
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(feature = "tokio-io")]
super::forward::forward_read! { SimplexStream }
#[cfg(feature = "tokio-io")]
super::forward::forward_write! { portable_primitives::tokio::io::AsyncWrite => SimplexStream }

impl fmt::Debug for SimplexStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimplexStream")
            .field("len", &self.bytes.len())
            .field("max_buf_size", &self.most)
            .field("is_closed", &self.is_closed)
            .finish_non_exhaustive()
    }
}
