//! The wrappers of a task's future and of a closure.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::entry::Entry;
use super::registry::{Listed, address};
use super::slot;
use super::waker::Wakers;
use crate::runtime::{AsyncHandle, Backend, Handle, Selected};
use crate::task::observe::{Kind, Origin};
use crate::task::{self, Id};

/// A task that is being spawned.
#[must_use]
pub(crate) struct Spawning(Arc<Entry>);

impl Spawning {
    #[inline]
    pub(crate) fn spawned(self, id: Id) {
        self.0.set_id(id);
    }
}

/// Lists a task.
#[track_caller]
fn list(origin: &Origin<'_>) -> (Listed, Spawning) {
    let runtime = match (origin.runtime, origin.kind) {
        (Some(runtime), _) => Some(runtime),
        // Elsewhere the spawn panics, and no runtime is to start for that.
        (None, Kind::Local) => Selected::default().try_handle().map(|handle| handle.id()),
        (None, Kind::Task | Kind::Blocking | Kind::Compute) => Some(Handle::current().id()),
    };
    let listed = Listed::new(Entry::new(origin, runtime));
    let spawning = Spawning(listed.entry().clone());
    (listed, spawning)
}

/// Notes the id of the task that this thread runs. Its spawn may not have returned yet.
#[cold]
fn learn_id(entry: &Entry) {
    if let Some(id) = task::try_id() {
        entry.set_id(id);
    }
}

/// Wraps a future that is about to be spawned.
#[inline]
#[track_caller]
pub(crate) fn future<F: Future>(future: F, origin: &Origin<'_>) -> (Observed<F>, Spawning) {
    let (listed, spawning) = list(origin);
    let observed = Observed {
        future,
        wakers: Wakers::default(),
        listed,
    };
    (observed, spawning)
}

/// Wraps a closure that is about to be spawned.
#[track_caller]
pub(crate) fn closure<T, F: FnOnce() -> T>(
    f: F,
    origin: &Origin<'_>,
) -> (impl FnOnce() -> T + use<T, F>, Spawning) {
    let (listed, spawning) = list(origin);
    let observed = move || {
        learn_id(&listed);
        let running = Polling::begin(&listed);
        let output = f();
        running.end(true);
        output
    };
    (observed, spawning)
}

pin_project! {
    /// The future of a task that is listed.
    pub(crate) struct Observed<F> {
        #[pin]
        future: F,
        wakers: Wakers,
        // Dropped last: the task is listed while the destructor of its future runs.
        listed: Listed,
    }
}

impl<F: Future> Future for Observed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let entry = this.listed.entry();
        if this.wakers.are_new() {
            learn_id(entry);
        }
        let waker = this.wakers.of(entry, cx);
        let _slot = slot::enter(address(entry));
        let polling = Polling::begin(entry);
        let polled = this.future.poll(&mut Context::from_waker(waker));
        polling.end(polled.is_ready());
        polled
    }
}

/// A poll, or the run of a closure, which ends with a panic or by [`end`](Self::end).
struct Polling<'a> {
    entry: &'a Entry,
    began: u64,
    is_over: bool,
}

impl<'a> Polling<'a> {
    #[inline]
    fn begin(entry: &'a Entry) -> Self {
        Self {
            entry,
            began: entry.begin_poll(),
            is_over: true,
        }
    }

    #[inline]
    fn end(mut self, is_over: bool) {
        self.is_over = is_over;
    }
}

impl Drop for Polling<'_> {
    #[inline]
    fn drop(&mut self) {
        self.entry.end_poll(self.began, self.is_over);
    }
}
