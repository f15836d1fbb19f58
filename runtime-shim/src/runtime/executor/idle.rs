//! Tracks which workers sleep, and decides when to wake or start one.

use std::sync::PoisonError;
use std::task::Waker;

use super::sync::atomic::{AtomicBool, Ordering, fence};
use super::sync::{Mutex, MutexGuard};

/// The action that a wake-up asks of its caller.
#[derive(Debug)]
pub(super) enum Wake {
    /// Do nothing: a worker is coming already, or all workers are busy.
    Nobody,
    /// Wake this worker.
    Worker(Waker),
    /// Start a worker with this index, then call [`has_started`](Idle::has_started) or
    /// [`not_started`](Idle::not_started).
    Start(usize),
}

/// The workers that sleep, are coming, or have not been started.
///
/// A worker is coming from its wake-up or its start until it finds a task or goes to sleep. At most
/// one worker is coming at a time. When it finds a task, it wakes or starts the next worker if
/// there is more to do. So a burst of tasks wakes only as many workers as it keeps busy.
#[derive(Debug)]
pub(super) struct Idle {
    /// True if a new task needs no wake-up. Most wake-ups read only this flag, and not the state
    /// behind the lock.
    settled: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    sleeping: Vec<(usize, Waker)>,
    /// The number of workers that were woken or started and are still looking for a task.
    coming: usize,
    started: usize,
    limit: usize,
    /// The number of workers that are being started, which the operating system may refuse.
    starting: usize,
    /// True if a wake-up relied on a worker that is still being started.
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

    /// Returns whether nobody has to be woken for a task. Must be called after the task was queued.
    #[inline]
    pub(super) fn is_settled(&self) -> bool {
        // Either this load sees that a worker went to sleep, or the worker sees the task, because
        // it does the two steps in the opposite order: it stores the flag, then checks the queues.
        fence(Ordering::SeqCst);
        self.settled.load(Ordering::Relaxed)
    }

    /// Chooses a worker to wake or start. Called where it [is not settled](Self::is_settled).
    ///
    /// `here` is the index of the worker that this thread is, if it is one. If that worker sleeps, it
    /// is the one to wake: its thread is in the reactor, whose events wake the tasks, and is about to
    /// run them. Another thread would cost a switch for each event.
    pub(super) fn wake_one(&self, here: Option<usize>) -> Wake {
        let mut state = self.lock();
        if state.coming > 0 {
            state.is_left |= state.starting > 0;
            return Wake::Nobody;
        }
        self.send_one(&mut state, true, here)
    }

    /// Claims a worker that has not been started, although there may be nothing to do. Its index is
    /// treated as that of [`Wake::Start`].
    pub(super) fn start_another(&self) -> Option<usize> {
        let mut state = self.lock();
        if state.started >= state.limit {
            return None;
        }
        state.started += 1;
        state.starting += 1;
        state.coming += 1;
        self.settle(&state);
        Some(state.started - 1)
    }

    fn send_one(&self, state: &mut State, may_start: bool, here: Option<usize>) -> Wake {
        let is_here = |(worker, _): &(usize, Waker)| Some(*worker) == here;
        let sleeping = match state.sleeping.iter().position(is_here) {
            Some(place) => Some(state.sleeping.remove(place)),
            None => state.sleeping.pop(),
        };
        let wake = if let Some((_, waker)) = sleeping {
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

    /// Records that the operating system has given a thread to a worker that was being started.
    pub(super) fn has_started(&self) {
        let mut state = self.lock();
        state.starting -= 1;
        state.is_left &= state.starting > 0;
        self.settle(&state);
    }

    /// Records that a worker could not be started. Returns what to do for the tasks that relied on
    /// it: wake a worker that has fallen asleep meanwhile, or try to start one again if a task was
    /// queued meanwhile.
    pub(super) fn not_started(&self) -> Wake {
        let mut state = self.lock();
        state.coming -= 1;
        state.started -= 1;
        state.starting -= 1;
        let is_left = std::mem::take(&mut state.is_left);
        self.send_one(&mut state, is_left, None)
    }

    /// Records that a worker has found a task. The worker was coming, or is listed as sleeping.
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

    /// Records that a worker has found no task. Returns whether it must look once more before it
    /// sleeps.
    ///
    /// `is_idle` is `true` if the worker has not been [at work](Self::at_work) since its start or
    /// its last call of `sleep`.
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

    /// Returns the wakers of all sleeping workers. No worker is started after this call.
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
        // The operating system may refuse a worker that is being started, so wake-ups still take
        // the lock to record that they rely on it.
        let needs_none = state.starting == 0 && (state.coming > 0 || nobody_left);
        self.settled.store(needs_none, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
