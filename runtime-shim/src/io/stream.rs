//! The traits of IO, for types that read and write through a source.
//!
//! A type names its source, and gets the traits of futures-io, those of Tokio with the feature
//! `tokio-io`, and those of hyper with `hyper`.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::task::{Context, Poll};

use crate::runtime::source::{AsyncSource, Descriptor, Direction, Source};

#[inline]
pub(crate) fn poll_read<T: Descriptor>(
    source: &Source<T>,
    cx: &mut Context<'_>,
    buf: &mut [u8],
) -> Poll<io::Result<usize>>
where
    for<'a> &'a T: Read,
{
    source.poll_transfer(Direction::Read, cx, buf.len(), |mut io| io.read(buf))
}

#[inline]
pub(crate) fn poll_read_vectored<T: Descriptor>(
    source: &Source<T>,
    cx: &mut Context<'_>,
    bufs: &mut [IoSliceMut<'_>],
) -> Poll<io::Result<usize>>
where
    for<'a> &'a T: Read,
{
    let len = bufs.iter().map(|buf| buf.len()).sum();
    source.poll_transfer(Direction::Read, cx, len, |mut io| io.read_vectored(bufs))
}

#[inline]
pub(crate) fn poll_write<T: Descriptor>(
    source: &Source<T>,
    cx: &mut Context<'_>,
    buf: &[u8],
) -> Poll<io::Result<usize>>
where
    for<'a> &'a T: Write,
{
    source.poll_transfer(Direction::Write, cx, buf.len(), |mut io| io.write(buf))
}

#[inline]
pub(crate) fn poll_write_vectored<T: Descriptor>(
    source: &Source<T>,
    cx: &mut Context<'_>,
    bufs: &[IoSlice<'_>],
) -> Poll<io::Result<usize>>
where
    for<'a> &'a T: Write,
{
    let len = bufs.iter().map(|buf| buf.len()).sum();
    source.poll_transfer(Direction::Write, cx, len, |mut io| io.write_vectored(bufs))
}

/// A source that hyper can read from. The memory of hyper is not initialised.
#[cfg(feature = "hyper")]
pub(crate) trait ReadsForHyper: Descriptor {
    /// The most bytes that one read asks for. If fewer come, there are no more.
    const MOST: usize = usize::MAX;

    /// Reads once, and returns the number of bytes by which the cursor has advanced.
    fn read_to(&self, cursor: &mut ::hyper::rt::ReadBufCursor<'_>) -> io::Result<usize>;
}

/// Sockets read into uninitialised memory: `recv` without flags is `read`.
#[cfg(all(feature = "hyper", feature = "net"))]
macro_rules! sockets_read_for_hyper {
    ($($socket:ty),*) => {
        $(
            impl ReadsForHyper for $socket {
                #[inline]
                fn read_to(
                    &self,
                    cursor: &mut ::hyper::rt::ReadBufCursor<'_>,
                ) -> io::Result<usize> {
                    // SAFETY: only received bytes are written to the room.
                    let room = unsafe { cursor.as_mut() };
                    let read = socket2::SockRef::from(self).recv(room)?;
                    // SAFETY: `recv` has written that many bytes to the front of the room.
                    unsafe { cursor.advance(read) };
                    Ok(read)
                }
            }
        )*
    };
}
#[cfg(all(feature = "hyper", feature = "net"))]
sockets_read_for_hyper!(std::net::TcpStream);
#[cfg(all(unix, feature = "hyper", feature = "net"))]
sockets_read_for_hyper!(std::os::unix::net::UnixStream);

#[cfg(all(unix, feature = "hyper"))]
impl ReadsForHyper for std::fs::File {
    const MOST: usize = crate::hyper::CHUNK;

    fn read_to(&self, cursor: &mut ::hyper::rt::ReadBufCursor<'_>) -> io::Result<usize> {
        let mut io = self;
        match crate::hyper::copied(cursor, |chunk| Poll::Ready(io.read(chunk))) {
            Poll::Ready(read) => read,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

#[cfg(feature = "hyper")]
#[inline]
pub(crate) fn poll_read_for_hyper<T: ReadsForHyper>(
    source: &Source<T>,
    cx: &mut Context<'_>,
    mut cursor: ::hyper::rt::ReadBufCursor<'_>,
) -> Poll<io::Result<()>> {
    let len = cursor.remaining().min(T::MOST);
    let read = |io: &T| io.read_to(&mut cursor);
    source
        .poll_transfer(Direction::Read, cx, len, read)
        .map_ok(drop)
}

/// `reads! { impl Type => |this| source }` implements the traits of reading.
macro_rules! reads {
    (impl $type:ty => |$this:ident| $source:expr) => {
        impl futures_io::AsyncRead for $type {
            #[inline]
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $this = &*self;
                $crate::io::stream::poll_read($source, cx, buf)
            }

            #[inline]
            fn poll_read_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &mut [std::io::IoSliceMut<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $this = &*self;
                $crate::io::stream::poll_read_vectored($source, cx, bufs)
            }
        }

        #[cfg(feature = "tokio-io")]
        impl portable_primitives::tokio::io::AsyncRead for $type {
            #[inline]
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &mut portable_primitives::tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let $this = &*self;
                // Zeroed once for each buffer, not for each read.
                let unfilled = buf.initialize_unfilled();
                let read = std::task::ready!($crate::io::stream::poll_read($source, cx, unfilled))?;
                buf.advance(read);
                std::task::Poll::Ready(Ok(()))
            }
        }

        #[cfg(feature = "hyper")]
        impl ::hyper::rt::Read for $type {
            #[inline]
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                cursor: ::hyper::rt::ReadBufCursor<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let $this = &*self;
                $crate::io::stream::poll_read_for_hyper($source, cx, cursor)
            }
        }
    };
}

/// `writes! { impl Type => |this| source, close }` implements the traits of writing.
macro_rules! writes {
    (impl $type:ty => |$this:ident| $source:expr, $close:expr) => {
        impl futures_io::AsyncWrite for $type {
            #[inline]
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $this = &*self;
                $crate::io::stream::poll_write($source, cx, buf)
            }

            #[inline]
            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $this = &*self;
                $crate::io::stream::poll_write_vectored($source, cx, bufs)
            }

            #[inline]
            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                // There is nothing to flush: the operating system has every byte that a write has
                // returned for.
                $crate::runtime::selected::poll_spend(cx).map(Ok)
            }

            fn poll_close(
                #[allow(unused_mut)] mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::ready!($crate::runtime::selected::poll_spend(cx));
                std::task::Poll::Ready($close(&mut *self))
            }
        }

        #[cfg(feature = "tokio-io")]
        $crate::io::forward::forward_write! {
            portable_primitives::tokio::io::AsyncWrite => $type
        }
        #[cfg(feature = "hyper")]
        $crate::io::forward::forward_write! { ::hyper::rt::Write => $type }
    };
}

pub(crate) use {reads, writes};
