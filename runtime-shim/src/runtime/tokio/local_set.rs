//! The tasks of a `LocalSet`, which are Tokio's own.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;

use super::counted;
use super::join::JoinHandle;
use super::local::{self, Outer};
use crate::runtime::context;
use crate::runtime::metrics::{Ending, LateCounters};

/// The tasks of a `LocalSet`. Dropping it ends them.
#[derive(Debug)]
pub(crate) struct LocalSet {
    // `None` once the tasks are being dropped.
    set: Option<tokio::task::LocalSet>,
    counters: Arc<LateCounters>,
}

/// The guard of a set that was entered.
#[derive(Debug)]
pub(crate) struct Entered {
    _outer: Outer,
    _tokio: tokio::task::LocalEnterGuard,
}

impl Default for LocalSet {
    fn default() -> Self {
        Self {
            set: Some(tokio::task::LocalSet::new()),
            counters: Arc::default(),
        }
    }
}

impl LocalSet {
    fn set(&self) -> &tokio::task::LocalSet {
        self.set
            .as_ref()
            .expect("it is taken only when it is dropped")
    }

    fn meet(&self) {
        self.counters.meet(counted::counters_here);
    }

    #[track_caller]
    pub(super) fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.meet();
        JoinHandle(
            self.set()
                .spawn_local(CountedIn::new(future, &self.counters)),
        )
    }

    pub(super) fn enter(&self) -> Entered {
        self.meet();
        Entered {
            _tokio: self.set().enter(),
            _outer: local::enter_set(&self.counters),
        }
    }

    pub(super) fn poll_until<F: Future>(
        &self,
        mut future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output> {
        self.meet();
        let _outer = local::enter_set(&self.counters);
        let _local = context::enter_local();
        let future = poll_fn(|cx| future.as_mut().poll(cx));
        pin!(self.set().run_until(future)).poll(cx)
    }

    pub(super) fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.meet();
        let _outer = local::enter_set(&self.counters);
        let _local = context::enter_local();
        match &mut self.set {
            Some(set) => Pin::new(set).poll(cx),
            None => Poll::Ready(()),
        }
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        // What the destructors spawn locally ends here too.
        let _outer = local::enter_closed();
        let _local = context::enter_local();
        drop(self.set.take());
    }
}

/// Spawns a task of the set that this thread polls or has entered.
#[track_caller]
pub(super) fn spawn_here<F>(counters: &Arc<LateCounters>, future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    JoinHandle(tokio::task::spawn_local(CountedIn::new(future, counters)))
}

pin_project! {
    /// A future that counts the end of its task for the set.
    struct CountedIn<F> {
        #[pin]
        future: F,
        // Dropped after the future.
        end: End,
    }

    impl<F> PinnedDrop for CountedIn<F> {
        fn drop(this: Pin<&mut Self>) {
            this.project().end.was_panicking = thread::panicking();
        }
    }
}

/// Counts the end of a task when it is dropped.
struct End {
    counters: Arc<LateCounters>,
    how: Ending,
    /// Whether the thread was panicking before the future was dropped.
    was_panicking: bool,
}

impl<F> CountedIn<F> {
    fn new(future: F, counters: &Arc<LateCounters>) -> Self {
        counters.spawned();
        Self {
            future,
            end: End {
                counters: counters.clone(),
                how: Ending::Cancelled,
                was_panicking: false,
            },
        }
    }
}

impl<F: Future> Future for CountedIn<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Stays so if the poll unwinds.
        this.end.how = Ending::Panicked;
        let polled = this.future.poll(cx);
        this.end.how = match polled {
            Poll::Ready(_) => Ending::Finished,
            Poll::Pending => Ending::Cancelled,
        };
        polled
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let how = match thread::panicking() && !self.was_panicking {
            true => Ending::Panicked,
            false => self.how,
        };
        // As `Counted` does: each end counts as cancelled, and as something else beside it.
        if how != Ending::Cancelled {
            self.counters.ended_so(how);
        }
        self.counters.ended(Ending::Cancelled);
    }
}
