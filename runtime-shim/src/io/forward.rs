//! The traits of other crates, for types with the traits of futures-io.

/// `forward_write! { path::to::Write => Type }` implements the trait of Tokio or of hyper, which
/// have the same methods.
macro_rules! forward_write {
    ($trait:path => $type:ty) => {
        impl $trait for $type {
            #[inline]
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                futures_io::AsyncWrite::poll_write(self, cx, buf)
            }

            #[inline]
            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                futures_io::AsyncWrite::poll_write_vectored(self, cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            #[inline]
            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                futures_io::AsyncWrite::poll_flush(self, cx)
            }

            fn poll_shutdown(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                futures_io::AsyncWrite::poll_close(self, cx)
            }
        }
    };
}

pub(crate) use forward_write;

/// `forward_read! { Type }` implements Tokio's trait.
#[cfg(feature = "tokio-io")]
macro_rules! forward_read {
    ($type:ty) => {
        impl portable_primitives::tokio::io::AsyncRead for $type {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &mut portable_primitives::tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let room = buf.initialize_unfilled();
                let read = std::task::ready!(futures_io::AsyncRead::poll_read(self, cx, room))?;
                buf.advance(read);
                std::task::Poll::Ready(Ok(()))
            }
        }
    };
}

#[cfg(feature = "tokio-io")]
pub(crate) use forward_read;
