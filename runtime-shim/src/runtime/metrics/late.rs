//! The counters of a set of local tasks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::Ending;
use super::counters::Counters;

/// The counters of the first runtime that a set of local tasks meets. The set may have tasks before
/// there is a runtime, and may be polled inside several ones.
#[derive(Debug, Default)]
pub(crate) struct LateCounters {
    counters: OnceLock<Arc<Counters>>,
    /// The number of tasks that were spawned before, and have not ended.
    early: AtomicU64,
}

impl LateCounters {
    /// Lets the tasks count for a runtime, unless they already do.
    pub(crate) fn meet(&self, counters: impl FnOnce() -> Option<Arc<Counters>>) {
        if self.counters.get().is_none()
            && let Some(counters) = counters()
        {
            // The set stays on its thread, so nobody else is here.
            for _ in 0..self.early.swap(0, Ordering::Relaxed) {
                counters.spawned();
            }
            let _ = self.counters.set(counters);
        }
    }

    pub(crate) fn spawned(&self) {
        match self.counters.get() {
            Some(counters) => {
                counters.spawned();
            }
            None => {
                self.early.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn ended(&self, how: Ending) {
        match self.counters.get() {
            Some(counters) => counters.ended_elsewhere(how),
            None => {
                self.early.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    /// Counts how a task ended, beside the end itself.
    #[cfg(feature = "tokio")]
    pub(crate) fn ended_so(&self, how: Ending) {
        if let Some(counters) = self.counters.get() {
            counters.ended_elsewhere(how);
        }
    }
}
