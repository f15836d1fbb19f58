//! Reading from a buffer up to a byte.

use std::future::Future;
use std::io::{self, BufRead, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::AsyncBufRead;

use super::lines::{Lines, Split};
use crate::runtime::selected::{poll_budget, spend_budget};

/// Methods of every [`AsyncBufRead`], such as a `BufReader`.
///
/// Equivalent to `tokio::io::AsyncBufReadExt`.
///
/// Each line and each segment counts as an operation of the task's [budget](crate::task::coop), also if
/// the buffer has it already.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io::{AsyncBufReadExt, BufReader};
///
/// let mut lines = BufReader::new(&b"to be\nor not\n"[..]).lines();
/// assert_eq!(lines.next_line().await?.as_deref(), Some("to be"));
/// assert_eq!(lines.next_line().await?.as_deref(), Some("or not"));
/// assert_eq!(lines.next_line().await?, None);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub trait AsyncBufReadExt: AsyncBufRead {
    /// Returns the lines of this reader.
    ///
    /// Equivalent to `tokio::io::AsyncBufReadExt::lines`.
    ///
    /// See [`Lines`]. To go on with the reader afterwards, pass a `&mut` to it.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut lines = BufReader::new(&b"to be\r\nor not"[..]).lines();
    /// let mut lengths = Vec::new();
    /// while let Some(line) = lines.next_line().await? {
    ///     lengths.push(line.len());
    /// }
    /// assert_eq!(lengths, [5, 6]);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines::new(self)
    }

    /// Returns the parts of this reader's bytes between one `delimiter` and the next.
    ///
    /// Equivalent to `tokio::io::AsyncBufReadExt::split`.
    ///
    /// See [`Split`]. To go on with the reader afterwards, pass a `&mut` to it.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut fields = BufReader::new(&b"12,7"[..]).split(b',');
    /// assert_eq!(fields.next_segment().await?.as_deref(), Some(&b"12"[..]));
    /// assert_eq!(fields.next_segment().await?.as_deref(), Some(&b"7"[..]));
    /// assert_eq!(fields.next_segment().await?, None);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    fn split(self, delimiter: u8) -> Split<Self>
    where
        Self: Sized,
    {
        Split::new(self, delimiter)
    }

    /// Appends a line to `buf`, with its `\n`, and returns the number of bytes: 0 at the end.
    ///
    /// Equivalent to `tokio::io::AsyncBufReadExt::read_line`.
    ///
    /// The last line may have no `\n`.
    ///
    /// # Errors
    ///
    /// Returns the reader's errors, after which `buf` has what came before, if that is UTF-8.
    /// Returns [`InvalidData`](ErrorKind::InvalidData) if the line is not UTF-8; `buf` is as it was, and
    /// the next call reads the next line.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the beginning of a line that it has read is lost. The future of
    /// [`Lines::next_line`] loses nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut reader = BufReader::new(&b"to be\nor not"[..]);
    /// let mut text = String::new();
    /// assert_eq!(reader.read_line(&mut text).await?, 6);
    /// assert_eq!(reader.read_line(&mut text).await?, 6);
    /// assert_eq!(reader.read_line(&mut text).await?, 0);
    /// assert_eq!(text, "to be\nor not");
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    fn read_line<'a>(&'a mut self, buf: &'a mut String) -> ReadLine<'a, Self>
    where
        Self: Unpin,
    {
        ReadLine {
            reader: self,
            bytes: Vec::new(),
            buf,
        }
    }

    /// Appends the bytes up to and with `byte`, or up to the end, to `buf`, and returns their number: 0
    /// at the end.
    ///
    /// Equivalent to `tokio::io::AsyncBufReadExt::read_until`.
    ///
    /// # Errors
    ///
    /// Returns the reader's errors, after which `buf` has what came before.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, `buf` has what was read, and the next call goes on behind it.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut reader = BufReader::new(&b"key=value"[..]);
    /// let mut key = Vec::new();
    /// assert_eq!(reader.read_until(b'=', &mut key).await?, 4);
    /// assert_eq!(key, b"key=");
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    fn read_until<'a>(&'a mut self, byte: u8, buf: &'a mut Vec<u8>) -> ReadUntil<'a, Self>
    where
        Self: Unpin,
    {
        ReadUntil {
            reader: self,
            byte,
            read: 0,
            buf,
        }
    }

    /// Returns the bytes in the buffer, and reads some if there are none: they are empty at the end
    /// only.
    ///
    /// Equivalent to `tokio::io::AsyncBufReadExt::fill_buf`.
    ///
    /// The bytes stay in the buffer until [`consume`](Self::consume) takes them.
    ///
    /// # Errors
    ///
    /// Returns the reader's errors.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, nothing is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut reader = BufReader::with_capacity(4, &b"to be"[..]);
    /// assert_eq!(reader.fill_buf().await?, b"to b");
    /// reader.consume(3);
    /// assert_eq!(reader.fill_buf().await?, b"b");
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    fn fill_buf(&mut self) -> FillBuf<'_, Self>
    where
        Self: Unpin,
    {
        FillBuf { reader: Some(self) }
    }

    /// Takes the first `amt` bytes out of the buffer.
    ///
    /// Equivalent to `tokio::io::AsyncBufReadExt::consume`.
    ///
    /// # Panics
    ///
    /// May panic if the buffer has fewer bytes.
    fn consume(&mut self, amt: usize)
    where
        Self: Unpin,
    {
        AsyncBufRead::consume(Pin::new(self), amt);
    }
}

