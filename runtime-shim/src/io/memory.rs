//! Readers and writers that are always ready, and that still let the other tasks run.

use std::fmt;
use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};

use crate::runtime::selected::poll_spend;

/// Creates a reader that is always at its end, and a writer that discards its input.
///
/// Equivalent to `tokio::io::empty`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, AsyncReadExt};
///
/// let mut text = String::new();
/// io::empty().read_to_string(&mut text).await?;
/// assert!(text.is_empty());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn empty() -> Empty {
    Empty(())
}

/// A reader that is always at its end and a writer that discards its input, made by [`empty`].
pub struct Empty(());

/// Creates a reader that repeats one byte for ever.
///
/// Equivalent to `tokio::io::repeat`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, AsyncReadExt};
///
/// let mut bytes = [0; 3];
/// io::repeat(7).read_exact(&mut bytes).await?;
/// assert_eq!(bytes, [7, 7, 7]);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn repeat(byte: u8) -> Repeat {
    Repeat(byte)
}

/// A reader that repeats one byte for ever, made by [`repeat`].
pub struct Repeat(u8);

/// Creates a writer that discards its input.
///
/// Equivalent to `tokio::io::sink`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io;
///
/// assert_eq!(io::copy(&b"to be"[..], io::sink()).await?, 5);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn sink() -> Sink {
    Sink(())
}

/// A writer that discards its input, made by [`sink`].
pub struct Sink(());

impl AsyncRead for Empty {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        poll_spend(cx).map(|()| Ok(0))
    }
}

impl AsyncBufRead for Empty {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        poll_spend(cx).map(|()| Ok(&[][..]))
    }

    fn consume(self: Pin<&mut Self>, _amt: usize) {}
}

impl AsyncRead for Repeat {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        ready!(poll_spend(cx));
        buf.fill(self.0);
        Poll::Ready(Ok(buf.len()))
    }
}

/// Implements writing for types that discard what they are given.
macro_rules! discards {
    ($($type:ty),*) => {
        $(
            impl AsyncWrite for $type {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                poll_spend(cx).map(|()| Ok(buf.len()))
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                poll_spend(cx).map(|()| Ok(bufs.iter().map(|buf| buf.len()).sum()))
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                poll_spend(cx).map(Ok)
            }

            fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                poll_spend(cx).map(Ok)
            }
            }

            #[cfg(feature = "tokio-io")]
            super::forward::forward_write! {
                portable_primitives::tokio::io::AsyncWrite => $type
            }
        )*
    };
}
discards!(Empty, Sink);

impl AsyncSeek for Empty {
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _position: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        poll_spend(cx).map(|()| Ok(0))
    }
}

#[cfg(feature = "tokio-io")]
mod tokio_io {
    use std::io::{self, SeekFrom};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use portable_primitives::tokio::io::{AsyncBufRead, AsyncSeek};

    use super::{Empty, Repeat};
    use crate::io::forward::forward_read;
    use crate::runtime::selected::poll_spend;

    forward_read! { Empty }
    forward_read! { Repeat }

    impl AsyncBufRead for Empty {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            futures_io::AsyncBufRead::poll_fill_buf(self, cx)
        }

        fn consume(self: Pin<&mut Self>, _amount: usize) {}
    }

    impl AsyncSeek for Empty {
        fn start_seek(self: Pin<&mut Self>, _position: SeekFrom) -> io::Result<()> {
            Ok(())
        }

        fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
            poll_spend(cx).map(|()| Ok(0))
        }
    }
}

impl fmt::Debug for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Empty").finish_non_exhaustive()
    }
}

impl fmt::Debug for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repeat").finish_non_exhaustive()
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}
