use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::runtime::{AsyncJoinHandle, selected};
use crate::task::{AbortHandle, Id, JoinError};

/// A task that can be awaited.
///
/// Equivalent to `tokio::task::JoinHandle`.
///
/// Awaiting it gives the task's output, or a [`JoinError`] if the task panicked or was aborted.
/// That may be done on any thread and any executor. Dropping the handle detaches the task, which
/// goes on to its end; a task may drop its own handle.
///
/// # Cancel safety
///
/// Awaiting `&mut handle` in a `select` loses nothing: the output stays until it is taken.
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

/// The handle that `spawn_task!` gives. The free functions let one forget it, as Tokio's do.
//
// rustc names it in the warning, so it has the macro's name.
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
    /// It returns at once and needs no await. A task that has not been polled never will be; one
    /// that is being polled ends when that poll does; one that waits is dropped at its next turn,
    /// at the latest before the handle gives `Err`. After the end of the task, and on a closure of
    /// [`spawn_blocking`](crate::task::spawn_blocking) that runs, it does nothing: the output
    /// stays.
    pub fn abort(&self) {
        self.0.abort();
    }

    /// A handle that can abort the task and does not keep its output.
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.0.abort_handle())
    }

    /// Whether the task has ended, in whatever way.
    ///
    /// It may still say no for a moment after [`abort`](Self::abort).
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// The task's id.
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
