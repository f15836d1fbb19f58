use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::task::{Poll, ready};

use futures_io::{AsyncBufRead, AsyncWrite};

use crate::runtime::selected::{poll_budget, spend_budget};

/// Copies everything from a buffered reader to a writer, flushes the writer, and returns the number of
/// bytes.
///
/// Equivalent to `tokio::io::copy_buf`.
///
/// It is like [`copy`](super::copy), but writes from the reader's own buffer. Each write counts as an
/// operation of the task's [budget](crate::task::coop). Reader and writer may be passed by reference.
///
/// # Errors
///
/// Returns the errors of the reader and the writer, and [`WriteZero`](ErrorKind::WriteZero) if the writer
/// takes nothing.
///
/// # Cancel safety
///
/// If the future is dropped, no byte is lost: what was not written is still in the reader.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{self, BufReader};
///
/// let mut reader = BufReader::with_capacity(64 * 1024, &b"to be"[..]);
/// let mut copy = Vec::new();
/// assert_eq!(io::copy_buf(&mut reader, &mut copy).await?, 5);
/// assert_eq!(copy, b"to be");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn copy_buf<R, W>(reader: R, writer: W) -> io::Result<u64>
where
    R: AsyncBufRead,
    W: AsyncWrite,
{
    let mut reader = pin!(reader);
    let mut writer = pin!(writer);
    let mut copied = 0;
    let mut is_flushed = true;
    poll_fn(|cx| {
        loop {
            ready!(poll_budget(cx));
            let bytes = match reader.as_mut().poll_fill_buf(cx) {
                Poll::Ready(Ok(bytes)) => bytes,
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => continue,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    if !is_flushed {
                        ready!(writer.as_mut().poll_flush(cx))?;
                        is_flushed = true;
                    }
                    return Poll::Pending;
                }
            };
            if bytes.is_empty() {
                ready!(writer.as_mut().poll_flush(cx))?;
                return Poll::Ready(Ok(copied));
            }
            let written = ready!(writer.as_mut().poll_write(cx, bytes))?;
            if written == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            reader.as_mut().consume(written);
            copied += written as u64;
            is_flushed = false;
            spend_budget();
        }
    })
    .await
}
