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

/// A task that is awaited.
pub(crate) type Task<T> = async_task::Task<Output<T>, Header>;

/// Makes a task of `future`. Nothing is polled before the [`Runnable`] is run or scheduled.
///
/// # Safety
///
/// If `future` is not [`Send`], `owner` must see to it that the task is run on this thread
/// alone and that it has ended before this thread does.
#[inline]
pub(crate) unsafe fn create<F>(owner: Arc<dyn Owner>, future: F) -> (Runnable, Task<F::Output>)
where
    F: Future + 'static,
{
    let builder = async_task::Builder::new().metadata(Header::new(owner, next_id()));
    let schedule = |runnable: Runnable| {
        // The task may be run elsewhere and end, and with it the reference that it has.
        let owner = runnable.metadata().owner().clone();
        owner.schedule(runnable);
    };
    // SAFETY: What is asked for is
    // - that a future which is not `Send` stays on this thread: the caller's promise;
    // - that a future which borrows does not outlive what it borrows: `future` is `'static`, and
    //   `Contained` borrows the metadata, which the task itself keeps until after the future;
    // - that a schedule function which is not `Send`, `Sync` and `'static` does not leave this
    //   thread: it is all three.
    unsafe { builder.spawn_unchecked(|header| Contained::new(header, future), schedule) }
}

/// Polls a task once. Returns whether that used up a budget, which takes as long as many polls.
#[inline]
pub(crate) fn run(runnable: Runnable) -> bool {
    // Around the whole run and not the poll alone: an output that nobody takes is dropped after the
    // poll, and inside the task all the same.
    let _outer = current::outer_task();
    // Whoever is refused something is woken within the poll.
    runnable.run() && budget::end()
}

/// Every task has another.
fn next_id() -> u64 {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);

    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// How a task ended.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    Done(T),
    Cancelled,
    Panicked(Box<dyn Any + Send>),
}

/// The output of a task. If nobody takes it, a panic of its destructor goes no further.
#[derive(Debug)]
pub(crate) struct Output<T>(Option<Outcome<T>>);

impl<T> Output<T> {
    #[inline]
    pub(crate) fn take(mut self) -> Outcome<T> {
        let outcome = self.0.take();
        // Nothing is left to drop, which the compiler does not see.
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
    /// A future whose panics, in a poll or in a destructor, stay inside, and that ends at its
    /// next turn when its list is closed or it is aborted.
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
            // Otherwise the task has ended already.
            if this.as_mut().project().future.is_some() {
                this.drop_unended();
            }
        }
    }
}

/// Drops the future when it is dropped itself, and that is when a poll unwinds: the future's
/// destructors then see that the thread panics, as those of a function's variables do.
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

    /// Drops the future, if it is still there, and takes the task off the list.
    fn end(self: Pin<&mut Self>) -> Result<(), Box<dyn Any + Send>> {
        let mut this = self.project();
        let dropped = contain(|| this.future.set(None));
        this.header.end();
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

    /// Polls the future once.
    fn turn(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome<F::Output>> {
        if self.header.is_cancelled() {
            return Poll::Ready(self.cancel());
        }
        let this = self.as_mut().project();
        let mut output = None;
        let polled = contain(|| {
            let mut future = DropsUnwinding(this.future);
            // async-task does not poll a future after its end.
            if let Some(it) = future.0.as_mut().as_pin_mut()
                && let Poll::Ready(ready) = it.poll(cx)
            {
                output = Some(ready);
                // Here, where its panic is kept as well.
                future.0.set(None);
            }
            mem::forget(future);
        });
        match (polled, output) {
            (Ok(()), None) => {}
            (Ok(()), Some(output)) => {
                this.header.end();
                return Poll::Ready(Outcome::Done(output));
            }
            (Err(payload), output) => {
                this.header.end();
                ignore(contain(|| drop(output)));
                return Poll::Ready(Outcome::Panicked(payload));
            }
        }
        this.header.list(cx.waker());
        // From here on whoever cancels the task finds it in the list; look for those who did not.
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
        // `run` ends it.
        current::set_task(self.header.id(), cx.waker());
        self.turn(cx).map(|outcome| Output(Some(outcome)))
    }
}
