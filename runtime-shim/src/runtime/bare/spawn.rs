use crate::task::{IntoTask, JoinHandle};

/// Starts a task.
///
/// Equivalent to `tokio::spawn`.
///
/// The future is polled by the executor, never within this call. Dropping the handle detaches the
/// task. It may be called anywhere: in a task, in an interrupt, on another core; the task runs on the
/// executor of `#[portable::main]`, or on that which `runtime::set_spawner` named.
///
/// Without the feature `alloc` it takes what a `#[portable::task]` gives. If there was no place left
/// for it, the handle's error says so.
///
/// # Panics
///
/// If no executor runs yet.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "alloc")]
/// # #[allow(dead_code)]
/// # async fn example() -> Result<(), portable::task::JoinError> {
/// use portable::task;
///
/// let task = task::spawn(async { 6 * 7 });
/// assert_eq!(task.await?, 42);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn spawn<T: IntoTask>(task: T) -> JoinHandle<T::Output> {
    task.__spawn()
}
