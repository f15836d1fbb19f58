use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use crate::sync::Notify;
use pin_project_lite::pin_project;

use crate::runtime::Handle;
use crate::task::{JoinHandle, boxed_if_big, consume_budget, spawn, spawn_blocking, spawn_local};
use crate::waker::contained;

/// Counts tasks, and waits until none is left.
///
/// Equivalent to `tokio_util::task::TaskTracker`.
///
/// A tracker keeps no output: what has ended takes no memory, so it can watch over the connections
/// of a server for as long as that runs. Together with a
/// [`CancellationToken`](crate::sync::CancellationToken) it makes a graceful shutdown: cancel the
/// token, [`close`](Self::close) the tracker, [`wait`](Self::wait). Clones share one count.
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

/// The number of tasks, twice, and one if the tracker is closed.
#[derive(Default)]
struct Count {
    state: AtomicUsize,
    /// Is told when the tracker is closed and no task is left.
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
    /// A tracker that is open and counts nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until the tracker is closed and no task is left.
    ///
    /// That this was so at one moment after the call is enough: it is ready then, even if another
    /// task starts before it is polled.
    ///
    /// # Cancel safety
    ///
    /// Dropping it changes nothing.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn wait(&self) -> impl Future<Output = ()> + Send + Sync + '_ {
        // It hears of what comes after this line, and the count tells what was before.
        let done = self.0.done.notified();
        let is_done = self.0.state() == CLOSED;
        async move {
            if is_done {
                consume_budget().await;
            } else {
                let mut done = pin!(done);
                // Whoever ends the last task wakes it, and is not to be met by its panic.
                poll_fn(|cx| done.as_mut().poll(&mut Context::from_waker(&contained(cx)))).await;
            }
        }
    }

    /// Lets [`wait`](Self::wait) end when no task is left. Says whether the tracker was open.
    ///
    /// Tasks can be tracked after this, too.
    pub fn close(&self) -> bool {
        self.0.close()
    }

    /// Takes [`close`](Self::close) back. Says whether the tracker was closed.
    pub fn reopen(&self) -> bool {
        self.0.reopen()
    }

    /// Whether the tracker is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.state() & CLOSED != 0
    }

    /// How many tasks, futures and tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.state() / ONE
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As [`task::spawn`](spawn), tracked until the future has been dropped.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        boxed_if_big!(future => spawn(self.track_future(future)))
    }

    /// As [`Handle::spawn`], tracked until the future has been dropped.
    #[track_caller]
    pub fn spawn_on<F>(&self, future: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        boxed_if_big!(future => handle.spawn(self.track_future(future)))
    }

    /// As [`task::spawn_local`](spawn_local), tracked until the future has been dropped.
    ///
    /// # Panics
    ///
    /// Where [`task::spawn_local`](spawn_local) does.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        boxed_if_big!(future => spawn_local(self.track_future(future)))
    }

    /// As [`task::spawn_blocking`](spawn_blocking), tracked until the closure has been dropped.
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        spawn_blocking(self.track_closure(f))
    }

    /// As [`Handle::spawn_blocking`], tracked until the closure has been dropped.
    #[track_caller]
    pub fn spawn_blocking_on<F, T>(&self, f: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        handle.spawn_blocking(self.track_closure(f))
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

    /// Tracks a future until it is dropped, whoever polls it.
    ///
    /// # Cancel safety
    ///
    /// That of the future.
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F> {
        TrackedFuture {
            future,
            token: self.token(),
        }
    }

    /// Counts as a task until it is dropped.
    pub fn token(&self) -> TaskTrackerToken {
        self.0.add_one();
        TaskTrackerToken(self.clone())
    }

    /// Whether both are clones of one tracker.
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

/// Counts as a task of its tracker.
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
    /// The tracker that made it.
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
    /// A future that its tracker counts.
    ///
    /// Equivalent to `tokio_util::task::task_tracker::TrackedFuture`.
    ///
    /// [`TaskTracker::track_future`] makes it.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct TrackedFuture<F> {
        #[pin]
        future: F,
        // After the future.
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
