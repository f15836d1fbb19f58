use crate::runtime::{Backend, Selected};

/// Runs a closure that may block, on this thread, while another thread goes on with the other tasks.
///
/// Equivalent to `tokio::task::block_in_place`.
///
/// Only the task that calls it waits for the closure, with everything that is joined to it in the
/// same task. Other tasks, timers and sockets go on, because another thread runs them in the place of
/// this one. That is one of the threads for blocking closures. If
/// [`max_blocking_threads`](crate::runtime::Builder::max_blocking_threads) of them are busy, the tasks
/// of this thread wait for one. [`spawn_blocking`](crate::task::spawn_blocking) does not hold up its
/// task and should be preferred, unless the closure borrows from the task.
///
/// Inside the closure [`Handle::block_on`](crate::runtime::Handle::block_on) works, and no operation
/// has a [budget](crate::task::coop). In the future of `block_on` of a multi-thread runtime, inside
/// `spawn_blocking` and outside any runtime the closure just runs. On a runtime of your own, whose
/// threads are not known here, it blocks the thread as any call does.
///
/// # Panics
///
/// Panics in `main` and in tasks of the current-thread flavour, inside a [`LocalSet`] and in tasks of
/// `spawn_local`. Panics if there is no thread for closures and the operating system refuses to
/// start one. Also panics if the closure panics.
///
/// [`LocalSet`]: crate::task::LocalSet
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::Runtime::new()?.block_on(async {
/// use portable::runtime::Handle;
/// use portable::task;
///
/// let task = task::spawn(async {
///     let manifest = String::from("Cargo.toml");
///     let text = task::block_in_place(|| std::fs::read_to_string(&manifest));
///     // The closure may wait for a future.
///     let name = task::block_in_place(|| Handle::current().block_on(async { manifest }));
///     (name, text)
/// });
/// let (name, text) = task.await.unwrap();
/// assert_eq!(name, "Cargo.toml");
/// assert!(text.unwrap().contains("[package]"));
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    Selected::default().block_in_place(f)
}
