use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::runtime::{AsyncJoinHandle, selected};
use crate::task::{AbortHandle, Id, JoinError};

/// A handle to await or abort a task.
///
/// Equivalent to `tokio::task::JoinHandle`.
///
/// Awaiting the handle returns the task's output, or a [`JoinError`] if the task panicked or was
/// aborted. A handle may be awaited on any thread and any executor. Dropping the handle detaches
/// the task, which runs to its end. A task may drop its own handle.
///
/// # Cancel safety
///
/// Awaiting `&mut handle` in a `select` loses nothing: the output stays until it is taken.
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
/// use portable::task;
///
/// let task = task::spawn(async { 6 * 7 });
/// assert_eq!(task.await.unwrap(), 42);
///
/// let task = task::spawn(async { panic!("oh no") });
/// assert!(task.await.unwrap_err().is_panic());
/// # });
/// ```
pub struct JoinHandle<T>(pub(crate) selected::JoinHandle<T>);

/// The handle of `spawn_task!`, which must be used. Handles of the free functions may be ignored,
/// as Tokio's may.
//
// It is named after the macro, because rustc shows the name in its warning.
#[doc(hidden)]
#[cfg_attr(
    feature = "std",
    must_use = "the task goes on without its handle, and nobody learns of its panic: await the \
                handle, keep it, or write `spawn_task!(detach, …)`"
)]
#[cfg_attr(
    not(feature = "std"),
    must_use = "the task goes on without its handle: await the handle, keep it, or write \
                `spawn_task!(detach, …)`"
)]
#[inline(always)]
pub fn spawn_task<T>(task: JoinHandle<T>) -> JoinHandle<T> {
    task
}

impl<T> JoinHandle<T> {
    /// Asks the task to stop.
    ///
    /// This returns at once. A task that has not been polled will never be polled. A task that is
    /// being polled ends after that poll. A task that waits is dropped at its next turn, at the
    /// latest before the handle returns `Err`. If the task has ended, or if it is a running closure
    /// of [`spawn_blocking`](crate::task::spawn_blocking) or `spawn_compute`, this does nothing and the
    /// output stays.
    pub fn abort(&self) {
        self.0.abort();
    }

    /// Returns a handle that can abort the task and does not keep its output.
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.0.abort_handle())
    }

    /// Returns whether the task has ended, in any way.
    ///
    /// It may still return `false` for a moment after [`abort`](Self::abort).
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Returns the task's id.
    pub fn id(&self) -> Id {
        self.0.id()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .finish()
    }
}
