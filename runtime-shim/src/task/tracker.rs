use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use crate::sync::Notify;
use pin_project_lite::pin_project;

use crate::runtime::Handle;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "rayon")]
use crate::task::spawn_compute;
use crate::task::{JoinHandle, boxed_if_big, consume_budget, spawn, spawn_local};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
use crate::task::{LocalSet, spawn_blocking};
use crate::waker::contained;

/// A counter of tasks that can wait until no task is left.
///
/// Equivalent to `tokio_util::task::TaskTracker`.
///
/// A tracker keeps no output, and a task that has ended takes no memory, so one tracker can count
/// the connections of a server for as long as the server runs. Together with a
/// [`CancellationToken`](crate::sync::CancellationToken) it makes a graceful shutdown: cancel the
/// token, [`close`](Self::close) the tracker, then [`wait`](Self::wait). Clones share one count.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::sync::CancellationToken;
/// use portable::task::TaskTracker;
///
/// let tracker = TaskTracker::new();
/// let shutdown = CancellationToken::new();
/// for _ in 0..3 {
///     let shutdown = shutdown.clone();
///     tracker.spawn(async move { shutdown.cancelled().await });
/// }
/// assert_eq!(tracker.len(), 3);
///
/// shutdown.cancel();
/// tracker.close();
/// tracker.wait().await;
/// assert!(tracker.is_empty());
/// # });
/// ```
#[derive(Clone, Default)]
pub struct TaskTracker(Arc<Count>);

/// Twice the number of tasks, plus one if the tracker is closed.
#[derive(Default)]
struct Count {
    state: AtomicUsize,
    /// Notified when the tracker is closed and no task is left.
    done: Notify,
}

const CLOSED: usize = 1;
const ONE: usize = 2;

impl Count {
    fn state(&self) -> usize {
        self.state.load(Ordering::SeqCst)
    }

    fn add_one(&self) {
        self.state.fetch_add(ONE, Ordering::SeqCst);
    }

    fn remove_one(&self) {
        if self.state.fetch_sub(ONE, Ordering::SeqCst) == ONE | CLOSED {
            self.done.notify_waiters();
        }
    }

    fn close(&self) -> bool {
        let state = self.state.fetch_or(CLOSED, Ordering::SeqCst);
        if state == 0 {
            self.done.notify_waiters();
        }
        state & CLOSED == 0
    }

    fn reopen(&self) -> bool {
        self.state.fetch_and(!CLOSED, Ordering::SeqCst) & CLOSED != 0
    }
}

impl TaskTracker {
    /// Creates a tracker that is open and counts nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until the tracker is closed and no task is left.
    ///
    /// The future is ready if this was the case at any moment after the call, even if another task
    /// starts before the future is polled.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn wait(&self) -> impl Future<Output = ()> + Send + Sync + '_ {
        // `notified` reports what happens from here on, and `state` what happened before.
        let done = self.0.done.notified();
        let is_done = self.0.state() == CLOSED;
        async move {
            if is_done {
                consume_budget().await;
            } else {
                let mut done = pin!(done);
                // Wraps the waker, so that a panic in it does not reach the thread that ends the
                // last task.
                poll_fn(|cx| done.as_mut().poll(&mut Context::from_waker(&contained(cx)))).await;
            }
        }
    }

    /// Lets [`wait`](Self::wait) complete once no task is left. Returns whether the tracker was
    /// open.
    ///
    /// More tasks can be tracked after this.
    pub fn close(&self) -> bool {
        self.0.close()
    }

    /// Reopens the tracker after [`close`](Self::close). Returns whether the tracker was closed.
    pub fn reopen(&self) -> bool {
        self.0.reopen()
    }

    /// Returns whether the tracker is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.state() & CLOSED != 0
    }

    /// Returns the number of tasks, futures and tokens that are tracked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.state() / ONE
    }

    /// Returns whether nothing is tracked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Like [`task::spawn`](spawn), and tracks the task until its future has been dropped.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        boxed_if_big!(future => spawn(self.track_future(future)))
    }

    /// Like [`Handle::spawn`], and tracks the task until its future has been dropped.
    #[track_caller]
    pub fn spawn_on<F>(&self, future: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        boxed_if_big!(future => handle.spawn(self.track_future(future)))
    }

    /// Like [`task::spawn_local`](spawn_local), and tracks the task until its future has been
    /// dropped.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_local`](spawn_local) does.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        boxed_if_big!(future => spawn_local(self.track_future(future)))
    }

    /// Like [`LocalSet::spawn_local`], and tracks the task until its future has been dropped.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_local_on<F>(&self, future: F, local_set: &LocalSet) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        boxed_if_big!(future => local_set.spawn_local(self.track_future(future)))
    }

    /// Like [`task::spawn_blocking`](spawn_blocking), and tracks the task until its closure has
    /// been dropped.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        spawn_blocking(self.track_closure(f))
    }

    /// Like [`Handle::spawn_blocking`], and tracks the task until its closure has been dropped.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_blocking_on<F, T>(&self, f: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        handle.spawn_blocking(self.track_closure(f))
    }

    /// Like [`task::spawn_compute`](crate::task::spawn_compute), and tracks the task until its closure has
    /// been dropped.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        spawn_compute(self.track_closure(f))
    }

    /// Like [`Handle::spawn_compute`], and tracks the task until its closure has been dropped.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute_on<F, T>(&self, f: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        handle.spawn_compute(self.track_closure(f))
    }

    fn track_closure<F, T>(&self, f: F) -> impl FnOnce() -> T + use<F, T>
    where
        F: FnOnce() -> T,
    {
        let token = self.token();
        move || {
            let _token = token;
            f()
        }
    }

    /// Tracks a future until it is dropped, wherever it is polled.
    ///
    /// # Cancel safety
    ///
    /// The returned future is as cancel safe as the future that it wraps.
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F> {
        TrackedFuture {
            future,
            token: self.token(),
        }
    }

    /// Returns a token that counts as a task until it is dropped.
    pub fn token(&self) -> TaskTrackerToken {
        self.0.add_one();
        TaskTrackerToken(self.clone())
    }

    /// Returns whether both are clones of one tracker.
    #[must_use]
    pub fn ptr_eq(left: &Self, right: &Self) -> bool {
        Arc::ptr_eq(&left.0, &right.0)
    }
}

impl fmt::Debug for TaskTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskTracker")
            .field("len", &self.len())
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

/// A token that counts as a task of its tracker.
///
/// Equivalent to `tokio_util::task::TaskTrackerToken`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::TaskTracker;
///
/// let tracker = TaskTracker::new();
/// let token = tracker.token();
/// assert_eq!(tracker.len(), 1);
/// drop(token);
/// assert!(tracker.is_empty());
/// ```
#[derive(Debug)]
#[must_use = "it counts until it is dropped"]
pub struct TaskTrackerToken(TaskTracker);

impl TaskTrackerToken {
    /// Returns the tracker that made the token.
    #[must_use]
    pub fn task_tracker(&self) -> &TaskTracker {
        &self.0
    }
}

impl Clone for TaskTrackerToken {
    fn clone(&self) -> Self {
        self.0.token()
    }
}

impl Drop for TaskTrackerToken {
    fn drop(&mut self) {
        self.0.0.remove_one();
    }
}

pin_project! {
    /// A future that its tracker counts, made by [`TaskTracker::track_future`].
    ///
    /// Equivalent to `tokio_util::task::task_tracker::TrackedFuture`.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct TrackedFuture<F> {
        #[pin]
        future: F,
        // Dropped after the future.
        token: TaskTrackerToken,
    }
}

impl<F: Future> Future for TrackedFuture<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}
