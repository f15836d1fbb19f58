use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::task::{AbortHandle, JoinError, JoinHandle};

/// Aborts a task when it is dropped.
///
/// Equivalent to `tokio_util::task::AbortOnDropHandle`.
///
/// Awaiting it gives what the [`JoinHandle`] gives. As with any [`abort`](JoinHandle::abort), the
/// task is dropped at its next turn and not within the drop of this handle, and a closure of
/// [`spawn_blocking`](crate::task::spawn_blocking) that runs is not stopped.
///
/// # Cancel safety
///
/// Awaiting it by reference loses nothing. Dropping it aborts the task.
///
/// # Panics
///
/// Awaiting it again after it gave the output.
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
    // Taken by `detach` alone, which takes this handle too.
    Option<JoinHandle<T>>,
);

impl<T> AbortOnDropHandle<T> {
    /// Ties the task's life to the handle that this gives.
    pub fn new(task: JoinHandle<T>) -> Self {
        Self(Some(task))
    }

    /// Asks the task to stop; see [`JoinHandle::abort`].
    pub fn abort(&self) {
        self.as_ref().abort();
    }

    /// A handle that can abort the task and does nothing when it is dropped.
    pub fn abort_handle(&self) -> AbortHandle {
        self.as_ref().abort_handle()
    }

    /// Whether the task has ended, in whatever way.
    pub fn is_finished(&self) -> bool {
        self.as_ref().is_finished()
    }

    /// Gives the plain handle back, whose drop lets the task go on.
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
