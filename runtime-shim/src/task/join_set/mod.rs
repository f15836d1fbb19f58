//! Sets of tasks that are awaited together.

mod ended;
mod slots;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use self::ended::{Ended, Tells};
use self::slots::{Key, Slots};
use crate::runtime::Handle;
use crate::runtime::selected::{poll_spend, unconstrained};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "rayon")]
use crate::task::spawn_compute;
use crate::task::{AbortHandle, Id, JoinError, JoinHandle, boxed_if_big, spawn, spawn_local};
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
use crate::task::{LocalSet, spawn_blocking};

/// Spawns `$future` by `$spawn`, wrapped so that it notifies the set when it ends, and so that it
/// waits for its turn if the set has a limit.
macro_rules! spawn_into {
    ($set:ident, $future:ident => $spawn:expr) => {{
        let tells = $set.next();
        let key = tells.key();
        #[cfg(feature = "sync")]
        if let Some(limit) = $set.limit.clone() {
            let $future = tells.future(limited(limit, Box::pin($future)));
            return $set.insert(key, $spawn);
        }
        $set.insert(key, boxed_if_big!($future => {
            let $future = tells.future($future);
            $spawn
        }))
    }};
}

/// A set of tasks with one output type, which returns outputs in the order in which the tasks end.
///
/// Equivalent to `tokio::task::JoinSet`.
///
/// Dropping the set aborts its tasks. A set behaves and costs the same on every runtime: each task
/// notifies its set when it ends, so awaiting the next output looks at no task that still runs.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task::JoinSet;
///
/// let mut tasks = JoinSet::new();
/// for n in 1..=3 {
///     tasks.spawn(async move { n * n });
/// }
/// let mut sum = 0;
/// while let Some(square) = tasks.join_next().await {
///     sum += square?;
/// }
/// assert_eq!(sum, 14);
/// # Ok::<(), portable::task::JoinError>(())
/// # }).unwrap();
/// ```
pub struct JoinSet<T> {
    tasks: Slots<JoinHandle<T>>,
    ended: Arc<Ended>,
    /// The task that has notified the set and whose output is still to come.
    ending: Option<Key>,
    #[cfg(feature = "sync")]
    limit: Option<Arc<crate::sync::Semaphore>>,
}

impl<T> JoinSet<T> {
    /// Creates a set without tasks.
    pub fn new() -> Self {
        Self {
            tasks: Slots::new(),
            ended: Arc::default(),
            ending: None,
            #[cfg(feature = "sync")]
            limit: None,
        }
    }

    /// Creates a set that polls at most `limit` futures at a time. Tokio has no such function.
    ///
    /// It needs the feature `sync`.
    ///
    /// Futures beyond the limit are already tasks and can be aborted. The order in which they get
    /// their turn is not defined. A closure of [`spawn_blocking`](Self::spawn_blocking) does not
    /// count, because the runtime limits closures itself. Nor does one of `spawn_compute`, which has a
    /// pool of its own.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::task::JoinSet;
    /// use portable::time::{Duration, sleep};
    ///
    /// let mut requests = JoinSet::with_limit(8);
    /// for _ in 0..100 {
    ///     requests.spawn(sleep(Duration::from_millis(1)));
    /// }
    /// assert_eq!(requests.join_all().await.len(), 100);
    /// # });
    /// ```
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    #[track_caller]
    pub fn with_limit(limit: usize) -> Self {
        assert!(limit > 0, "portable: the limit of a `JoinSet` is zero");
        let limit = limit.min(crate::sync::Semaphore::MAX_PERMITS);
        let mut set = Self::new();
        set.limit = Some(Arc::new(crate::sync::Semaphore::new(limit)));
        set
    }

    /// Returns the number of tasks whose output has not been taken.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Returns whether the set has no tasks.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Asks all tasks to stop. See [`JoinHandle::abort`].
    ///
    /// The tasks stay in the set until they are awaited.
    pub fn abort_all(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }

    /// Removes all tasks from the set and lets them go on.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::task::JoinSet;
    ///
    /// let mut tasks = JoinSet::new();
    /// tasks.spawn(async {});
    /// tasks.detach_all();
    /// assert!(tasks.is_empty());
    /// # });
    /// ```
    pub fn detach_all(&mut self) {
        self.tasks = Slots::new();
        // The removed tasks notify the old queue, which nothing reads.
        self.ended = Arc::default();
        self.ending = None;
    }
}

