use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{ReadBuf, ReadBufCursor};
use pin_project_lite::pin_project;

pin_project! {
    /// A wrapper that gives streams with the traits of futures-io those of hyper, and the other way
    /// round.
    ///
    /// Equivalent to `hyper_util::rt::TokioIo`.
    ///
    /// The first direction is for streams of other crates, such as those of a TLS library, and for
    /// a [`BufReader`](crate::io::BufReader). The second is for streams that hyper returns, such as
    /// an `hyper::upgrade::Upgraded`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::hyper::Io;
    /// use portable::io::{AsyncReadExt, Cursor};
    ///
    /// fn for_hyper(stream: impl hyper::rt::Read) {
    /// #   let _ = stream;
    /// }
    ///
    /// for_hyper(Io::new(Cursor::new("hello")));
    ///
    /// // There and back again.
    /// let mut text = String::new();
    /// Io::new(Io::new(Cursor::new("hello"))).read_to_string(&mut text).await?;
    /// assert_eq!(text, "hello");
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    #[derive(Clone, Copy, Debug, Default)]
    pub struct Io<T> {
        #[pin]
        inner: T,
    }
}

impl<T> Io<T> {
    /// Wraps a stream.
    pub const fn new(inner: T) -> Self {
        Self { inner }
    }

    /// Returns a reference to the stream.
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// Returns a mutable reference to the stream.
    pub const fn inner_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Returns the stream.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

/// The greatest number of bytes that one call of [`copied`] reads.
pub(crate) const CHUNK: usize = 8 * 1024;

/// Reads with a function that needs initialised memory.
///
/// The memory of hyper is not initialised. Writing zeros to all of it for each read costs more than
/// copying the bytes that arrive.
pub(crate) fn copied(
    cursor: &mut ReadBufCursor<'_>,
    read: impl FnOnce(&mut [u8]) -> Poll<io::Result<usize>>,
) -> Poll<io::Result<usize>> {
    let mut chunk = [0; CHUNK];
    let len = chunk.len().min(cursor.remaining());
    let read = ready!(read(&mut chunk[..len]))?;
    cursor.put_slice(&chunk[..read]);
    Poll::Ready(Ok(read))
}

impl<T: futures_io::AsyncRead> hyper::rt::Read for Io<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let inner = self.project().inner;
        copied(&mut buf, |chunk| inner.poll_read(cx, chunk)).map_ok(drop)
    }
}

impl<T: futures_io::AsyncWrite> hyper::rt::Write for Io<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_close(cx)
    }

    // `is_write_vectored` is false, because the stream cannot be asked whether it writes more than
    // the first buffer.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write_vectored(cx, bufs)
    }
}

impl<T: hyper::rt::Read> futures_io::AsyncRead for Io<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(self.project().inner.poll_read(cx, buf.unfilled()))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}

impl<T: hyper::rt::Write> futures_io::AsyncWrite for Io<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_shutdown(cx)
    }
}
