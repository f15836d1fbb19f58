use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use crate::runtime::selected::{poll_budget, spend_budget};

/// The size of a block, which is that of Tokio.
pub(super) const BLOCK: usize = 8 * 1024;

/// The size up to which the block of [`copy`] grows.
const LARGEST: usize = 256 * 1024;

/// Copies everything from a reader to a writer, flushes the writer, and returns the number of bytes.
///
/// Equivalent to `tokio::io::copy`.
///
/// While the reader has nothing to read, the writer is flushed, so that a `BufWriter` does not hold
/// back an answer that the peer waits for.
///
/// The block has 8 KiB at first. It grows up to 256 KiB while each block has to be waited for and comes
/// full, as those of a file and of standard input do: each of them costs a switch to another thread.
///
/// Each block counts as an operation of the task's [budget](crate::task::coop), even from memory to
/// memory. Reader and writer may be passed by reference.
///
/// # Errors
///
/// Returns the errors of the reader and the writer, and [`WriteZero`](ErrorKind::WriteZero) if the writer
/// takes nothing.
///
/// # Cancel safety
///
/// If the future is dropped, up to 256 KiB that were read may not have been written.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io;
///
/// let mut copy = Vec::new();
/// assert_eq!(io::copy(&b"to be"[..], &mut copy).await?, 5);
/// assert_eq!(copy, b"to be");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn copy<R, W>(reader: R, writer: W) -> io::Result<u64>
where
    R: AsyncRead,
    W: AsyncWrite,
{
    let mut reader = pin!(reader);
    let mut writer = pin!(writer);
    let mut copying = Copying::growing(BLOCK, LARGEST);
    poll_fn(|cx| copying.poll(cx, reader.as_mut(), writer.as_mut())).await
}

/// What is being copied from one reader to one writer.
pub(super) struct Copying {
    block: Vec<u8>,
    /// The size up to which the block grows.
    largest: usize,
    /// Whether the reader was waited for since the last block.
    has_waited: bool,
    /// The number of bytes in the block.
    read: usize,
    /// The number of those that were written.
    written: usize,
    is_flushed: bool,
    is_at_end: bool,
    copied: u64,
}

impl Copying {
    /// Copies in blocks of up to `block` bytes, which must not be 0.
    pub(super) fn new(block: usize) -> Self {
        Self::growing(block, block)
    }

    fn growing(block: usize, largest: usize) -> Self {
        Self {
            block: vec![0; block],
            largest,
            has_waited: false,
            written: 0,
            read: 0,
            is_flushed: true,
            is_at_end: false,
            copied: 0,
        }
    }

    /// Copies until one side has to wait. At the end the writer is flushed.
    pub(super) fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        loop {
            ready!(poll_budget(cx));
            if self.written == self.read && !self.is_at_end {
                match reader.as_mut().poll_read(cx, &mut self.block)? {
                    Poll::Ready(read) => {
                        self.read = read;
                        self.written = 0;
                        self.is_at_end = read == 0;
                        self.grow();
                    }
                    Poll::Pending => {
                        self.has_waited = true;
                        if !self.is_flushed {
                            ready!(writer.as_mut().poll_flush(cx))?;
                            self.is_flushed = true;
                        }
                        return Poll::Pending;
                    }
                }
            }
            while self.written < self.read {
                let rest = &self.block[self.written..self.read];
                let written = ready!(writer.as_mut().poll_write(cx, rest))?;
                if written == 0 {
                    return Poll::Ready(Err(ErrorKind::WriteZero.into()));
                }
                self.written += written;
                self.copied += written as u64;
                self.is_flushed = false;
            }
            if self.is_at_end {
                ready!(writer.as_mut().poll_flush(cx))?;
                return Poll::Ready(Ok(self.copied));
            }
            spend_budget();
        }
    }
    /// Doubles the block if it was waited for and came full. A socket from which more comes than a block
    /// holds has the next one ready, and keeps its small block.
    fn grow(&mut self) {
        let is_full = self.read == self.block.len();
        if is_full && self.has_waited && self.read < self.largest {
            self.block.resize(self.largest.min(self.read * 2), 0);
        }
        self.has_waited = false;
    }
}
