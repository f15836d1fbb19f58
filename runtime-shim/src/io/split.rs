use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

/// Splits a stream into a half that reads and a half that writes, which may be used by two tasks.
///
/// Equivalent to `tokio::io::split`.
///
/// The halves share a lock, which each poll takes. The sockets of `net` have `split` and
/// `into_split`, which need none. A half has those of the traits of futures-io, and with the feature
/// `tokio-io` of Tokio's IO, that the stream has. Dropping one half does not close the stream.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, AsyncReadExt, AsyncWriteExt};
/// use portable::task;
///
/// let (client, mut server) = io::duplex(64);
/// let (mut read, mut write) = io::split(client);
/// task::spawn(async move { write.write_all(b"to be").await });
///
/// let mut bytes = [0; 5];
/// server.read_exact(&mut bytes).await?;
/// assert_eq!(&bytes, b"to be");
/// drop(server);
/// assert_eq!(read.read(&mut bytes).await?, 0);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn split<T>(stream: T) -> (ReadHalf<T>, WriteHalf<T>) {
    let stream = Arc::new(Mutex::new(Box::pin(stream)));
    (ReadHalf(stream.clone()), WriteHalf(stream))
}

// Pinned, because the stream need not be `Unpin`.
type Shared<T> = Arc<Mutex<Pin<Box<T>>>>;

fn lock<T>(stream: &Mutex<Pin<Box<T>>>) -> MutexGuard<'_, Pin<Box<T>>> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The half of a stream that reads, made by [`split`].
///
/// Equivalent to `tokio::io::ReadHalf`.
pub struct ReadHalf<T>(Shared<T>);

/// The half of a stream that writes, made by [`split`].
///
/// Equivalent to `tokio::io::WriteHalf`.
pub struct WriteHalf<T>(Shared<T>);

impl<T> ReadHalf<T> {
    /// Returns whether the two are halves of one stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Joins the halves, and returns the stream.
    ///
    /// # Panics
    ///
    /// Panics if they are halves of two streams.
    #[track_caller]
    pub fn unsplit(self, wr: WriteHalf<T>) -> T
    where
        T: Unpin,
    {
        assert!(
            self.is_pair_of(&wr),
            "portable: `unsplit` was given halves of two streams"
        );
        drop(wr);
        let stream = Arc::into_inner(self.0).expect("the halves hold the only two references");
        let stream = stream.into_inner().unwrap_or_else(PoisonError::into_inner);
        *Pin::into_inner(stream)
    }
}

impl<T> WriteHalf<T> {
    /// Returns whether the two are halves of one stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        other.is_pair_of(self)
    }
}

impl<T: AsyncRead> AsyncRead for ReadHalf<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).as_mut().poll_read(cx, buf)
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).as_mut().poll_read_vectored(cx, bufs)
    }
}

impl<T: AsyncWrite> AsyncWrite for WriteHalf<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).as_mut().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).as_mut().poll_write_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        lock(&self.0).as_mut().poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        lock(&self.0).as_mut().poll_close(cx)
    }
}

#[cfg(feature = "tokio-io")]
mod tokio_io {
    use std::io::{self, IoSlice};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use portable_primitives::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::{ReadHalf, WriteHalf, lock};

    impl<T: AsyncRead> AsyncRead for ReadHalf<T> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            lock(&self.0).as_mut().poll_read(cx, buf)
        }
    }

    impl<T: AsyncWrite> AsyncWrite for WriteHalf<T> {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            lock(&self.0).as_mut().poll_write(cx, buf)
        }

        fn poll_write_vectored(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bufs: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            lock(&self.0).as_mut().poll_write_vectored(cx, bufs)
        }

        fn is_write_vectored(&self) -> bool {
            lock(&self.0).is_write_vectored()
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            lock(&self.0).as_mut().poll_flush(cx)
        }

        fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            lock(&self.0).as_mut().poll_shutdown(cx)
        }
    }
}

impl<T> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadHalf").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteHalf").finish_non_exhaustive()
    }
}
