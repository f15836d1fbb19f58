//! The contract between `portable` and a runtime.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Config;
use crate::handles::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};
use crate::task::Id;
use crate::time::Instant;

/// What a runtime provides, as a type to be generic over.
///
/// Each runtime that is compiled in has a unit type that implements this trait: `Tokio`, `Smol`,
/// `AsyncStd`, `Embassy`, `Pollster`; [`Any`](super::Any) stands for whichever of them the calling thread belongs to. The
/// free functions ([`task::spawn`](crate::task::spawn), [`time::sleep`](crate::time::sleep) …) are
/// these methods on the selected runtime.
///
/// Every implementation keeps the same contract: a task starts lazily and is detached when its
/// handle is dropped, a panic arrives in the [`JoinError`](crate::task::JoinError),
/// [`abort`](AsyncJoinHandle::abort) needs no await. The handle is an associated type, so nothing is
/// boxed.
///
/// # Examples
///
/// ```
/// use portable_runtime_shim::runtime::AsyncRuntime;
/// use std::time::Duration;
///
/// # #[allow(dead_code)]
/// async fn twice<R: AsyncRuntime>(rt: R, n: u32) -> u32 {
///     let task = rt.spawn(async move { n * 2 });
///     rt.sleep(Duration::from_millis(1)).await;
///     task.await.expect("the task does not panic")
/// }
///
/// # #[cfg(feature = "tokio")]
/// # {
/// use portable_runtime_shim::runtime::Tokio;
/// assert_eq!(Tokio.block_on(twice(Tokio, 21)), 42);
/// # }
/// # #[cfg(feature = "smol")]
/// # {
/// use portable_runtime_shim::runtime::Smol;
/// assert_eq!(Smol.block_on(twice(Smol, 21)), 42);
/// # }
/// ```
///
/// A generic function whose future is itself spawned adds `R::JoinHandle<u32>: Send` to its
/// bounds: the handle is [`Send`] when the output is, which a trait cannot say of every `T`.
pub trait AsyncRuntime: Copy + Debug + Default + Eq + Hash + Send + Sync + Unpin + 'static {
    /// The handle that [`spawn`](Self::spawn) returns.
    type JoinHandle<T>: AsyncJoinHandle<T, AbortHandle = Self::AbortHandle>;
    /// The right to abort a task, without its output.
    type AbortHandle: AsyncAbortHandle;
    /// The future that [`sleep_until`](Self::sleep_until) returns.
    type Sleep: AsyncSleep;
    /// A reference to a running runtime.
    type Handle: AsyncHandle;
    /// A running runtime.
    type Instance: AsyncInstance<Handle = Self::Handle>;

    /// The runtime's name, as in the feature list: `"tokio"`.
    fn name(&self) -> &'static str;

    /// Starts a runtime of its own.
    ///
    /// # Errors
    ///
    /// If the operating system refuses what it needs (threads, descriptors).
    fn build(&self, config: &Config) -> io::Result<Self::Instance>;

    /// The running runtime that calls from this thread go to, started if there is none.
    fn handle(&self) -> Self::Handle;

    /// The runtime of this kind that this thread is inside of, whoever made it.
    fn try_handle(&self) -> Option<Self::Handle>;

    /// Whether this thread is known to be inside a runtime of this kind, as far as that is cheap
    /// to tell; a no may be wrong.
    fn is_inside(&self) -> bool {
        false
    }

    /// Makes `instance` the one that calls from threads outside any runtime go to.
    fn set_entry(&self, instance: &Self::Instance);

    /// The same until [`clear_entry`](Self::clear_entry), unless there is such a one. Says whether
    /// it is so.
    fn lend_entry(&self, _instance: &Self::Instance) -> bool {
        false
    }

    /// Ends what a [`lend_entry`](Self::lend_entry) began that said yes.
    fn clear_entry(&self) {}

    /// Sees to it that `instance` runs its tasks also while nobody is inside its `block_on`: the
    /// runtime of the process.
    ///
    /// # Errors
    ///
    /// If that takes a thread, and the operating system refuses it.
    fn keep_going(&self, _instance: &'static Self::Instance) -> io::Result<()> {
        Ok(())
    }

    /// Spawns a task on the runtime that this thread belongs to.
    #[track_caller]
    fn spawn<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static;

    /// As [`spawn`](Self::spawn), for a caller who knows that this thread belongs to a runtime of this
    /// kind.
    #[inline]
    #[track_caller]
    fn spawn_inside<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn(future)
    }

    /// Spawns a task that stays on this thread.
    ///
    /// # Panics
    ///
    /// On a thread that is not inside [`AsyncInstance::block_on`].
    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static;

    /// Runs a closure that may block on a thread kept for such closures.
    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> Self::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// A future that is ready at `deadline`, not before.
    fn sleep_until(&self, deadline: Instant) -> Self::Sleep;

    /// A future that is ready once `duration` has passed since this call.
    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.sleep_until(Instant::after(duration))
    }

    /// Wakes the task that is being polled once the others had a turn: on Tokio when the worker has
    /// looked at timers and sockets, elsewhere as the last in the queue.
    fn defer(&self, cx: &mut Context<'_>);

    /// Whether the task that is being polled may do one more operation that is ready. If not, wakes
    /// the task for its next turn, as [`defer`](Self::defer) does.
    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()>;

    /// Whether the task that is being polled may do one more operation that is ready.
    fn has_budget(&self) -> bool;

    /// Notes that the task that is being polled has done an operation.
    fn spend_budget(&self);

    /// Does one more operation, or has the task that is being polled do it at its next turn.
    #[inline]
    fn poll_spend(&self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_budget(cx));
        self.spend_budget();
        Poll::Ready(())
    }

    /// Runs `f`, which polls something, without a limit to what that may do at once.
    fn unconstrained<T>(&self, f: impl FnOnce() -> T) -> T;

    /// Gives the other tasks a turn.
    #[inline]
    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        yield_by(*self)
    }

    /// Runs `future` on this thread until it is done.
    ///
    /// # Panics
    ///
    /// On a thread that polls tasks.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// The task that is being polled on this thread.
    fn task_id(&self) -> Option<Id>;
}

