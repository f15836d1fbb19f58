use std::future::Future;

use crate::runtime::{AsyncRuntime, Selected, fork};
use crate::task::JoinHandle;

/// Moves a future that is big to the heap before it is passed on by value.
///
/// Each call that takes a future by value may copy it to its own frame in a debug build: a future
/// of some hundred KiB would overflow the stack before the runtime gets to see it. The limits are
/// Tokio's.
///
/// The type of the future is `F` wherever this is used. As its size is a constant in the condition,
/// even a debug build compiles one of the two branches only, and with it one task of the runtime.
macro_rules! boxed_if_big {
    ($future:ident => $spawn:expr) => {
        if const { size_of::<F>() > $crate::task::BIG } {
            let $future = Box::pin($future);
            $spawn
        } else {
            $spawn
        }
    };
}
pub(crate) use boxed_if_big;

/// Starts a task.
///
/// Equivalent to `tokio::spawn`.
///
/// The future is polled by the runtime, never within this call. Dropping the handle detaches the
/// task. It may be called anywhere: in a task, on a plain thread, in a destructor; which runtime
/// it goes to is told in [`runtime`](crate::runtime).
///
/// While the runtime ends, and after it, the task is dropped and its handle says so.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let task = task::spawn(async { 6 * 7 });
/// assert_eq!(task.await.unwrap(), 42);
/// # });
/// ```
#[inline]
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fork::assert_not_forked();
    let runtime = Selected::default();
    JoinHandle(boxed_if_big!(future => runtime.spawn(future)))
}

/// Starts a task that stays on this thread, so that it needs no [`Send`].
///
/// Equivalent to `tokio::task::spawn_local`.
///
/// It works on the thread of `main` (the one inside [`Runtime::block_on`]): in `main` itself, in
/// other local tasks, and with the current-thread flavour in every task. The task is dropped when
/// `main` ends.
///
/// [`Runtime::block_on`]: crate::runtime::Runtime::block_on
///
/// # Panics
///
/// Anywhere else.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::Runtime::new()?.block_on(async {
/// use portable::task;
/// use std::rc::Rc;
///
/// let shared = Rc::new(42);
/// let task = task::spawn_local({
///     let shared = shared.clone();
///     async move { *shared }
/// });
/// assert_eq!(task.await.unwrap(), *shared);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    fork::assert_not_forked();
    let runtime = Selected::default();
    JoinHandle(boxed_if_big!(future => runtime.spawn_local(future)))
}

/// Runs a closure that may block, on a thread kept for such closures.
///
/// Equivalent to `tokio::task::spawn_blocking`.
///
/// There are 512 such threads at most unless the [`Builder`](crate::runtime::Builder) says
/// otherwise; further closures wait. Dropping the handle changes nothing;
/// [`abort`](JoinHandle::abort) stops a closure only while it waits for a thread.
///
/// # Panics
///
/// If there is no thread for closures and the operating system refuses one. The closure does not run,
/// and the next call asks again.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let text = task::spawn_blocking(|| std::fs::read_to_string("Cargo.toml"));
/// assert!(text.await.unwrap().unwrap().contains("[package]"));
/// # });
/// ```
#[track_caller]
pub fn spawn_blocking<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    fork::assert_not_forked();
    JoinHandle(Selected::default().spawn_blocking(f))
}
