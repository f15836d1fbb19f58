use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use super::observe::{self, Kind, Origin};
use crate::runtime::backend::LocalTasks;
use crate::runtime::{fork, selected};
use crate::task::{JoinHandle, boxed_if_big};

/// Makes a type that stays on its thread, with the same traits on each runtime.
type Stays = PhantomData<(Rc<Cell<()>>, &'static mut ())>;

/// Tasks that stay on one thread and are polled where the set is polled.
///
/// Equivalent to `tokio::task::LocalSet`.
///
/// The futures of a set need not be [`Send`]. They make progress while the set itself is awaited,
/// or the future of [`run_until`](Self::run_until) or `block_on` is. Meanwhile
/// [`task::spawn_local`](crate::task::spawn_local), called inside the set, adds a task to it. A set
/// needs no runtime to be made, and may be polled inside one runtime after another.
///
/// A program needs a set where [`task::spawn_local`](crate::task::spawn_local) does not work alone:
/// on a thread that is not inside the `block_on` of a [`Runtime`](crate::runtime::Runtime), or for
/// tasks that outlive that call.
///
/// Dropping a set drops its tasks, and their handles return an error. The destructors run within the
/// call. What they spawn in the set ends at once.
///
/// Each poll of a task has a [budget](crate::task::coop) of its own. After some dozen polls of tasks
/// the set gives the other tasks of the runtime a turn.
///
/// # Panics
///
/// Panics in a build without a runtime when it is first used.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task::{self, LocalSet};
/// use std::rc::Rc;
///
/// let set = LocalSet::new();
/// let shared = Rc::new(6);
/// let answer = set
///     .run_until(async {
///         let task = task::spawn_local({
///             let shared = shared.clone();
///             async move { *shared * 7 }
///         });
///         task.await.unwrap()
///     })
///     .await;
/// assert_eq!(answer, 42);
/// # });
/// ```
#[derive(Default)]
pub struct LocalSet {
    tasks: selected::LocalSet,
    stays: Stays,
}

impl LocalSet {
    /// Creates a set without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a task to this set. It starts when the set is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::task::LocalSet;
    /// use std::rc::Rc;
    ///
    /// let set = LocalSet::new();
    /// let shared = Rc::new(42);
    /// let task = set.spawn_local(async move { shared });
    /// // Ready when all tasks have ended.
    /// set.await;
    /// assert_eq!(*task.await.unwrap(), 42);
    /// # });
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        fork::assert_not_forked();
        let origin = Origin::here(Kind::Local);
        boxed_if_big!(future => observe::spawn!(origin, future => self.tasks.spawn_local(future)))
    }

    /// Runs `future` inside this set until it is done, and polls the tasks of the set meanwhile.
    ///
    /// Tasks that are left when the future is done stay in the set, and go on when it is polled
    /// again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the returned future drops `future`. The tasks stay in the set.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| self.tasks.poll_until(future.as_mut(), cx)).await
    }

    /// Makes [`task::spawn_local`](crate::task::spawn_local) on this thread add tasks to this set,
    /// until the guard is dropped.
    ///
    /// The tasks start when the set is polled. Guards are dropped in the reverse order of their
    /// calls.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Runtime;
    /// use portable::task::{self, LocalSet};
    ///
    /// let set = LocalSet::new();
    /// let guard = set.enter();
    /// let task = task::spawn_local(async { 6 * 7 });
    /// drop(guard);
    ///
    /// let runtime = Runtime::new()?;
    /// assert_eq!(set.block_on(&runtime, task).unwrap(), 42);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard {
            _entered: self.tasks.enter(),
            _stays: PhantomData,
        }
    }
}

/// Polls the tasks until none is left.
impl Future for LocalSet {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.tasks.poll_all(cx)
    }
}

impl Unpin for LocalSet {}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSet").finish_non_exhaustive()
    }
}

with_runtime! {
    impl LocalSet {
        /// Runs `future` on this thread inside `runtime` and this set until it is done.
        ///
        /// It is [`Runtime::block_on`](crate::runtime::Runtime::block_on) of
        /// [`run_until`](Self::run_until).
        ///
        /// # Panics
        ///
        /// Panics where [`Runtime::block_on`](crate::runtime::Runtime::block_on) does.
        ///
        /// # Examples
        ///
        /// ```
        /// # extern crate portable_runtime_shim as portable;
        /// # #[cfg(feature = "_runtime")]
        /// # {
        /// use portable::runtime::Runtime;
        /// use portable::task::{self, LocalSet};
        ///
        /// let runtime = Runtime::new()?;
        /// let set = LocalSet::new();
        /// let task = set.block_on(&runtime, async { task::spawn_local(async { 6 * 7 }) });
        /// // The task is still there.
        /// assert_eq!(set.block_on(&runtime, task).unwrap(), 42);
        /// # }
        /// # Ok::<(), std::io::Error>(())
        /// ```
        #[track_caller]
        pub fn block_on<F: Future>(
            &self,
            runtime: &crate::runtime::Runtime,
            future: F,
        ) -> F::Output {
            runtime.block_on(self.run_until(future))
        }
    }
}

/// A guard that restores where [`task::spawn_local`](crate::task::spawn_local) went to before
/// [`LocalSet::enter`].
///
/// Equivalent to `tokio::task::LocalEnterGuard`.
#[must_use = "the set is left when the guard is dropped"]
pub struct LocalEnterGuard {
    _entered: selected::LocalSetEntered,
    _stays: Stays,
}

impl fmt::Debug for LocalEnterGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalEnterGuard").finish_non_exhaustive()
    }
}
