//! One runtime under load, and the shared state of its tasks.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable::runtime::{Flavor, Handle};
use portable::task::Id;

use crate::DRIVERS;
use crate::counters::Counters;
use crate::helpers::Helpers;
use crate::job::Abort;

/// The number of detached tasks that may wait for ever at once.
const FOREVER: usize = 128;

#[derive(Debug)]
pub(crate) struct World {
    /// Whether this is the runtime of the run, not a short-lived one.
    pub(crate) is_main: bool,
    pub(crate) runtime: &'static str,
    pub(crate) flavor: Flavor,
    pub(crate) handle: Handle,
    pub(crate) counters: Counters,
    /// The helper threads, which the runtimes of the process share.
    pub(crate) helpers: Arc<Helpers>,
    pub(crate) ids: Arc<Ids>,
    forever: Mutex<VecDeque<Abort>>,
    is_ending: AtomicBool,
}

impl World {
    pub(crate) fn new(
        runtime: &'static str,
        flavor: Flavor,
        handle: Handle,
        helpers: Arc<Helpers>,
    ) -> Arc<Self> {
        Arc::new(Self {
            is_main: true,
            runtime,
            flavor,
            handle,
            counters: Counters::default(),
            helpers,
            ids: Arc::default(),
            forever: Mutex::default(),
            is_ending: AtomicBool::new(false),
        })
    }

    /// Makes the world of a short-lived runtime beside this one.
    pub(crate) fn second(&self, flavor: Flavor, handle: Handle) -> Arc<Self> {
        Arc::new(Self {
            is_main: false,
            runtime: self.runtime,
            flavor,
            handle,
            counters: Counters::default(),
            helpers: self.helpers.clone(),
            ids: self.ids.clone(),
            forever: Mutex::default(),
            is_ending: AtomicBool::new(false),
        })
    }

    /// Allows tasks that nobody has aborted to be cancelled from here on.
    pub(crate) fn set_ending(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    /// Returns the counts that do not agree, now that the runtime has ended and all handles are
    /// gone.
    pub(crate) fn end(&self) -> Vec<String> {
        // The abort handles and the world refer to each other.
        lock(&self.forever).clear();
        let mut errors = self.counters.errors();
        errors.extend(self.metrics_error());
        errors
    }

    /// Compares the metrics of the runtime with the counts.
    fn metrics_error(&self) -> Option<String> {
        let metrics = self.handle.metrics();
        let spawned = metrics.spawned_tasks_count();
        let ends = [
            metrics.finished_tasks_count(),
            metrics.cancelled_tasks_count(),
            metrics.panicked_tasks_count(),
        ];
        let alive = metrics.num_alive_tasks();
        let drivers = if self.is_main { DRIVERS as u64 } else { 0 };
        // A closure is no task to the metrics. Nobody counts the drivers.
        let counters = &self.counters;
        let agree = spawned == counters.spawned.get() - counters.blocking.get() + drivers
            && spawned == ends.iter().sum::<u64>()
            && alive == 0
            && ends[0] <= counters.finished.get() + drivers
            && ends[1] <= counters.cancelled.get()
            && ends[2] <= counters.panicked.get();
        (!agree).then(|| format!("the metrics: {spawned} spawned, {ends:?} ended, {alive} alive"))
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    /// Keeps the right to abort a detached task that never ends, and aborts the oldest if there are
    /// too many.
    pub(crate) fn keep_forever(&self, abort: Abort) {
        let mut forever = lock(&self.forever);
        forever.push_back(abort);
        let oldest = (forever.len() > FOREVER).then(|| forever.pop_front());
        // The abort may run anything, so the lock is not held.
        drop(forever);
        if let Some(oldest) = oldest.flatten() {
            oldest.abort();
        }
    }
}

/// The ids of the live tasks.
#[derive(Debug, Default)]
pub(crate) struct Ids(Mutex<HashSet<Id>>);

impl Ids {
    /// Adds the id of a task. Returns whether no other task has it.
    pub(crate) fn insert(&self, id: Id) -> bool {
        lock(&self.0).insert(id)
    }

    pub(crate) fn remove(&self, id: Id) {
        lock(&self.0).remove(&id);
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.0).len()
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
