use crate::runtime::{AsyncAbortHandle, selected};
use crate::task::Id;

/// The right to abort a task, without its output.
///
/// Equivalent to `tokio::task::AbortHandle`.
///
/// Dropping it does nothing to the task.
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
    /// Asks the task to stop; see [`JoinHandle::abort`](crate::task::JoinHandle::abort).
    pub fn abort(&self) {
        self.0.abort();
    }

    /// Whether the task has ended, in whatever way.
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.0.id()
    }
}
