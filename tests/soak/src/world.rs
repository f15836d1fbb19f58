//! One runtime under load, and all that is known of it.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable::runtime::{Flavor, Handle};
use portable::task::Id;

use crate::counters::Counters;
use crate::helpers::Helpers;
use crate::job::Abort;

/// Tasks that may wait for ever at once, of those whose handles are gone.
const FOREVER: usize = 128;

#[derive(Debug)]
pub(crate) struct World {
    /// Whether it is the runtime of the run, not a short-lived one.
    pub(crate) is_main: bool,
    pub(crate) runtime: &'static str,
    pub(crate) flavor: Flavor,
    pub(crate) handle: Handle,
    pub(crate) counters: Counters,
    /// Shared by the runtimes of the process.
    pub(crate) helpers: Arc<Helpers>,
    pub(crate) ids: Arc<Ids>,
    /// One reference more for each closure that may wait for tasks.
    waits: Arc<()>,
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
            waits: Arc::default(),
            forever: Mutex::default(),
            is_ending: AtomicBool::new(false),
        })
    }

    /// A short-lived runtime beside this one.
    pub(crate) fn second(&self, flavor: Flavor, handle: Handle) -> Arc<Self> {
        Arc::new(Self {
            is_main: false,
            runtime: self.runtime,
            flavor,
            handle,
            counters: Counters::default(),
            helpers: self.helpers.clone(),
            ids: self.ids.clone(),
            waits: Arc::default(),
            forever: Mutex::default(),
            is_ending: AtomicBool::new(false),
        })
    }

    /// The right to wait for tasks in a closure, to be kept meanwhile; none if it must not.
    pub(crate) fn wait_in_closure(&self) -> Option<Arc<()>> {
        (self.is_main || !self.is_tokio()).then(|| self.waits.clone())
    }

    /// Whether closures wait for tasks that must not do so when the runtime ends.
    ///
    /// Tokio wakes the timers with a panic then, and with the current-thread flavour waits for
    /// closures before it drops the tasks that these wait for.
    pub(crate) fn end_must_wait(&self) -> bool {
        self.is_tokio() && Arc::strong_count(&self.waits) > 1
    }

    fn is_tokio(&self) -> bool {
        self.runtime == "tokio"
    }

    /// From here on tasks may be cancelled that nobody has aborted.
    pub(crate) fn set_ending(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    /// Says what does not come out, now that the runtime has ended and all handles are gone.
    pub(crate) fn end(&self) -> Vec<String> {
        // They refer to the world in turn.
        lock(&self.forever).clear();
        self.counters.errors()
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    /// Keeps the right to abort a detached task that never ends; the oldest goes for it.
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

/// The ids of the tasks that live.
#[derive(Debug, Default)]
pub(crate) struct Ids(Mutex<HashSet<Id>>);

impl Ids {
    /// Says whether no other task has the id.
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
