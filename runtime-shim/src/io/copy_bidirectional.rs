use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use super::copy::{BLOCK, Copying};

/// Copies between two streams, in both directions at once, and returns the number of bytes from `a` to
/// `b` and from `b` to `a`.
///
/// Equivalent to `tokio::io::copy_bidirectional`.
///
/// When one stream is at its end, everything read from it is written to the other stream, which is then
/// closed for writing. The other direction goes on until its own end. Each direction copies as
/// [`copy`](super::copy) does, and neither starves the other.
///
/// # Errors
///
/// Returns the first error of either stream. What the other direction has read but not written is lost.
///
/// # Cancel safety
///
/// If the future is dropped, up to 8 KiB of each direction that were read may not have been written.
///
/// # Examples
///
/// A proxy between two connections:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// let (mut client, mut incoming) = io::duplex(64);
/// let (mut outgoing, mut server) = io::duplex(64);
/// client.write_all(b"question").await?;
/// client.close().await?;
/// server.write_all(b"answer").await?;
/// server.close().await?;
///
/// let copied = io::copy_bidirectional(&mut incoming, &mut outgoing).await?;
/// assert_eq!(copied, (8, 6));
/// let mut text = String::new();
/// client.read_to_string(&mut text).await?;
/// assert_eq!(text, "answer");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn copy_bidirectional<A, B>(a: &mut A, b: &mut B) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    both(a, b, BLOCK, BLOCK).await
}

/// Like [`copy_bidirectional`], with buffers of these sizes, in bytes.
///
/// Equivalent to `tokio::io::copy_bidirectional_with_sizes`.
///
/// # Errors
///
/// Returns the first error of either stream.
///
/// # Panics
///
/// Panics if a size is 0.
///
/// # Cancel safety
///
/// If the future is dropped, a buffer of each direction that was read may not have been written.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, AsyncWriteExt};
///
/// let (mut client, mut incoming) = io::duplex(64);
/// let (mut outgoing, server) = io::duplex(64);
/// client.write_all(b"question").await?;
/// drop(client);
/// # let mut server = server;
/// # server.close().await?;
///
/// // Questions are short, answers are long.
/// let copied =
///     io::copy_bidirectional_with_sizes(&mut incoming, &mut outgoing, 256, 64 * 1024).await?;
/// assert_eq!(copied, (8, 0));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn copy_bidirectional_with_sizes<A, B>(
    a: &mut A,
    b: &mut B,
    a_to_b_buf_size: usize,
    b_to_a_buf_size: usize,
) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    assert!(
        a_to_b_buf_size > 0,
        "`a_to_b_buf_size` must be greater than 0"
    );
    assert!(
        b_to_a_buf_size > 0,
        "`b_to_a_buf_size` must be greater than 0"
    );
    both(a, b, a_to_b_buf_size, b_to_a_buf_size).await
}

async fn both<A, B>(a: &mut A, b: &mut B, to_b: usize, to_a: usize) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    let mut to_b = Direction::Copying(Copying::new(to_b));
    let mut to_a = Direction::Copying(Copying::new(to_a));
    let mut is_a_first = false;
    poll_fn(|cx| {
        // They take turns at being first, because the first one may use up the task's budget.
        is_a_first = !is_a_first;
        let (from_a, from_b);
        if is_a_first {
            from_a = to_b.poll(cx, a, b)?;
            from_b = to_a.poll(cx, b, a)?;
        } else {
            from_b = to_a.poll(cx, b, a)?;
            from_a = to_b.poll(cx, a, b)?;
        }
        Poll::Ready(Ok((ready!(from_a), ready!(from_b))))
    })
    .await
}

enum Direction {
    Copying(Copying),
    /// Everything is copied, and the writer is being closed.
    Closing(u64),
    Done(u64),
}

impl Direction {
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        loop {
            *self = match self {
                Self::Copying(copying) => {
                    let copied =
                        ready!(copying.poll(cx, Pin::new(&mut *reader), Pin::new(&mut *writer)))?;
                    Self::Closing(copied)
                }
                Self::Closing(copied) => {
                    ready!(Pin::new(&mut *writer).poll_close(cx))?;
                    Self::Done(*copied)
                }
                Self::Done(copied) => return Poll::Ready(Ok(*copied)),
            }
        }
    }
}
