//! The lines and the segments of a reader.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::AsyncBufRead;
use futures_lite::Stream;
use pin_project_lite::pin_project;

use super::buf_read::{poll_until, text};

pin_project! {
    /// The lines of a reader, made by [`AsyncBufReadExt::lines`].
    ///
    /// Equivalent to `tokio::io::Lines`.
    ///
    /// It gives each line without its `\n` or `\r\n`, by [`next_line`](Self::next_line) or as a
    /// [`Stream`](crate::stream::Stream).
    ///
    /// # Cancel safety
    ///
    /// This value keeps the beginning of a line that was read, so that dropping a future of `next_line`
    /// loses nothing. Dropping the value loses that beginning, and what the reader has in its buffer.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    /// use portable::stream::StreamExt;
    ///
    /// let lines = BufReader::new(&b"12\n7\n"[..]).lines();
    /// let lines: Vec<String> = lines.try_collect().await?;
    /// assert_eq!(lines, ["12", "7"]);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [`AsyncBufReadExt::lines`]: crate::io::AsyncBufReadExt::lines
    #[derive(Debug)]
    #[must_use = "lines are read by `next_line`, or by polling the stream"]
    pub struct Lines<R> {
        #[pin]
        reader: R,
        // The beginning of the next line.
        line: Vec<u8>,
    }
}

impl<R> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            line: Vec::new(),
        }
    }

    /// Returns the reader.
    pub fn get_ref(&self) -> &R {
        &self.reader
    }

    /// Returns the reader. What is read from it is in no line.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Returns the reader, pinned. What is read from it is in no line.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().reader
    }

    /// Returns the reader. The beginning of a line that was read is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: AsyncBufRead> Lines<R> {
    /// Returns the next line, without `\n` or `\r\n`, and `None` at the end.
    ///
    /// Equivalent to `tokio::io::Lines::next_line`.
    ///
    /// # Errors
    ///
    /// Returns the reader's errors; the beginning of the line is kept for the next call.
    /// Returns [`InvalidData`](io::ErrorKind::InvalidData) if the line is not UTF-8, and the next call
    /// reads the next line.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no line and no part of a line is lost. So it may stand in a loop with
    /// `select!` or with [`timeout`](crate::time::timeout).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    /// use portable::time::{Duration, timeout};
    ///
    /// let mut lines = BufReader::new(&b"to be\n"[..]).lines();
    /// while let Some(line) = timeout(Duration::from_secs(1), lines.next_line()).await?? {
    ///     assert_eq!(line, "to be");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub async fn next_line(&mut self) -> io::Result<Option<String>>
    where
        R: Unpin,
    {
        poll_fn(|cx| Pin::new(&mut *self).poll_next_line(cx)).await
    }

    /// Polls for the next line.
    ///
    /// Equivalent to `tokio::io::Lines::poll_next_line`.
    ///
    /// See [`next_line`](Self::next_line).
    ///
    /// # Errors
    ///
    /// As those of `next_line`.
    pub fn poll_next_line(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<String>>> {
        let this = self.project();
        let Some(mut part) = ready!(poll_part(this.reader, cx, b'\n', this.line))? else {
            return Poll::Ready(Ok(None));
        };
        if part.is_delimited {
            part.bytes.pop_if(|byte| *byte == b'\r');
        }
        Poll::Ready(text(part.bytes).map(Some))
    }
}

impl<R: AsyncBufRead> Stream for Lines<R> {
    type Item = io::Result<String>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_next_line(cx).map(Result::transpose)
    }
}

pin_project! {
    /// The parts of a reader's bytes between delimiters, made by [`AsyncBufReadExt::split`].
    ///
    /// Equivalent to `tokio::io::Split`.
    ///
    /// It gives each part without its delimiter, by [`next_segment`](Self::next_segment) or as a
    /// [`Stream`](crate::stream::Stream).
    ///
    /// # Cancel safety
    ///
    /// This value keeps the beginning of a segment that was read, so that dropping a future of
    /// `next_segment` loses nothing. Dropping the value loses that beginning, and what the reader has in
    /// its buffer.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    /// use portable::stream::StreamExt;
    ///
    /// let segments = BufReader::new(&b"one\0two"[..]).split(0);
    /// let segments: Vec<Vec<u8>> = segments.try_collect().await?;
    /// assert_eq!(segments, [b"one", b"two"]);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [`AsyncBufReadExt::split`]: crate::io::AsyncBufReadExt::split
    #[derive(Debug)]
    #[must_use = "segments are read by `next_segment`, or by polling the stream"]
    pub struct Split<R> {
        #[pin]
        reader: R,
        delimiter: u8,
        // The beginning of the next segment.
        segment: Vec<u8>,
    }
}

impl<R> Split<R> {
    pub(super) fn new(reader: R, delimiter: u8) -> Self {
        Self {
            reader,
            delimiter,
            segment: Vec::new(),
        }
    }
}

impl<R: AsyncBufRead> Split<R> {
    /// Returns the next segment, without its delimiter, and `None` at the end.
    ///
    /// Equivalent to `tokio::io::Split::next_segment`.
    ///
    /// # Errors
    ///
    /// Returns the reader's errors; the beginning of the segment is kept for the next call.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no segment and no part of a segment is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    ///
    /// let mut names = BufReader::new(&b"one\0two\0"[..]).split(0);
    /// let mut count = 0;
    /// while names.next_segment().await?.is_some() {
    ///     count += 1;
    /// }
    /// assert_eq!(count, 2);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn next_segment(&mut self) -> io::Result<Option<Vec<u8>>>
    where
        R: Unpin,
    {
        poll_fn(|cx| Pin::new(&mut *self).poll_next_segment(cx)).await
    }

    /// Polls for the next segment.
    ///
    /// Equivalent to `tokio::io::Split::poll_next_segment`.
    ///
    /// See [`next_segment`](Self::next_segment).
    ///
    /// # Errors
    ///
    /// As those of `next_segment`.
    pub fn poll_next_segment(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Vec<u8>>>> {
        let this = self.project();
        poll_part(this.reader, cx, *this.delimiter, this.segment)
            .map_ok(|part| part.map(|part| part.bytes))
    }
}

impl<R: AsyncBufRead> Stream for Split<R> {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_next_segment(cx).map(Result::transpose)
    }
}

/// A line or a segment, without its delimiter.
struct Part {
    bytes: Vec<u8>,
    /// Whether a delimiter was behind it. The last part may have none.
    is_delimited: bool,
}

/// Polls for the next part, of which `beginning` has been read. `None` is the end.
fn poll_part(
    reader: Pin<&mut impl AsyncBufRead>,
    cx: &mut Context<'_>,
    delimiter: u8,
    beginning: &mut Vec<u8>,
) -> Poll<io::Result<Option<Part>>> {
    ready!(poll_until(reader, cx, delimiter, beginning))?;
    let mut bytes = std::mem::take(beginning);
    let is_delimited = bytes.pop_if(|byte| *byte == delimiter).is_some();
    let is_end = bytes.is_empty() && !is_delimited;
    Poll::Ready(Ok((!is_end).then_some(Part {
        bytes,
        is_delimited,
    })))
}
