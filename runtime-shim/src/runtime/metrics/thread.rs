//! The counters of one thread.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
#[cfg(feature = "_executor")]
use std::time::Instant;

use super::Ending;

thread_local! {
    // Has no destructor, so that each access is a load.
    static OWN: Cell<Option<&'static ThreadCounters>> = const { Cell::new(None) };
}

/// The counters that are in no use.
static UNUSED: Mutex<Vec<&'static ThreadCounters>> = Mutex::new(Vec::new());

/// What a thread has counted while it polled the tasks of one runtime.
///
/// Only the thread itself writes to the counters, so it needs no atomic addition. They are never
/// freed, because the thread finds them by a reference in a thread-local without a destructor. The
/// next thread uses them again.
#[derive(Debug, Default)]
pub(super) struct ThreadCounters {
    /// The address of the runtime's counters.
    runtime: AtomicUsize,
    /// The index of the worker, or [`NO_WORKER`].
    worker: AtomicUsize,
    pub(super) tasks: Tasks,
    pub(super) work: Work,
}

/// The index of a thread that is no worker.
pub(super) const NO_WORKER: usize = usize::MAX;

/// Counters of tasks.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    pub(super) spawned: Counter,
    pub(super) endings: [Counter; Ending::COUNT],
}

/// Counters of the work of a worker.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// How often the thread has begun or ended to wait for work.
    pub(super) park_unpark: Counter,
    pub(super) busy_nanos: Counter,
}

#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    #[inline]
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Adds to a counter that no other thread writes to.
    #[inline]
    fn add_own(&self, number: u64) {
        // A reader that sees the end of a task sees its spawn too.
        self.0.store(
            self.0.load(Ordering::Relaxed).wrapping_add(number),
            Ordering::Release,
        );
    }

    /// Adds to a counter that several threads write to.
    pub(super) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::AcqRel);
    }

    /// Takes one back that some thread has added.
    #[cfg(feature = "tokio")]
    pub(super) fn subtract(&self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }

    fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl ThreadCounters {
    /// Takes counters that nobody uses, all of which are zero.
    pub(super) fn take(runtime: usize, worker: usize) -> &'static Self {
        let unused = UNUSED.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let this: &'static Self = unused.unwrap_or_else(|| Box::leak(Box::default()));
        this.runtime.store(runtime, Ordering::Relaxed);
        this.worker.store(worker, Ordering::Relaxed);
        this
    }

    /// Gives the counters back. No thread may use them any more.
    pub(super) fn give_back(&'static self) {
        self.tasks.spawned.clear();
        self.tasks.endings.iter().for_each(Counter::clear);
        self.work.park_unpark.clear();
        self.work.busy_nanos.clear();
        UNUSED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self);
    }

    /// Returns the index of the worker.
    pub(super) fn worker(&self) -> usize {
        self.worker.load(Ordering::Relaxed)
    }
}

/// Replaces the counters of this thread, and returns those before.
pub(super) fn replace(
    counters: Option<&'static ThreadCounters>,
) -> Option<&'static ThreadCounters> {
    OWN.replace(counters)
}

#[inline]
fn own() -> Option<&'static ThreadCounters> {
    // This never fails. `LocalKey::get` does the same and is often not inlined.
    OWN.try_with(Cell::get).ok().flatten()
}

/// Counts a spawned task, if this thread polls tasks of the runtime whose counters have this address.
#[inline]
pub(super) fn try_spawned(runtime: usize) -> bool {
    match own() {
        Some(own) if own.runtime.load(Ordering::Relaxed) == runtime => {
            own.tasks.spawned.add_own(1);
            true
        }
        _ => false,
    }
}

/// Counts a spawned task of the runtime whose tasks this thread polls, if it polls any.
#[inline]
#[cfg(feature = "tokio")]
pub(crate) fn try_spawned_here() -> bool {
    match own() {
        Some(own) => {
            own.tasks.spawned.add_own(1);
            true
        }
        None => false,
    }
}

/// Counts the end of a task of the runtime whose tasks this thread polls, if it polls any.
#[inline]
pub(super) fn try_ended(how: Ending) -> bool {
    match own() {
        Some(own) => {
            own.tasks.endings[how as usize].add_own(1);
            true
        }
        None => false,
    }
}

/// The work of a thread since it last woke up.
#[cfg(feature = "_executor")]
#[derive(Debug)]
pub(crate) struct Working(Option<(&'static ThreadCounters, Instant)>);

#[cfg(feature = "_executor")]
impl Working {
    /// Begins to measure the work of this thread.
    pub(crate) fn begin() -> Self {
        let own = own().filter(|own| own.worker() != NO_WORKER);
        Self(own.map(|own| {
            // An odd number: the thread was parked.
            if own.work.park_unpark.get() % 2 == 1 {
                own.work.park_unpark.add_own(1);
            }
            (own, Instant::now())
        }))
    }

    /// Ends the measurement. `parks` says whether the thread waits for work next.
    pub(crate) fn end(self, parks: bool) {
        let Some((own, start)) = self.0 else {
            return;
        };
        let busy = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        own.work.busy_nanos.add_own(busy);
        if parks {
            own.work.park_unpark.add_own(1);
        }
    }
}

/// The work of a worker, as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorkerReading {
    pub(crate) busy: Duration,
    pub(crate) park_unpark: u64,
}

impl Work {
    pub(super) fn read(&self) -> WorkerReading {
        WorkerReading {
            busy: Duration::from_nanos(self.busy_nanos.get()),
            park_unpark: self.park_unpark.get(),
        }
    }
}
