use crate::runtime::{AsyncAbortHandle, selected};
use crate::task::Id;

/// A handle that can abort a task, but not await its output.
///
/// Equivalent to `tokio::task::AbortHandle`.
///
/// Dropping the handle does not affect the task.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let task = task::spawn(std::future::pending::<()>());
/// let abort = task.abort_handle();
/// abort.abort();
/// assert!(task.await.unwrap_err().is_cancelled());
/// assert!(abort.is_finished());
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct AbortHandle(pub(crate) selected::AbortHandle);

impl AbortHandle {
    /// Asks the task to stop. See [`JoinHandle::abort`](crate::task::JoinHandle::abort).
    pub fn abort(&self) {
        self.0.abort();
    }

    /// Returns whether the task has ended, in any way.
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Returns the task's id.
    pub fn id(&self) -> Id {
        self.0.id()
    }
}
