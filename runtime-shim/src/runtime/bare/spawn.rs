use crate::task::{IntoTask, JoinHandle};

/// Starts a task.
///
/// Equivalent to `tokio::spawn`.
///
/// The executor polls the future, never this call. Dropping the handle detaches the task. `spawn`
/// may be called anywhere: in a task, in an interrupt or on another core. The task runs on the
/// executor of `#[portable::main]`, or on the one that was passed to `runtime::set_spawner`.
///
/// Without the feature `alloc` it accepts only calls of a `#[portable::task]`. If the pool of the
/// task is full, its handle returns an error.
///
/// # Panics
///
/// Panics if no executor runs yet.
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
