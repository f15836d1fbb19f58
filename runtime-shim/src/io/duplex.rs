use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use super::simplex::{SimplexStream, Wakers};
use crate::runtime::selected::poll_spend;

/// Creates two streams in memory that are connected with one another. Each direction holds up to
/// `max_buf_size` bytes.
///
/// Equivalent to `tokio::io::duplex`.
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
/// let (mut client, mut server) = io::duplex(64);
/// client.write_all(b"ping").await?;
/// let mut bytes = [0; 4];
/// server.read_exact(&mut bytes).await?;
/// assert_eq!(&bytes, b"ping");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[track_caller]
pub fn duplex(max_buf_size: usize) -> (DuplexStream, DuplexStream) {
    let one = Arc::new(Mutex::new(SimplexStream::new_unsplit(max_buf_size)));
    let other = Arc::new(Mutex::new(SimplexStream::new_unsplit(max_buf_size)));
    let first = DuplexStream {
        read: one.clone(),
        write: other.clone(),
    };
    let second = DuplexStream {
        read: other,
        write: one,
    };
    (first, second)
}

/// One of two connected streams in memory, made by [`duplex`].
///
/// Equivalent to `tokio::io::DuplexStream`.
///
/// A writer waits while the other stream has `max_buf_size` bytes to read. When a stream is closed or
/// dropped, the other reads to the end. After a drop, writes to the other, also those that wait, fail with
/// [`BrokenPipe`](io::ErrorKind::BrokenPipe).
///
/// Each read and each write counts as an operation of the task's [budget](crate::task::coop). With the
/// feature `tokio-io` a stream has the traits of Tokio's IO too.
///
/// # Cancel safety
///
/// Dropping a future of `read` or `write` that has not ended loses nothing.
#[derive(Debug)]
pub struct DuplexStream {
    read: Arc<Mutex<SimplexStream>>,
    write: Arc<Mutex<SimplexStream>>,
}

fn lock(pipe: &Mutex<SimplexStream>) -> MutexGuard<'_, SimplexStream> {
    pipe.lock().unwrap_or_else(PoisonError::into_inner)
}

impl AsyncRead for DuplexStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut wakers = Wakers::default();
        let read = lock(&self.read).read(cx, buf, &mut wakers);
        wakers.wake();
        read
    }
}

impl AsyncWrite for DuplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut wakers = Wakers::default();
        let written = lock(&self.write).write(cx, bufs, &mut wakers);
        wakers.wake();
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_spend(cx).map(Ok)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(poll_spend(cx));
        let reader = lock(&self.write).close_writer();
        if let Some(reader) = reader {
            reader.wake();
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(feature = "tokio-io")]
super::forward::forward_read! { DuplexStream }
#[cfg(feature = "tokio-io")]
super::forward::forward_write! { portable_primitives::tokio::io::AsyncWrite => DuplexStream }

impl Drop for DuplexStream {
    fn drop(&mut self) {
        let reader = lock(&self.write).close_writer();
        let writer = lock(&self.read).close_reader();
        for waker in [reader, writer].into_iter().flatten() {
            waker.wake();
        }
    }
}
