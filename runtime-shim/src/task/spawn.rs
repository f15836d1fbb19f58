use std::future::Future;

use super::observe::{self, Kind, Origin};
use crate::runtime::{AsyncRuntime, Selected, fork, selected};
use crate::task::{JoinHandle, boxed_if_big};

/// Starts a task.
///
/// Equivalent to `tokio::spawn`.
///
/// The runtime polls the future, never this call. Dropping the handle detaches the task. `spawn`
/// may be called anywhere: in a task, on a plain thread or in a destructor.
/// [`runtime`](crate::runtime) describes which runtime runs the task.
///
/// While the runtime shuts down and afterwards, the task is dropped, and its handle returns an
/// error.
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
    spawn_from(future, Origin::here(Kind::Task))
}

/// Starts a task as [`spawn`] does, for a caller that knows its origin.
#[inline]
#[track_caller]
pub(crate) fn spawn_from<F>(future: F, origin: Origin<'_>) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fork::assert_not_forked();
    let runtime = Selected::default();
    boxed_if_big!(future => observe::spawn!(origin, future => runtime.spawn(future)))
}

/// Starts a task that stays on this thread and so does not need [`Send`].
///
/// Equivalent to `tokio::task::spawn_local`.
///
/// It works on the thread of `main`, which is the one inside [`Runtime::block_on`]: in `main`
/// itself, in other local tasks, and with the current-thread flavour in every task. The task is
/// dropped when `main` ends.
///
/// [`Runtime::block_on`]: crate::runtime::Runtime::block_on
///
/// # Panics
///
/// Panics anywhere else.
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
    spawn_local_from(future, Origin::here(Kind::Local))
}

/// Starts a task as [`spawn_local`] does, for a caller that knows its origin.
#[track_caller]
pub(crate) fn spawn_local_from<F>(future: F, origin: Origin<'_>) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    fork::assert_not_forked();
    let runtime = Selected::default();
    boxed_if_big!(future => observe::spawn!(origin, future => runtime.spawn_local(future)))
}

/// Runs a closure that may block, on a thread for blocking closures.
///
/// Equivalent to `tokio::task::spawn_blocking`.
///
/// There are at most 512 such threads, unless the [`Builder`](crate::runtime::Builder) sets another
/// limit. Further closures wait. Dropping the handle does not affect the closure.
/// [`abort`](JoinHandle::abort) stops a closure only while it waits for a thread.
///
/// # Panics
///
/// Panics if no thread for closures exists and the operating system refuses to start one. The
/// closure does not run then, and the next call tries to start a thread again.
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
    spawn_blocking_from(f, Origin::here(Kind::Blocking))
}

/// Runs a closure as [`spawn_blocking`] does, for a caller that knows its origin.
#[track_caller]
pub(crate) fn spawn_blocking_from<F, T>(f: F, origin: Origin<'_>) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    fork::assert_not_forked();
    let (f, spawning) = observe::closure(f, origin);
    let handle = JoinHandle(selected::handle(Selected::default().spawn_blocking(f)));
    spawning.spawned(|| handle.id());
    handle
}

/// Runs a closure that keeps a processor busy, on [rayon]'s pool.
///
/// Tokio has no such function.
///
/// The pool has as many threads as the machine has processors, so the closures share the processors
/// and no more, and parallel iterators of the crate `rayon` inside the closure use all of the pool.
/// Further closures wait, and start in the order of the calls. The closure may call
/// [`spawn`], [`Handle::current`](crate::runtime::Handle::current) and
/// [`block_on`](crate::runtime::block_on) as in [`spawn_blocking`]. Dropping the handle does not
/// affect the closure. [`abort`](JoinHandle::abort) stops a closure only while it waits for a thread.
/// [The table](crate::task#which-one) says when to use which function.
///
/// The pool is the global one of the process, which all runtimes share. The first call starts it,
/// unless the program has built it with `rayon::ThreadPoolBuilder::build_global`. The environment
/// variable `RAYON_NUM_THREADS` sets the number of its threads. A call on a thread of a pool of the
/// program's own goes to that pool.
///
/// # Waiting inside a closure
///
/// A closure that waits for other closures holds its thread meanwhile. If all threads of the pool
/// wait in this way, none is left for the others, and all wait for ever. So divide the work with
/// `rayon::join`, `rayon::scope` or a parallel iterator, which run other work while they wait, and not
/// with `block_on`. Such other work may be another closure: do not hold a lock across the call if
/// other closures take the same lock.
///
/// # Panics
///
/// Panics if the pool does not exist and the operating system refuses its threads. The closure does
/// not run then, and the next call tries to start the pool again, if rayon does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let longest = task::spawn_compute(|| {
///     // The number below 10,000 with the longest way to 1.
///     let steps = |start: u64| {
///         let next = |n: &u64| match n % 2 {
///             _ if *n == 1 => None,
///             0 => Some(n / 2),
///             _ => Some(3 * n + 1),
///         };
///         std::iter::successors(Some(start), next).count()
///     };
///     (1..10_000).max_by_key(|n| steps(*n))
/// });
/// assert_eq!(longest.await.unwrap(), Some(6171));
/// # });
/// ```
///
/// [rayon]: https://docs.rs/rayon
#[cfg(feature = "rayon")]
#[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
#[track_caller]
pub fn spawn_compute<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    spawn_compute_from(f, Origin::here(Kind::Compute))
}

/// Runs a closure as [`spawn_compute`] does, for a caller that knows its origin.
#[cfg(feature = "rayon")]
#[track_caller]
pub(crate) fn spawn_compute_from<F, T>(f: F, origin: Origin<'_>) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    fork::assert_not_forked();
    let (f, spawning) = observe::closure(f, origin);
    let handle = Selected::default().spawn_compute(f);
    spawning.spawned(|| handle.id());
    handle
}
