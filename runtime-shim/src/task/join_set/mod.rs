//! Tasks that are awaited together.

mod ended;
mod slots;

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use self::ended::{Ended, Tells};
use self::slots::{Key, Slots};
use crate::runtime::Handle;
use crate::runtime::selected::{poll_spend, unconstrained};
use crate::task::{
    AbortHandle, Id, JoinError, JoinHandle, boxed_if_big, spawn, spawn_blocking, spawn_local,
};

/// Spawns `$future` by `$spawn`, as one that tells the set of its end, and that waits for its turn
/// if there is a limit.
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

/// Tasks of one output type that are awaited in the order in which they end.
///
/// Equivalent to `tokio::task::JoinSet`.
///
/// Dropping the set aborts its tasks. On every runtime a set is the same and costs the same: a
/// task tells its set that it has ended, so to await the next one looks at no task that still runs.
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
    /// Has told of its end, and its output is still to come.
    ending: Option<Key>,
    #[cfg(feature = "sync")]
    limit: Option<Arc<crate::sync::Semaphore>>,
}

impl<T> JoinSet<T> {
    /// A set without tasks.
    pub fn new() -> Self {
        Self {
            tasks: Slots::new(),
            ended: Arc::default(),
            ending: None,
            #[cfg(feature = "sync")]
            limit: None,
        }
    }

    /// A set of which at most `limit` futures are polled at a time; Tokio has no such thing.
    ///
    /// Further ones are tasks already, which can be aborted; in which order they get their turn is
    /// not promised. A closure of [`spawn_blocking`](Self::spawn_blocking) does
    /// not count: for those the runtime has a limit.
    ///
    /// # Panics
    ///
    /// If `limit` is zero.
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

    /// How many tasks there are whose output was not taken.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Asks all tasks to stop; see [`JoinHandle::abort`].
    ///
    /// They stay in the set until they are awaited.
    pub fn abort_all(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }

    /// Takes all tasks out of the set and lets them go on.
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
        // The others tell nobody of their end.
        self.ended = Arc::default();
        self.ending = None;
    }
}

impl<T: 'static> JoinSet<T> {
    /// As [`task::spawn`](spawn), into this set.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        spawn_into!(self, future => spawn(future))
    }

    /// As [`Handle::spawn`], into this set.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        spawn_into!(self, future => handle.spawn(future))
    }

    /// As [`task::spawn_local`](spawn_local), into this set.
    ///
    /// # Panics
    ///
    /// Where [`task::spawn_local`](spawn_local) does.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        spawn_into!(self, future => spawn_local(future))
    }

    /// As [`task::spawn_blocking`](spawn_blocking), into this set.
    ///
    /// A closure that runs is not stopped by [`abort_all`](Self::abort_all), nor when the set is
    /// dropped.
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

    /// As [`Handle::spawn_blocking`], into this set.
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

    /// The output of the task that ends next, or `None` when the set is empty.
    ///
    /// # Errors
    ///
    /// A [`JoinError`] for a task that panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a task whose output was not given stays in the set.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// As [`join_next`](Self::join_next), with the id of the task.
    ///
    /// # Errors
    ///
    /// A [`JoinError`], which has the id, for a task that panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// As [`join_next`](Self::join_next).
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// The output of a task that has ended, if there is one.
    ///
    /// # Errors
    ///
    /// As [`join_next`](Self::join_next).
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.try_join_next_with_id().map(without_id)
    }

    /// As [`try_join_next`](Self::try_join_next), with the id of the task.
    ///
    /// # Errors
    ///
    /// As [`join_next_with_id`](Self::join_next_with_id).
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        let mut cx = Context::from_waker(Waker::noop());
        // What has ended is given also to a task whose budget is used up: it does not wait.
        match unconstrained(|| self.poll_join_next_with_id(&mut cx)) {
            Poll::Ready(output) => output,
            Poll::Pending => None,
        }
    }

    /// Polls for the output of the task that ends next.
    ///
    /// It is ready with `None` when the set is empty. While it is pending, the waker of the last
    /// call is woken when a task ends.
    ///
    /// # Errors
    ///
    /// As [`join_next`](Self::join_next).
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.poll_join_next_with_id(cx)
            .map(|output| output.map(without_id))
    }

    /// As [`poll_join_next`](Self::poll_join_next), with the id of the task.
    ///
    /// # Errors
    ///
    /// As [`join_next_with_id`](Self::join_next_with_id).
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
            // One of which the spawning panicked is not in the set.
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
    /// What they held has been dropped then.
    ///
    /// # Cancel safety
    ///
    /// The tasks are aborted when the future is first polled; what is not awaited then stays in the
    /// set.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// The outputs of all tasks, in the order in which they end.
    ///
    /// # Panics
    ///
    /// If a task panicked, with its payload, or was aborted. The other tasks are then aborted.
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
            match output.map_err(JoinError::try_into_panic) {
                Ok(output) => outputs.push(output),
                Err(Ok(payload)) => resume_unwind(payload),
                Err(Err(cancelled)) => panic!("{cancelled}"),
            }
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

/// Polls the future when it is its turn.
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

/// Aborts the tasks.
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
