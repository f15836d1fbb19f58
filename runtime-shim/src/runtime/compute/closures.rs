//! The closures of one runtime: those that wait for a thread of the pool, and the number of those
//! that run.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
#[cfg(feature = "tokio")]
use std::time::{Duration, Instant};

use super::here;
use crate::panics::{contain, ignore};
use crate::runtime::fork;

/// What becomes of a closure when its turn comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    Run,
    Cancel,
}

/// A closure together with its task.
pub(super) type Job = Box<dyn FnOnce(Turn) + Send>;

/// The closures of one runtime.
///
/// Rayon's queue cannot be emptied, so it has only the numbers of the closures. A closure that is
/// cancelled at the end of its runtime is not here any more when its number comes up.
#[derive(Default)]
pub(crate) struct Closures {
    state: Mutex<State>,
    /// Notified when a closure ends.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<u64, Job>,
    last: u64,
    running: usize,
    closed: bool,
}

impl Closures {
    /// Keeps a closure until its turn, and returns its number. After the end of the runtime, gives
    /// the closure back.
    pub(super) fn push(&self, job: Job) -> Result<u64, Job> {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            return Err(job);
        }
        state.last += 1;
        let number = state.last;
        state.waiting.insert(number, job);
        Ok(number)
    }

    /// Runs the closure with this number, if it has not been cancelled.
    pub(super) fn run(&self, number: u64) {
        let mut state = self.lock();
        let Some(job) = state.waiting.remove(&number) else {
            return;
        };
        state.running += 1;
        drop(state);
        let here = here::run(self.address());
        // A panic of the closure itself is its task's. Rayon ends the process at any other.
        ignore(contain(|| job(Turn::Run)));
        drop(here);
        self.lock().running -= 1;
        self.ended.notify_all();
    }

    /// From here on gives back each closure. The end of a runtime calls this before anything ends, and
    /// so before a destructor can start a closure.
    pub(crate) fn refuse(&self) {
        // A thread that exists only in the parent process may hold the lock.
        if !fork::has_forked() {
            self.lock().closed = true;
        }
    }

    /// Cancels the closures that wait, after [`refuse`](Self::refuse).
    pub(crate) fn cancel(&self) {
        if fork::has_forked() {
            return;
        }
        let mut state = self.lock();
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for job in waiting.into_values() {
            ignore(contain(|| job(Turn::Cancel)));
        }
    }

    /// Returns the number of closures that run on other threads.
    #[cfg(feature = "_executor")]
    pub(crate) fn count_elsewhere(&self) -> usize {
        self.lock().running - here::count(self.address())
    }

    /// Returns whether this thread runs one of the closures.
    #[cfg(feature = "_executor")]
    pub(crate) fn are_here(&self) -> bool {
        here::count(self.address()) > 0
    }

    /// Waits until no closure runs on another thread, at most for `timeout`.
    #[cfg(feature = "tokio")]
    pub(crate) fn wait(&self, timeout: Duration) {
        let own = here::count(self.address());
        let start = Instant::now();
        let mut state = self.lock();
        while state.running > own {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return;
            }
            (state, _) = self
                .ended
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Closures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        f.debug_struct("Closures")
            .field("waiting", &state.waiting.len())
            .field("running", &state.running)
            .finish_non_exhaustive()
    }
}
