use std::pin::Pin;
use std::task::{Context, Poll};

use futures_lite::Stream;

use crate::task::{JoinError, JoinSet};

/// The outputs of the tasks of a [`JoinSet`] as a stream, in the order in which the tasks end.
///
/// Equivalent to `tokio_stream::wrappers::JoinSetStream`.
///
/// The stream ends when the set is empty. An item is an error for a task that panicked or was aborted.
/// Dropping the stream drops the set, which aborts its tasks.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::stream::StreamExt;
/// use portable::stream::wrappers::JoinSetStream;
/// use portable::task::JoinSet;
///
/// let squares: JoinSet<u32> = (1..=3_u32).map(|n| async move { n * n }).collect();
/// let sum = JoinSetStream::new(squares).fold(0, |sum, square| sum + square.unwrap());
/// assert_eq!(sum.await, 14);
/// # });
/// ```
#[derive(Debug)]
#[must_use = "streams do nothing unless they are polled"]
pub struct JoinSetStream<T> {
    inner: JoinSet<T>,
}

impl<T> JoinSetStream<T> {
    /// Makes a stream of the set.
    pub fn new(inner: JoinSet<T>) -> Self {
        Self { inner }
    }

    /// Returns the set.
    pub fn into_inner(self) -> JoinSet<T> {
        self.inner
    }
}

impl<T: 'static> Stream for JoinSetStream<T> {
    type Item = Result<T, JoinError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.poll_join_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.inner.len(), Some(self.inner.len()))
    }
}

impl<T> AsRef<JoinSet<T>> for JoinSetStream<T> {
    fn as_ref(&self) -> &JoinSet<T> {
        &self.inner
    }
}

impl<T> AsMut<JoinSet<T>> for JoinSetStream<T> {
    fn as_mut(&mut self) -> &mut JoinSet<T> {
        &mut self.inner
    }
}

impl<T> From<JoinSet<T>> for JoinSetStream<T> {
    fn from(set: JoinSet<T>) -> Self {
        Self::new(set)
    }
}
