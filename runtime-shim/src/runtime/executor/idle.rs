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
    /// Start a worker with this index, and say whether it [has started](Idle::has_started).
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
    /// Being started, which the system may refuse.
    starting: usize,
    /// Whether a wake-up was left to one that is being started.
    is_left: bool,
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
                starting: 0,
                is_left: false,
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
            state.is_left |= state.starting > 0;
            return Wake::Nobody;
        }
        self.send_one(&mut state, true)
    }

    fn send_one(&self, state: &mut State, may_start: bool) -> Wake {
        let wake = if let Some((_, waker)) = state.sleeping.pop() {
            Wake::Worker(waker)
        } else if may_start && state.started < state.limit {
            state.started += 1;
            state.starting += 1;
            Wake::Start(state.started - 1)
        } else {
            self.settle(state);
            return Wake::Nobody;
        };
        state.coming += 1;
        self.settle(state);
        wake
    }

    /// The system has given a thread to one that was to be started.
    pub(super) fn has_started(&self) {
        let mut state = self.lock();
        state.starting -= 1;
        state.is_left &= state.starting > 0;
        self.settle(&state);
    }

    /// A worker that could not be started is not coming. Says what to do for those who have left their
    /// tasks to it: one that fell asleep meanwhile may be woken. To start one is tried again for a task
    /// that came meanwhile.
    pub(super) fn not_started(&self) -> Wake {
        let mut state = self.lock();
        state.coming -= 1;
        state.started -= 1;
        state.starting -= 1;
        let is_left = std::mem::take(&mut state.is_left);
        self.send_one(&mut state, is_left)
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
        state.limit = 0;
        let wakers = std::mem::take(&mut state.sleeping);
        state.coming += wakers.len();
        self.settle(&state);
        wakers
    }

    fn settle(&self, state: &State) {
        let nobody_left = state.sleeping.is_empty() && state.started >= state.limit;
        // One that is being started may be refused.
        let needs_none = state.starting == 0 && (state.coming > 0 || nobody_left);
        self.settled.store(needs_none, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
