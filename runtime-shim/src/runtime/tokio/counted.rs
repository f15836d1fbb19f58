//! Counts the tasks, because Tokio's own counters of them are unstable or count other tasks too.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::{mem, ptr, thread};

use pin_project_lite::pin_project;
use tokio::runtime::Id;

use super::end::End;
use crate::runtime::metrics::{self, Counters, Ending, TaskReading};

thread_local! {
    /// The place of the future that has returned its output and is dropped next on this thread.
    static FINISHED: Cell<*const ()> = const { Cell::new(ptr::null()) };
    /// The same for a future whose poll has panicked.
    static PANICKED: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

pin_project! {
    /// A future that counts the end of its task. It has no state of its own, so that the task is not
    /// bigger than any of Tokio's.
    ///
    /// Each future counts as cancelled when it is dropped. [`tasks`] takes off those that have
    /// finished or panicked.
    pub(super) struct Counted<F> {
        #[pin]
        future: F,
        // Dropped after the future.
        dropped: Dropped,
    }
}

impl<F> Counted<F> {
    #[inline]
    pub(super) fn new(future: F) -> Self {
        Self {
            future,
            dropped: Dropped(()),
        }
    }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        struct Panics(*const ());

        impl Drop for Panics {
            fn drop(&mut self) {
                PANICKED.set(self.0);
                count(Ending::Panicked);
            }
        }

        let place = self.dropped.place();
        let panics = Panics(place);
        let polled = self.project().future.poll(cx);
        mem::forget(panics);
        if polled.is_ready() {
            FINISHED.set(place);
            count(Ending::Finished);
        }
        polled
    }
}

/// Counts the drop of a future.
struct Dropped(());

impl Dropped {
    /// Returns an address by which the poll and the drop of a future know each other.
    #[inline]
    fn place(&self) -> *const () {
        &raw const self.0
    }
}

impl Drop for Dropped {
    #[inline]
    fn drop(&mut self) {
        count(Ending::Cancelled);
        if thread::panicking() {
            panics(self.place());
        }
        FINISHED.set(ptr::null());
    }
}

/// Counts a panic of the future's destructor, unless the poll has panicked before.
#[cold]
fn panics(place: *const ()) {
    if PANICKED.replace(ptr::null()) == place {
        return;
    }
    if FINISHED.get() == place {
        here(|counters| counters.take_back(Ending::Finished));
    }
    count(Ending::Panicked);
}

/// Returns the numbers of tasks that the futures have counted.
pub(super) fn tasks(counters: &Counters) -> TaskReading {
    let mut tasks = counters.tasks();
    let [finished, cancelled, panicked] = &mut tasks.endings;
    // A future counts as finished a moment before it is dropped.
    *cancelled = cancelled.saturating_sub(*finished + *panicked);
    tasks
}

/// Counts a task that is about to be spawned on the runtime that this thread is inside of.
#[inline]
pub(super) fn spawned() {
    if !metrics::try_spawned_here() {
        here(|counters| {
            counters.spawned();
        });
    }
}

#[inline]
fn count(how: Ending) {
    metrics::ended(how, || here(|counters| counters.ended_elsewhere(how)));
}

/// Calls `f` with the counters of the runtime that this thread is inside of.
#[cold]
fn here(f: impl FnOnce(&Counters)) {
    if let Some(counters) = counters_here() {
        f(&counters);
    }
}

/// Returns the counters of the runtime that this thread is inside of.
#[cold]
pub(super) fn counters_here() -> Option<Arc<Counters>> {
    if let Some(end) = End::current() {
        return Some(end.counters().clone());
    }
    let runtime = tokio::runtime::Handle::try_current().ok()?;
    Some(of_foreign(runtime.id()))
}

/// Returns the counters of a runtime that other code has built.
pub(super) fn of_foreign(runtime: Id) -> Arc<Counters> {
    /// The counters of the last runtimes that a task was spawned on.
    static KNOWN: Mutex<Vec<(Id, Arc<Counters>)>> = Mutex::new(Vec::new());
    const MOST: usize = 32;

    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, counters)) = known.iter().find(|(id, _)| *id == runtime) {
        return counters.clone();
    }
    if known.len() == MOST {
        known.remove(0);
    }
    let counters = Arc::<Counters>::default();
    known.push((runtime, counters.clone()));
    counters
}
