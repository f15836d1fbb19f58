//! The internal trait of a runtime, for the crate itself.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::{AsyncHandle, AsyncRuntime, Config};

/// A runtime as this crate uses it: how it is built, which of its instances a call goes to, and its
/// budget.
pub(crate) trait Backend: AsyncRuntime {
    /// A running runtime.
    type Instance: AsyncInstance<Handle = Self::Handle>;

    /// Starts a runtime of its own.
    ///
    /// # Errors
    ///
    /// If the operating system refuses what it needs (threads, descriptors).
    fn build(&self, config: &Config) -> io::Result<Self::Instance>;

    /// The runtime of this kind that this thread is inside of, whoever made it.
    fn try_handle(&self) -> Option<Self::Handle>;

    /// Returns whether this thread is known to be inside a runtime of this kind, as far as that is
    /// cheap to tell. `false` may be wrong.
    fn is_inside(&self) -> bool {
        false
    }

    /// Makes `instance` the one that calls from threads outside any runtime go to.
    fn set_entry(&self, instance: &Self::Instance);

    /// Makes `instance` that one until [`clear_entry`](Self::clear_entry), if there is none yet.
    /// Returns whether it did.
    fn lend_entry(&self, _instance: &Self::Instance) -> bool {
        false
    }

    /// Ends what a [`lend_entry`](Self::lend_entry) has begun.
    fn clear_entry(&self) {}

    /// Has `instance`, the runtime of the process, run its tasks while no thread is inside its
    /// `block_on`.
    ///
    /// # Errors
    ///
    /// If that takes a thread, and the operating system refuses it.
    fn run_in_background(&self, _instance: &'static Self::Instance) -> io::Result<()> {
        Ok(())
    }

    /// Spawns a task as [`spawn`](AsyncRuntime::spawn) does, where the caller knows that this thread
    /// belongs to a runtime of this kind.
    #[inline]
    #[track_caller]
    fn spawn_inside<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn(future)
    }

    /// Wakes the task that is being polled once the others had a turn: on Tokio when the worker has
    /// looked at timers and sockets, elsewhere as the last in the queue.
    fn defer(&self, cx: &mut Context<'_>);

    /// Is ready if the task that is being polled may do one more operation that is ready. Otherwise
    /// wakes the task for its next turn, as [`defer`](Self::defer) does.
    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()>;

    /// Returns whether the task that is being polled may do one more operation that is ready.
    fn has_budget(&self) -> bool;

    /// Returns whether it may do one more of any kind, which includes those of Tokio's channels.
    fn has_budget_remaining(&self) -> bool {
        self.has_budget()
    }

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
}

/// A running runtime. Dropping it shuts it down.
pub(crate) trait AsyncInstance:
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
pub(super) fn yield_by<R: Backend>(runtime: R) -> impl Future<Output = ()> + Send {
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
