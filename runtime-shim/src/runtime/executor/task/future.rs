//! The future that a task runs.

use std::any::Any;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::super::budget;
use super::current;
use super::header::{Header, Owner, Runnable};
use crate::panics::{contain, ignore};
use crate::runtime::metrics::{self, Ending};

/// A task whose output can be awaited.
pub(crate) type Task<T> = async_task::Task<Output<T>, Header>;

/// Makes a task that runs `future`. Nothing is polled before the [`Runnable`] is run or scheduled.
/// The metrics count the end of the task if `is_counted`; its spawn is for the caller to count. A
/// task that is not counted must be run under [`metrics::outside`].
///
/// # Safety
///
/// If `future` is not [`Send`], `owner` must make sure that the task is run only on this thread and
/// has ended before this thread ends.
#[inline]
pub(crate) unsafe fn create<F>(
    owner: Arc<dyn Owner>,
    future: F,
    is_counted: bool,
) -> (Runnable, Task<F::Output>)
where
    F: Future + 'static,
{
    let builder = async_task::Builder::new().metadata(Header::new(owner, next_id(), is_counted));
    let schedule = |runnable: Runnable| {
        // The task may be run on another thread and end there, which drops its reference to the
        // owner.
        let owner = runnable.metadata().owner().clone();
        owner.schedule(runnable);
    };
    // SAFETY: `spawn_unchecked` requires that
    // - a future that is not `Send` stays on this thread: the caller promises it;
    // - a future that borrows does not outlive what it borrows: `future` is `'static`, and
    //   `Contained` borrows the metadata, which the task keeps until the future is dropped;
    // - a schedule function that is not `Send`, `Sync` and `'static` does not leave this thread:
    //   this one is all three.
    unsafe { builder.spawn_unchecked(|header| Contained::new(header, future), schedule) }
}

/// Polls a task once. Returns whether the poll used up a budget, which takes as long as many polls.
#[inline]
pub(crate) fn run(runnable: Runnable) -> bool {
    // The guard covers the whole run and not only the poll: an output that nobody takes is dropped
    // after the poll, but still inside the task.
    let _outer = current::outer_task();
    // `Runnable::run` returns whether the task was woken during the poll. A refused operation
    // always wakes it.
    runnable.run() && budget::end()
}

/// Returns an id that no other task has.
fn next_id() -> u64 {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);

    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// Records that a task has ended.
#[inline]
fn ended(header: &Header, how: Ending) {
    // What is not counted ends only on threads that poll no tasks.
    metrics::ended(how, || {
        if header.is_counted() {
            header.owner().ended_elsewhere(how);
        }
    });
    header.end();
}

/// How a task ended, with what its handle returns.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    Done(T),
    Cancelled,
    Panicked(Box<dyn Any + Send>),
}

/// The output of a task. If nobody takes it, a panic of its destructor is contained.
#[derive(Debug)]
pub(crate) struct Output<T>(Option<Outcome<T>>);

impl<T> Output<T> {
    #[inline]
    pub(crate) fn take(mut self) -> Outcome<T> {
        let outcome = self.0.take();
        // Nothing is left to drop, but the compiler does not know that.
        mem::forget(self);
        outcome.unwrap_or(Outcome::Cancelled)
    }
}

impl<T> Drop for Output<T> {
    fn drop(&mut self) {
        if let Some(outcome) = self.0.take() {
            ignore(contain(|| drop(outcome)));
        }
    }
}

pin_project! {
    /// A future that contains the panics of its polls and its destructor. It ends at its next poll
    /// if its list is closed or the task is aborted.
    struct Contained<'m, F>
    where
        F: Future,
    {
        header: &'m Header,
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Contained<'_, F>
    where
        F: Future,
    {
        fn drop(mut this: Pin<&mut Self>) {
            // Without a future the task has ended already.
            if this.as_mut().project().future.is_some() {
                this.drop_unended();
            }
        }
    }
}

/// A guard that drops the future while a poll unwinds. The future's destructors then see that the
/// thread is panicking, like those of a function's variables.
struct DropsUnwinding<'a, F>(Pin<&'a mut Option<F>>);

impl<F> Drop for DropsUnwinding<'_, F> {
    fn drop(&mut self) {
        ignore(contain(|| self.0.set(None)));
    }
}

impl<'m, F: Future> Contained<'m, F> {
    fn new(header: &'m Header, future: F) -> Self {
        Self {
            header,
            future: Some(future),
        }
    }

    /// Drops the future if it is still there, and removes the task from its list.
    fn end(self: Pin<&mut Self>) -> Result<(), Box<dyn Any + Send>> {
        let mut this = self.project();
        let dropped = contain(|| this.future.set(None));
        ended(
            this.header,
            match dropped {
                Ok(()) => Ending::Cancelled,
                Err(_) => Ending::Panicked,
            },
        );
        dropped
    }

    #[cold]
    fn drop_unended(self: Pin<&mut Self>) {
        let _task = current::enter_task(self.header.id());
        ignore(self.end());
    }

    fn cancel(self: Pin<&mut Self>) -> Outcome<F::Output> {
        match self.end() {
            Ok(()) => Outcome::Cancelled,
            Err(payload) => Outcome::Panicked(payload),
        }
    }

    /// Polls the future once, or ends it if the task is cancelled.
    fn turn(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome<F::Output>> {
        if self.header.is_cancelled() {
            return Poll::Ready(self.cancel());
        }
        let this = self.as_mut().project();
        let mut output = None;
        let polled = contain(|| {
            let mut future = DropsUnwinding(this.future);
            // The future is there, because async-task does not poll a future after its end.
            if let Some(it) = future.0.as_mut().as_pin_mut()
                && let Poll::Ready(ready) = it.poll(cx)
            {
                output = Some(ready);
                // Drops the future inside `contain`, which catches a panic of its destructor too.
                future.0.set(None);
            }
            mem::forget(future);
        });
        match (polled, output) {
            (Ok(()), None) => {}
            (Ok(()), Some(output)) => {
                ended(this.header, Ending::Finished);
                return Poll::Ready(Outcome::Done(output));
            }
            (Err(payload), output) => {
                ended(this.header, Ending::Panicked);
                ignore(contain(|| drop(output)));
                return Poll::Ready(Outcome::Panicked(payload));
            }
        }
        this.header.list(cx.waker());
        // A cancellation that comes after this point finds the task in the list. This check finds
        // one that came before.
        if this.header.is_cancelled() {
            return Poll::Ready(self.cancel());
        }
        Poll::Pending
    }
}

impl<F: Future> Future for Contained<'_, F> {
    type Output = Output<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        budget::start();
        // `run` restores the outer task.
        current::set_task(self.header.id(), cx.waker());
        self.turn(cx).map(|outcome| Output(Some(outcome)))
    }
}
