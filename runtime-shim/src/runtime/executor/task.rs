//! The future that a task runs.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::budget;
use super::current;
use super::home::Home;
use super::meta::Meta;

/// A task that is to be polled.
pub(super) type Runnable = async_task::Runnable<Meta>;

/// A task that is awaited.
pub(super) type Task<T> = async_task::Task<Output<T>, Meta>;

/// Makes a task of `future`. Nothing is polled before the [`Runnable`] is run or scheduled.
///
/// # Safety
///
/// If `future` is not [`Send`], `schedule` must see to it that the task is run on this thread
/// alone and that it has ended before this thread does.
#[inline]
pub(super) unsafe fn create<F, S>(home: Home, future: F, schedule: S) -> (Runnable, Task<F::Output>)
where
    F: Future + 'static,
    S: Fn(Runnable) + Send + Sync + 'static,
{
    let builder = async_task::Builder::new().metadata(Meta::new(home, next_id()));
    // SAFETY: What is asked for is
    // - that a future which is not `Send` stays on this thread: the caller's promise;
    // - that a future which borrows does not outlive what it borrows: `future` is `'static`, and
    //   `Contained` borrows the metadata, which the task itself keeps until after the future;
    // - that a schedule function which is not `Send`, `Sync` and `'static` does not leave this
    //   thread: it is all three.
    unsafe { builder.spawn_unchecked(|meta| Contained::new(meta, future), schedule) }
}

/// Every task has another.
fn next_id() -> u64 {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);

    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// How a task ended.
#[derive(Debug)]
pub(super) enum Outcome<T> {
    Done(T),
    Cancelled,
    Panicked(Box<dyn Any + Send>),
}

/// The output of a task. If nobody takes it, a panic of its destructor goes no further.
#[derive(Debug)]
pub(super) struct Output<T>(Option<Outcome<T>>);

impl<T> Output<T> {
    #[inline]
    pub(super) fn take(mut self) -> Outcome<T> {
        let outcome = self.0.take();
        // Nothing is left to drop, which the compiler does not see.
        std::mem::forget(self);
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

/// Runs `f` and keeps its panic.
#[inline]
fn contain<T>(f: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(f))
}

/// Lets a panic be that nobody is left to hear of, but the panic hook that has told of it.
fn ignore(result: Result<(), Box<dyn Any + Send>>) {
    // Payloads have destructors too, and theirs may panic like any other. Whatever that throws is
    // not dropped, or there would be no end to it.
    if let Err(payload) = result
        && let Err(payload) = contain(|| drop(payload))
    {
        std::mem::forget(payload);
    }
}

pin_project! {
    /// A future whose panics, in a poll or in a destructor, stay inside, and that ends at its
    /// next turn when its group is closed or it is aborted.
    struct Contained<'m, F>
    where
        F: Future,
    {
        meta: &'m Meta,
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
                ignore(this.end());
            }
        }
    }
}

impl<'m, F: Future> Contained<'m, F> {
    fn new(meta: &'m Meta, future: F) -> Self {
        Self {
            meta,
            future: Some(future),
        }
    }

    /// Drops the future, if it is still there, and takes the task off the list.
    fn end(self: Pin<&mut Self>) -> Result<(), Box<dyn Any + Send>> {
        let mut this = self.project();
        let dropped = contain(|| this.future.set(None));
        this.meta.end();
        dropped
    }

    fn cancel(self: Pin<&mut Self>) -> Outcome<F::Output> {
        match self.end() {
            Ok(()) => Outcome::Cancelled,
            Err(payload) => Outcome::Panicked(payload),
        }
    }

    /// Polls the future once.
    fn turn(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome<F::Output>> {
        if self.meta.is_cancelled() {
            return Poll::Ready(self.cancel());
        }
        let mut this = self.as_mut().project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            // async-task does not poll a future after its end.
            return Poll::Ready(Outcome::Cancelled);
        };
        match contain(|| future.poll(cx)) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(output)) => {
                return Poll::Ready(match self.end() {
                    Ok(()) => Outcome::Done(output),
                    Err(payload) => {
                        ignore(contain(|| drop(output)));
                        Outcome::Panicked(payload)
                    }
                });
            }
            Err(payload) => {
                ignore(self.end());
                return Poll::Ready(Outcome::Panicked(payload));
            }
        }
        this.meta.list(cx.waker());
        // From here on whoever cancels the task finds it in the list; look for those who did not.
        if this.meta.is_cancelled() {
            return Poll::Ready(self.cancel());
        }
        budget::end();
        Poll::Pending
    }
}

impl<F: Future> Future for Contained<'_, F> {
    type Output = Output<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let _task = current::enter_task(self.meta.id());
        self.turn(cx).map(|outcome| Output(Some(outcome)))
    }
}
