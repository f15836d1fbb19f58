//! Queues of tasks that are awaited in the order in which they were spawned.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use crate::runtime::Handle;
use crate::runtime::selected::{poll_spend, unconstrained};
use crate::task::{AbortHandle, AbortOnDropHandle, Id, JoinError, JoinHandle, spawn, spawn_local};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
use crate::task::{LocalSet, spawn_blocking};

/// A queue of tasks with one output type, which returns outputs in the order of the spawns.
///
/// Equivalent to `tokio_util::task::JoinQueue`.
///
/// All tasks run at once; only their outputs wait for one another. A
/// [`JoinSet`](crate::task::JoinSet) returns them in the order in which the tasks end. Dropping the
/// queue aborts its tasks.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task::JoinQueue;
/// use portable::time::{Duration, sleep};
///
/// let mut tasks = JoinQueue::new();
/// for n in 0..3 {
///     tasks.spawn(async move {
///         sleep(Duration::from_millis(3 - n)).await;
///         n
///     });
/// }
/// assert_eq!(tasks.join_all().await, [0, 1, 2]);
/// # });
/// ```
pub struct JoinQueue<T>(VecDeque<AbortOnDropHandle<T>>);

impl<T> JoinQueue<T> {
    /// Creates a queue without tasks.
    pub const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Creates a queue with room for `capacity` tasks.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(VecDeque::with_capacity(capacity))
    }

    /// Returns the number of tasks whose output has not been taken.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the queue has no tasks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks all tasks to stop. See [`JoinHandle::abort`].
    ///
    /// The tasks stay in the queue until they are awaited.
    pub fn abort_all(&mut self) {
        self.0.iter().for_each(AbortOnDropHandle::abort);
    }

    /// Removes all tasks from the queue and lets them go on.
    pub fn detach_all(&mut self) {
        self.0.drain(..).for_each(|task| drop(task.detach()));
    }

    fn push(&mut self, task: JoinHandle<T>) -> AbortHandle {
        let abort = task.abort_handle();
        self.0.push_back(AbortOnDropHandle::new(task));
        abort
    }
}

impl<T: 'static> JoinQueue<T> {
    /// Like [`task::spawn`](spawn), and adds the task to the end of this queue.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.push(spawn(future))
    }

    /// Like [`Handle::spawn`], and adds the task to the end of this queue.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.push(handle.spawn(future))
    }

    /// Like [`task::spawn_local`](spawn_local), and adds the task to the end of this queue.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_local`](spawn_local) does.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.push(spawn_local(future))
    }

    /// Like [`LocalSet::spawn_local`], and adds the task to the end of this queue too. Tokio's queue
    /// has no such function.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, future: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.push(local_set.spawn_local(future))
    }

    /// Like [`task::spawn_blocking`](spawn_blocking), and adds the task to the end of this queue.
    ///
    /// Neither [`abort_all`](Self::abort_all) nor dropping the queue stops a running closure.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.push(spawn_blocking(f))
    }

    /// Like [`Handle::spawn_blocking`], and adds the task to the end of this queue.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.push(handle.spawn_blocking(f))
    }

    /// Waits for the first task of the queue and returns its output, or `None` if the queue is empty.
    ///
    /// # Errors
    ///
    /// Returns a [`JoinError`] for a task that panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a task whose output was not returned stays in the queue.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// Like [`join_next`](Self::join_next), and returns the id of the task too.
    ///
    /// # Errors
    ///
    /// Returns a [`JoinError`], which contains the id, for a task that panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing, as with [`join_next`](Self::join_next).
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// Returns the output of the first task of the queue, if the task has ended.
    ///
    /// # Errors
    ///
    /// Fails as [`join_next`](Self::join_next) does.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.try_join_next_with_id().map(without_id)
    }

    /// Like [`try_join_next`](Self::try_join_next), and returns the id of the task too.
    ///
    /// # Errors
    ///
    /// Fails as [`join_next_with_id`](Self::join_next_with_id) does.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        if !self.0.front()?.is_finished() {
            return None;
        }
        let mut cx = Context::from_waker(Waker::noop());
        // This does not wait, so it returns an output even if the budget of the caller is used up.
        match unconstrained(|| self.poll_join_next_with_id(&mut cx)) {
            Poll::Ready(output) => output,
            Poll::Pending => None,
        }
    }

    /// Polls for the output of the first task of the queue.
    ///
    /// It is ready with `None` if the queue is empty.
    ///
    /// # Errors
    ///
    /// Fails as [`join_next`](Self::join_next) does.
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.poll_join_next_with_id(cx)
            .map(|output| output.map(without_id))
    }

    /// Like [`poll_join_next`](Self::poll_join_next), and returns the id of the task too.
    ///
    /// # Errors
    ///
    /// Fails as [`join_next_with_id`](Self::join_next_with_id) does.
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        let Some(first) = self.0.front_mut() else {
            return poll_spend(cx).map(|()| None);
        };
        let output = ready!(Pin::new(&mut *first).poll(cx));
        let id = first.as_ref().id();
        self.0.pop_front();
        Poll::Ready(Some(output.map(|output| (id, output))))
    }

    /// Aborts all tasks and waits until they have ended.
    ///
    /// # Cancel safety
    ///
    /// The tasks are aborted when the future is first polled. If it is dropped then, the remaining
    /// tasks stay in the queue.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Waits for all tasks and returns their outputs, in the order of the spawns.
    ///
    /// # Panics
    ///
    /// Panics if a task panicked, with the payload of that panic, or if a task was aborted. The
    /// other tasks are then aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future aborts the tasks.
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(output) = self.join_next().await {
            outputs.push(output.unwrap_or_else(|error| error.resume()));
        }
        outputs
    }
}

fn without_id<T>(output: Result<(Id, T), JoinError>) -> Result<T, JoinError> {
    output.map(|(_, output)| output)
}

impl<T> Default for JoinQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for JoinQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|task| task.as_ref().id()))
            .finish()
    }
}

/// Spawns each future of the iterator.
impl<F> FromIterator<F> for JoinQueue<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut queue = Self::new();
        for future in futures {
            queue.spawn(future);
        }
        queue
    }
}
