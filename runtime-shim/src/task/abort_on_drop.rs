use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::task::{AbortHandle, JoinError, JoinHandle};

/// A handle that aborts its task when it is dropped.
///
/// Equivalent to `tokio_util::task::AbortOnDropHandle`.
///
/// Awaiting it returns what the [`JoinHandle`] returns. As with any [`abort`](JoinHandle::abort),
/// the task is dropped at its next turn, not while this handle is dropped. A running closure of
/// [`spawn_blocking`](crate::task::spawn_blocking) is not stopped.
///
/// # Cancel safety
///
/// Awaiting the handle by reference loses nothing. Dropping it aborts the task.
///
/// # Panics
///
/// Awaiting the handle again after it returned the output panics.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::task::{self, AbortOnDropHandle};
///
/// let task = AbortOnDropHandle::new(task::spawn(std::future::pending::<()>()));
/// let abort = task.abort_handle();
/// drop(task);
/// while !abort.is_finished() {
///     task::yield_now().await;
/// }
/// # });
/// ```
#[must_use = "dropping it aborts the task"]
pub struct AbortOnDropHandle<T>(
    // `None` only after `detach`, which consumes the handle.
    Option<JoinHandle<T>>,
);

impl<T> AbortOnDropHandle<T> {
    /// Wraps the handle of a task, so that dropping the result aborts the task.
    pub fn new(task: JoinHandle<T>) -> Self {
        Self(Some(task))
    }

    /// Asks the task to stop. See [`JoinHandle::abort`].
    pub fn abort(&self) {
        self.as_ref().abort();
    }

    /// Returns a handle that can abort the task, and that does nothing when it is dropped.
    pub fn abort_handle(&self) -> AbortHandle {
        self.as_ref().abort_handle()
    }

    /// Returns whether the task has ended, in any way.
    pub fn is_finished(&self) -> bool {
        self.as_ref().is_finished()
    }

    /// Returns the plain handle. Dropping that one lets the task go on.
    pub fn detach(mut self) -> JoinHandle<T> {
        self.0.take().expect(TAKEN)
    }
}

const TAKEN: &str = "the task is taken only by `detach`";

impl<T> AsRef<JoinHandle<T>> for AbortOnDropHandle<T> {
    fn as_ref(&self) -> &JoinHandle<T> {
        self.0.as_ref().expect(TAKEN)
    }
}

impl<T> Future for AbortOnDropHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(self.0.as_mut().expect(TAKEN)).poll(cx)
    }
}

impl<T> Drop for AbortOnDropHandle<T> {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl<T> fmt::Debug for AbortOnDropHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortOnDropHandle")
            .field("id", &self.as_ref().id())
            .finish()
    }
}

/// A handle that aborts its task when it is dropped, and cannot be awaited.
///
/// Equivalent to `tokio_util::task::AbortOnDrop`.
///
/// It is the same type for every output. See [`AbortOnDropHandle`] for what an abort does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::task::{self, AbortOnDrop};
///
/// let task = task::spawn(std::future::pending::<()>());
/// drop(AbortOnDrop::new(task.abort_handle()));
/// assert!(task.await.unwrap_err().is_cancelled());
/// # });
/// ```
#[must_use = "dropping it aborts the task"]
pub struct AbortOnDrop(
    // `None` only after `detach`, which consumes the handle.
    Option<AbortHandle>,
);

impl AbortOnDrop {
    /// Wraps a handle, so that dropping the result aborts the task.
    pub fn new(task: AbortHandle) -> Self {
        Self(Some(task))
    }

    /// Asks the task to stop. See [`JoinHandle::abort`].
    pub fn abort(&self) {
        self.task().abort();
    }

    /// Returns whether the task has ended, in any way.
    pub fn is_finished(&self) -> bool {
        self.task().is_finished()
    }

    /// Returns the plain handle. Dropping that one lets the task go on.
    pub fn detach(mut self) -> AbortHandle {
        self.0.take().expect(TAKEN)
    }

    fn task(&self) -> &AbortHandle {
        self.0.as_ref().expect(TAKEN)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl fmt::Debug for AbortOnDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortOnDrop")
            .field("id", &self.task().id())
            .finish()
    }
}
