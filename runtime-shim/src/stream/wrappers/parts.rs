//! The lines and the segments of a reader.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::AsyncBufRead;
use futures_lite::Stream;
use pin_project_lite::pin_project;

use crate::io::{Lines, Split};

macro_rules! parts {
    ($(#[$about:meta])* $name:ident: $wrapped:ident => $item:ty) => {
        pin_project! {
            $(#[$about])*
            #[derive(Debug)]
            #[must_use = "streams do nothing unless they are polled"]
            pub struct $name<R> {
                #[pin]
                inner: $wrapped<R>,
            }
        }

        impl<R> $name<R> {
            /// Makes a stream of the value.
            pub fn new(inner: $wrapped<R>) -> Self {
                Self { inner }
            }

            /// Returns the wrapped value.
            pub fn into_inner(self) -> $wrapped<R> {
                self.inner
            }

            /// Returns a pinned reference to the wrapped value.
            pub fn as_pin_mut(self: Pin<&mut Self>) -> Pin<&mut $wrapped<R>> {
                self.project().inner
            }
        }

        impl<R: AsyncBufRead> Stream for $name<R> {
            type Item = io::Result<$item>;

            fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.project().inner.poll_next(cx)
            }
        }

        impl<R> AsRef<$wrapped<R>> for $name<R> {
            fn as_ref(&self) -> &$wrapped<R> {
                &self.inner
            }
        }

        impl<R> AsMut<$wrapped<R>> for $name<R> {
            fn as_mut(&mut self) -> &mut $wrapped<R> {
                &mut self.inner
            }
        }
    };
}

parts! {
    /// The lines of a reader as a stream. [`Lines`] is one itself; this is for code that names the
    /// wrapper.
    ///
    /// Equivalent to `tokio_stream::wrappers::LinesStream`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::LinesStream;
    ///
    /// let lines = LinesStream::new(BufReader::new(&b"12\n7\n"[..]).lines());
    /// let lines: Vec<String> = lines.try_collect().await?;
    /// assert_eq!(lines, ["12", "7"]);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    LinesStream: Lines => String
}

parts! {
    /// The segments of a reader as a stream. [`Split`] is one itself; this is for code that names the
    /// wrapper.
    ///
    /// Equivalent to `tokio_stream::wrappers::SplitStream`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::{AsyncBufReadExt, BufReader};
    /// use portable::stream::StreamExt;
    /// use portable::stream::wrappers::SplitStream;
    ///
    /// let segments = SplitStream::new(BufReader::new(&b"one\0two"[..]).split(0));
    /// let segments: Vec<Vec<u8>> = segments.try_collect().await?;
    /// assert_eq!(segments, [b"one", b"two"]);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    SplitStream: Split => Vec<u8>
}
