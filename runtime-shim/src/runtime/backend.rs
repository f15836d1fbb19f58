//! The internal trait of a runtime, for the crate itself.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

#[cfg(feature = "test-util")]
use super::clock::{Held, Refused};
use super::{AsyncRuntime, Config, Enter};

/// A runtime as this crate uses it: building it, choosing the instance that a call goes to, and its
/// budget.
pub(crate) trait Backend: AsyncRuntime<Handle: Enter> {
    /// A running runtime.
    type Instance: AsyncInstance<Handle = Self::Handle>;

    /// The tasks of a [`LocalSet`](crate::task::LocalSet).
    type LocalSet: LocalTasks;

    /// Starts a new runtime.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system refuses the threads or descriptors that the runtime
    /// needs.
    fn build(&self, config: &Config) -> io::Result<Self::Instance>;

    /// Returns the runtime of this kind that this thread is inside of, even one that other code
    /// built.
    fn try_handle(&self) -> Option<Self::Handle>;

    /// Returns whether the thread-local that [`try_handle`](Self::try_handle) reads is destroyed,
    /// because the thread ends.
    fn is_destroyed_here(&self) -> bool;

    /// Returns whether this thread is known to be inside a runtime of this kind, as far as this is
    /// cheap to find out. `false` may be wrong.
    fn is_inside(&self) -> bool {
        false
    }

    /// Makes `instance` the fallback: the runtime that calls from threads outside any runtime go
    /// to.
    fn set_entry(&self, instance: &Self::Instance);

    /// Makes `instance` the fallback until [`clear_entry`](Self::clear_entry), if there is no
    /// fallback yet. Returns whether it did.
    fn lend_entry(&self, _instance: &Self::Instance) -> bool {
        false
    }

    /// Removes the fallback that [`lend_entry`](Self::lend_entry) has set.
    fn clear_entry(&self) {}

    /// Lets `instance`, the runtime of the process, run its tasks while no thread is inside its
    /// `block_on`.
    ///
    /// # Errors
    ///
    /// Returns an error if this needs a thread and the operating system refuses it.
    fn run_in_background(&self, _instance: &'static Self::Instance) -> io::Result<()> {
        Ok(())
    }

    /// Spawns a task like [`spawn`](AsyncRuntime::spawn), for a caller that knows that this thread
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

    /// Wakes the current task after the others had a turn: on Tokio once the worker has checked
    /// timers and sockets, elsewhere at the end of the queue.
    fn defer(&self, cx: &mut Context<'_>);

    /// Returns ready if the current task may do one more operation that is ready. Otherwise wakes
    /// the task for its next turn, as [`defer`](Self::defer) does.
    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()>;

    /// Returns whether the current task may do one more operation that is ready.
    fn has_budget(&self) -> bool;

    /// Returns whether the current task may do one more operation of any kind, including those of
    /// Tokio's channels.
    fn has_budget_remaining(&self) -> bool {
        self.has_budget()
    }

    /// Records that the current task has done an operation.
    fn spend_budget(&self);

    /// Spends one operation of the budget. If none is left, wakes the current task for its next
    /// turn.
    #[inline]
    fn poll_spend(&self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_budget(cx));
        self.spend_budget();
        Poll::Ready(())
    }

    /// Runs `f`, which polls something, without a limit on its operations.
    fn unconstrained<T>(&self, f: impl FnOnce() -> T) -> T;

    /// Stops the clock of the runtime that this thread belongs to.
    #[cfg(feature = "test-util")]
    fn pause_clock(&self) -> Result<(), Refused>;

    /// Lets that clock run again from where it stands.
    #[cfg(feature = "test-util")]
    fn resume_clock(&self) -> Result<(), Refused>;

    /// Adds `duration` to that clock, which must be paused.
    #[cfg(feature = "test-util")]
    fn advance_clock(&self, duration: Duration) -> Result<(), Refused>;

    /// Wakes the tasks whose time has come by [`advance_clock`](Self::advance_clock), where the
    /// runtime does not do so by itself.
    #[cfg(feature = "test-util")]
    fn fire_timers(&self) {}

    /// Keeps that clock from being advanced to the next timer. Returns `None` if the runtime never
    /// does so.
    #[cfg(feature = "test-util")]
    fn hold_clock(&self) -> Option<Held>;

    /// Returns the index of the worker that this thread is.
    fn worker_index(&self) -> Option<usize>;

    /// Runs `f`, which may block, on this thread, while another thread runs the tasks of this one.
    ///
    /// # Panics
    ///
    /// Panics if no other thread may run them.
    #[track_caller]
    fn block_in_place<T>(&self, f: impl FnOnce() -> T) -> T;
}

/// Tasks that are polled where their set is polled, and end with it. The set stays on its thread.
pub(crate) trait LocalTasks: Debug + Default {
    /// The handle of a task, which is that of the runtime's other tasks.
    type JoinHandle<T>;

    /// Restores what [`enter`](Self::enter) has replaced when it is dropped.
    type Entered;

    /// Spawns a task of this set.
    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static;

    /// Makes this set the one that `spawn_local` on this thread goes to, until the guard is dropped.
    fn enter(&self) -> Self::Entered;

    /// Polls `future` inside the set, and then the tasks if it is pending.
    fn poll_until<F: Future>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output>;

    /// Polls the tasks. Ready when none is left.
    fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

/// A running runtime. Dropping it shuts it down.
pub(crate) trait AsyncInstance:
    Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// A reference to a runtime of this kind.
    type Handle: Enter;

    /// Returns a reference to this runtime.
    fn handle(&self) -> Self::Handle;

    /// Runs `future` on this thread until it is done, and on the current-thread flavour the tasks
    /// too. `spawn_local` works within it.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Like [`block_on`](Self::block_on), and ends the runtime together with the future. No new
    /// task starts while the destructors of the local tasks run.
    #[track_caller]
    fn run_to_end<F: Future>(self, future: F) -> F::Output;

    /// Drops the pending tasks and waits for running polls and closures, at most for `timeout`.
    fn shutdown_timeout(self, timeout: Duration);
}

/// Lets the other tasks run.
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