/// A reference to a running runtime, from any thread.
pub trait AsyncHandle:
    Clone + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// The handle that [`spawn`](Self::spawn) returns.
    type JoinHandle<T>: AsyncJoinHandle<T>;

    /// The name that this runtime was given; see [`Builder::name`](super::Builder::name).
    fn name(&self) -> Option<&str> {
        None
    }

    /// Spawns a task on this runtime.
    #[track_caller]
    fn spawn<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static;

    /// Runs a closure that may block on one of this runtime's blocking threads.
    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> Self::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Runs `future` on this thread until it is done; what it spawns goes to this runtime.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// A running runtime. Dropping it shuts it down.
pub trait AsyncInstance:
    Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// A reference to a runtime of this kind.
    type Handle: AsyncHandle;

    /// A reference to this runtime.
    fn handle(&self) -> Self::Handle;

    /// Runs `future` on this thread until it is done, and on the current-thread flavour the tasks
    /// too. `spawn_local` works within.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// As [`block_on`](Self::block_on), and with the future the runtime ends: when the destructors of
    /// the tasks that stay on this thread run, no new task starts.
    #[track_caller]
    fn run_to_end<F: Future>(self, future: F) -> F::Output;

    /// Drops the pending tasks and waits for what is running, at most for `timeout`.
    fn shutdown_timeout(self, timeout: Duration);
}

/// Gives the other tasks a turn.
#[inline]
pub(super) fn yield_by<R: AsyncRuntime>(runtime: R) -> impl Future<Output = ()> + Send {
    let mut has_yielded = false;
    poll_fn(move |cx| {
        if has_yielded {
            return Poll::Ready(());
        }
        has_yielded = true;
        runtime.defer(cx);
        Poll::Pending
    })
}
