//! Which workers sleep, and when to wake or start one.

use std::sync::PoisonError;
use std::task::Waker;

use super::sync::atomic::{AtomicBool, Ordering, fence};
use super::sync::{Mutex, MutexGuard};

/// What a wake-up asks the caller to do.
#[derive(Debug)]
pub(super) enum Wake {
    /// Nothing: somebody is on the way, or all are at work.
    Nobody,
    /// Wake this worker.
    Worker(Waker),
    /// Start a worker with this index.
    Start(usize),
}

/// The workers that sleep, are on the way, or have not been started.
///
/// At most one worker is on the way at a time. When it finds a task it sends the next one, if
/// there is more to do: a burst wakes as many workers as it keeps busy.
#[derive(Debug)]
pub(super) struct Idle {
    /// Whether a new task needs no wake-up, so that most need not take the lock.
    settled: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    sleeping: Vec<(usize, Waker)>,
    /// Woken or started, and not yet at work.
    coming: usize,
    started: usize,
    limit: usize,
}

impl Idle {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            settled: AtomicBool::new(limit == 0),
            state: Mutex::new(State {
                sleeping: Vec::with_capacity(limit),
                coming: 0,
                started: 0,
                limit,
            }),
        }
    }

    /// To be called after a task was queued.
    pub(super) fn wake_one(&self) -> Wake {
        // Either this sees that a worker went to sleep, or that worker sees the task: it does the
        // same two steps in the other order.
        fence(Ordering::SeqCst);
        if self.settled.load(Ordering::Relaxed) {
            return Wake::Nobody;
        }
        let mut state = self.lock();
        if state.coming > 0 {
            return Wake::Nobody;
        }
        let wake = if let Some((_, waker)) = state.sleeping.pop() {
            Wake::Worker(waker)
        } else if state.started < state.limit {
            state.started += 1;
            Wake::Start(state.started - 1)
        } else {
            return Wake::Nobody;
        };
        state.coming += 1;
        self.settle(&state);
        wake
    }

    /// A worker that could not be started is not coming. Says whether there is any other.
    pub(super) fn not_started(&self) -> bool {
        let mut state = self.lock();
        state.coming -= 1;
        state.started -= 1;
        // Not tried again: what the system refuses once it refuses for every task.
        state.limit = state.started;
        self.settle(&state);
        state.started > 0
    }

    /// A worker that was on the way, or is listed as sleeping, is at work.
    pub(super) fn at_work(&self, index: usize) {
        let mut state = self.lock();
        match state
            .sleeping
            .iter()
            .position(|(worker, _)| *worker == index)
        {
            Some(place) => drop(state.sleeping.swap_remove(place)),
            None => state.coming -= 1,
        }
        self.settle(&state);
        drop(state);
        fence(Ordering::SeqCst);
    }

    /// A worker found nothing to do. Says whether it is to look once more before it sleeps.
    ///
    /// `is_idle` says whether it has been told so before and not been at work since.
    pub(super) fn sleep(&self, index: usize, waker: &Waker, is_idle: bool) -> bool {
        let mut state = self.lock();
        if is_idle {
            let listed = state
                .sleeping
                .iter_mut()
                .find(|(worker, _)| *worker == index);
            if let Some((_, listed)) = listed {
                listed.clone_from(waker);
                return false;
            }
            state.coming -= 1;
        }
        state.sleeping.push((index, waker.clone()));
        self.settle(&state);
        drop(state);
        fence(Ordering::SeqCst);
        true
    }

    /// Wakes all workers that sleep, and starts no more.
    pub(super) fn wake_all(&self) -> Vec<(usize, Waker)> {
        let mut state = self.lock();
        state.limit = state.started;
        let wakers = std::mem::take(&mut state.sleeping);
        state.coming += wakers.len();
        self.settle(&state);
        wakers
    }

    fn settle(&self, state: &State) {
        let nobody_left = state.sleeping.is_empty() && state.started == state.limit;
        self.settled
            .store(state.coming > 0 || nobody_left, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