impl<T: 'static> JoinSet<T> {
    /// Like [`task::spawn`](spawn), and adds the task to this set.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        spawn_into!(self, future => spawn(future))
    }

    /// Like [`Handle::spawn`], and adds the task to this set.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        spawn_into!(self, future => handle.spawn(future))
    }

    /// Like [`task::spawn_local`](spawn_local), and adds the task to this set.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_local`](spawn_local) does.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        spawn_into!(self, future => spawn_local(future))
    }

    /// Like [`LocalSet::spawn_local`], and adds the task to this set too. The task runs when
    /// `local_set` is polled, wherever this set is.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::task::{JoinSet, LocalSet};
    ///
    /// let local_set = LocalSet::new();
    /// let mut tasks = JoinSet::new();
    /// tasks.spawn_local_on(async { 42 }, &local_set);
    /// local_set.await;
    /// assert_eq!(tasks.join_next().await.unwrap().unwrap(), 42);
    /// # });
    /// ```
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, future: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        spawn_into!(self, future => local_set.spawn_local(future))
    }

    /// Like [`task::spawn_blocking`](spawn_blocking), and adds the task to this set.
    ///
    /// Neither [`abort_all`](Self::abort_all) nor dropping the set stops a running closure.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let tells = self.next();
        let key = tells.key();
        self.insert(key, spawn_blocking(tells.closure(f)))
    }

    /// Like [`Handle::spawn_blocking`], and adds the task to this set.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let tells = self.next();
        let key = tells.key();
        self.insert(key, handle.spawn_blocking(tells.closure(f)))
    }

    /// Like [`task::spawn_compute`](crate::task::spawn_compute), and adds the task to this set.
    ///
    /// Neither [`abort_all`](Self::abort_all) nor dropping the set stops a running closure.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let tells = self.next();
        let key = tells.key();
        self.insert(key, spawn_compute(tells.closure(f)))
    }

    /// Like [`Handle::spawn_compute`], and adds the task to this set.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let tells = self.next();
        let key = tells.key();
        self.insert(key, handle.spawn_compute(tells.closure(f)))
    }

    /// Waits for the next task that ends and returns its output, or `None` if the set is empty.
    ///
    /// # Errors
    ///
    /// Returns a [`JoinError`] for a task that panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a task whose output was not returned stays in the set.
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

    /// Returns the output of a task that has ended, if there is one.
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
        let mut cx = Context::from_waker(Waker::noop());
        // This does not wait, so it returns an output even if the budget of the caller is used up.
        match unconstrained(|| self.poll_join_next_with_id(&mut cx)) {
            Poll::Ready(output) => output,
            Poll::Pending => None,
        }
    }

    /// Polls for the output of the task that ends next.
    ///
    /// It is ready with `None` if the set is empty. While it is pending, the next task that ends
    /// wakes the waker of the last call.
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
        if self.is_empty() {
            return poll_spend(cx).map(|()| None);
        }
        loop {
            let key = match self.ending.take() {
                Some(key) => key,
                None => ready!(self.ended.poll_next(cx)),
            };
            // A task whose spawning panicked is not in the set.
            let Some(task) = self.tasks.get_mut(key) else {
                self.tasks.free(key);
                continue;
            };
            let id = task.id();
            let Poll::Ready(output) = Pin::new(task).poll(cx) else {
                self.ending = Some(key);
                return Poll::Pending;
            };
            self.tasks.free(key);
            return Poll::Ready(Some(output.map(|output| (id, output))));
        }
    }

    /// Aborts all tasks and waits until they have ended.
    ///
    /// Everything that the tasks held has been dropped by then.
    ///
    /// # Cancel safety
    ///
    /// The tasks are aborted when the future is first polled. If it is dropped then, the remaining
    /// tasks stay in the set.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Waits for all tasks and returns their outputs, in the order in which the tasks end.
    ///
    /// # Panics
    ///
    /// Panics if a task panicked, with the payload of that panic, or if a task was aborted. The
    /// other tasks are then aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future aborts the tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::task::JoinSet;
    ///
    /// let tasks: JoinSet<u32> = (1..=3).map(|n| async move { n * n }).collect();
    /// assert_eq!(tasks.join_all().await.iter().sum::<u32>(), 14);
    /// # });
    /// ```
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(output) = self.join_next().await {
            outputs.push(output.unwrap_or_else(|error| error.resume()));
        }
        outputs
    }

    fn next(&mut self) -> Tells {
        Tells::new(self.tasks.reserve(), &self.ended)
    }

    fn insert(&mut self, key: Key, task: JoinHandle<T>) -> AbortHandle {
        let abort = task.abort_handle();
        self.tasks.fill(key, task);
        abort
    }
}

fn without_id<T>(output: Result<(Id, T), JoinError>) -> Result<T, JoinError> {
    output.map(|(_, output)| output)
}

/// Polls the future once it has its turn.
#[cfg(feature = "sync")]
async fn limited<F: Future>(limit: Arc<crate::sync::Semaphore>, future: Pin<Box<F>>) -> F::Output {
    let _turn = limit
        .acquire()
        .await
        .expect("the semaphore is never closed");
    future.await
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Aborts the tasks of the set.
impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.abort_all();
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}

/// Spawns each future of the iterator.
impl<F> FromIterator<F> for JoinSet<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut set = Self::new();
        set.extend(futures);
        set
    }
}

/// Spawns each future of the iterator.
impl<F> Extend<F> for JoinSet<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        for future in futures {
            self.spawn(future);
        }
    }
}