impl<R: AsyncBufRead + ?Sized> AsyncBufReadExt for R {}

/// The future of [`AsyncBufReadExt::read_line`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct ReadLine<'a, R: ?Sized> {
    reader: &'a mut R,
    bytes: Vec<u8>,
    buf: &'a mut String,
}

/// The future of [`AsyncBufReadExt::read_until`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct ReadUntil<'a, R: ?Sized> {
    reader: &'a mut R,
    byte: u8,
    /// The number of bytes that this future has appended.
    read: usize,
    buf: &'a mut Vec<u8>,
}

/// The future of [`AsyncBufReadExt::fill_buf`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct FillBuf<'a, R: ?Sized> {
    /// `None` when the future is over.
    reader: Option<&'a mut R>,
}

impl<R: AsyncBufRead + Unpin + ?Sized> Future for ReadLine<'_, R> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let end = ready!(poll_until(
            Pin::new(this.reader),
            cx,
            b'\n',
            &mut this.bytes
        ));
        let line = std::mem::take(&mut this.bytes);
        Poll::Ready(match (end, text(line)) {
            (Ok(()), line) => line.map(|line| {
                this.buf.push_str(&line);
                line.len()
            }),
            (Err(error), beginning) => {
                this.buf.push_str(&beginning.unwrap_or_default());
                Err(error)
            }
        })
    }
}

impl<R: AsyncBufRead + Unpin + ?Sized> Future for ReadUntil<'_, R> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let before = this.buf.len();
        let end = poll_until(Pin::new(this.reader), cx, this.byte, this.buf);
        this.read += this.buf.len() - before;
        end.map_ok(|()| this.read)
    }
}

impl<'a, R: AsyncBufRead + Unpin + ?Sized> Future for FillBuf<'a, R> {
    type Output = io::Result<&'a [u8]>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let reader = self.reader.take().expect("polled after its end");
        match Pin::new(&mut *reader).poll_fill_buf(cx) {
            Poll::Ready(Ok([])) => Poll::Ready(Ok(&[])),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            // Once more, because the borrow checker does not let the bytes out of this branch while the
            // next one needs the reader. A reader that has bytes gives them without reading.
            Poll::Ready(Ok(_)) => Pin::new(reader).poll_fill_buf(cx),
            Poll::Pending => {
                self.reader = Some(reader);
                Poll::Pending
            }
        }
    }
}

/// Appends the bytes up to and with `delimiter`, or up to the end, to `buf`. They are there while this
/// waits, and if it fails.
pub(super) fn poll_until<R: AsyncBufRead + ?Sized>(
    mut reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    delimiter: u8,
    buf: &mut Vec<u8>,
) -> Poll<io::Result<()>> {
    ready!(poll_budget(cx));
    loop {
        let found = match ready!(reader.as_mut().poll_fill_buf(cx)) {
            // A slice's own, which searches by words.
            Ok(mut bytes) => BufRead::read_until(&mut bytes, delimiter, buf),
            Err(error) => Err(error),
        };
        if let Ok(read @ 1..) = found {
            reader.as_mut().consume(read);
            if buf.last() != Some(&delimiter) {
                continue;
            }
        }
        spend_budget();
        return Poll::Ready(found.map(drop));
    }
}

/// The text of a line.
pub(super) fn text(line: Vec<u8>) -> io::Result<String> {
    String::from_utf8(line)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}
