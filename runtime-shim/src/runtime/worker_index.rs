//! The worker that a thread is.

use super::{Backend, Selected};

/// Returns the index of the worker of the runtime that this thread is, which
/// [`RuntimeMetrics`](super::RuntimeMetrics) takes. It is less than
/// [`num_workers`](super::RuntimeMetrics::num_workers).
///
/// Equivalent to `tokio::runtime::worker_index`.
///
/// The thread that runs the tasks of the current-thread flavour, inside `block_on`, has the index 0. On
/// the multi-thread flavour the thread of `main` is no worker. A thread for blocking closures is none
/// either, nor one that belongs to no runtime, nor one of a runtime of the user's own. Returns `None`
/// there. After an await a task may be on another worker.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::{Builder, worker_index};
///
/// let runtime = Builder::new_current_thread().build()?;
/// assert_eq!(runtime.block_on(async { worker_index() }), Some(0));
/// assert_eq!(worker_index(), None);
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn worker_index() -> Option<usize> {
    Selected::default().worker_index()
}
