//! The state of a task, which the task writes and a dump reads.

use std::panic::Location;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::clock;
use crate::runtime;
use crate::task::Id;
use crate::task::observe::{Kind, Origin};
use crate::waker::Kept;

/// What a task does. For a closure, `Runnable` means that it waits for a thread, and `Polling` that
/// it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    Waiting,
    Runnable,
    Polling,
    /// It is polled, and was woken since the poll began.
    PollingWoken,
}

impl Phase {
    const ALL: [Self; 4] = [
        Self::Waiting,
        Self::Runnable,
        Self::Polling,
        Self::PollingWoken,
    ];

    /// The number of bits of a state that the phase takes.
    const BITS: u32 = 2;
    const MASK: u64 = (1 << Self::BITS) - 1;
}

/// The phase and the time of its begin in one number.
#[inline]
fn pack(phase: Phase, since: u64) -> u64 {
    (since << Phase::BITS) | phase as u64
}

#[inline]
fn unpack(state: u64) -> (Phase, u64) {
    let phase = Phase::ALL[(state & Phase::MASK) as usize];
    (phase, state >> Phase::BITS)
}

/// A task, from its spawn to its end.
///
/// Each number is read and written on its own, so a dump that is made meanwhile may see one that is
/// a poll ahead of another. Nothing else depends on them, so all accesses are relaxed.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) place: &'static Location<'static>,
    pub(super) name: Option<Arc<str>>,
    pub(super) kind: Kind,
    /// `None` if the thread belongs to no runtime, in which case the spawn panics.
    pub(super) runtime: Option<runtime::Id>,
    pub(super) born: u64,
    /// Zero until the spawn has returned or the task has started.
    id: AtomicU64,
    state: AtomicU64,
    polls: AtomicU64,
    /// The duration of the last poll, of the longest one and of all, in nanoseconds.
    last: AtomicU64,
    longest: AtomicU64,
    busy: AtomicU64,
    /// The waker of the runtime, from the first poll on.
    pub(super) waker: OnceLock<Kept>,
    /// The place in the registry, which the registry's lock guards.
    pub(super) index: AtomicUsize,
}

impl Entry {
    #[inline]
    pub(super) fn new(origin: &Origin<'_>, runtime: Option<runtime::Id>) -> Self {
        let born = clock::now();
        Self {
            place: origin.place,
            name: origin.name.map(Arc::from),
            kind: origin.kind,
            runtime,
            born,
            id: AtomicU64::new(0),
            state: AtomicU64::new(pack(Phase::Runnable, born)),
            polls: AtomicU64::new(0),
            last: AtomicU64::new(0),
            longest: AtomicU64::new(0),
            busy: AtomicU64::new(0),
            waker: OnceLock::new(),
            index: AtomicUsize::new(0),
        }
    }

    #[inline]
    pub(super) fn set_id(&self, id: Id) {
        self.id.store(id.key(), Ordering::Relaxed);
    }

    /// Returns the id of the task, unless the task is only just being spawned.
    pub(super) fn id(&self) -> Option<Id> {
        match self.id.load(Ordering::Relaxed) {
            0 => None,
            key => Some(Id::from_key(key)),
        }
    }

    /// Notes that a poll begins, and returns the time.
    #[inline]
    pub(super) fn begin_poll(&self) -> u64 {
        let now = clock::now();
        self.state
            .store(pack(Phase::Polling, now), Ordering::Relaxed);
        now
    }

    /// Notes that the poll which began at this time has ended. Without `is_over` the task goes on.
    #[inline]
    pub(super) fn end_poll(&self, began: u64, is_over: bool) {
        let now = clock::now();
        let took = now.saturating_sub(began);
        // Only the thread that polls writes these.
        self.last.store(took, Ordering::Relaxed);
        if took > self.longest.load(Ordering::Relaxed) {
            self.longest.store(took, Ordering::Relaxed);
        }
        let add = |to: &AtomicU64, more| {
            to.store(to.load(Ordering::Relaxed) + more, Ordering::Relaxed);
        };
        add(&self.busy, took);
        add(&self.polls, 1);
        if is_over {
            return;
        }
        let polling = pack(Phase::Polling, began);
        let waiting = pack(Phase::Waiting, now);
        let ended =
            self.state
                .compare_exchange(polling, waiting, Ordering::Relaxed, Ordering::Relaxed);
        if ended.is_err() {
            let runnable = pack(Phase::Runnable, now);
            self.state.store(runnable, Ordering::Relaxed);
        }
    }

    /// Notes that the task is woken. Called before the runtime's waker, so that the poll which
    /// follows comes later.
    #[inline]
    pub(super) fn note_wake(&self) {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            let woken = match unpack(state) {
                (Phase::Waiting, _) => pack(Phase::Runnable, clock::now()),
                (Phase::Polling, since) => pack(Phase::PollingWoken, since),
                (Phase::Runnable | Phase::PollingWoken, _) => return,
            };
            match self.state.compare_exchange_weak(
                state,
                woken,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(newer) => state = newer,
            }
        }
    }

    pub(super) fn state(&self) -> (Phase, u64) {
        unpack(self.state.load(Ordering::Relaxed))
    }

    pub(super) fn polls(&self) -> u64 {
        self.polls.load(Ordering::Relaxed)
    }

    pub(super) fn last(&self) -> u64 {
        self.last.load(Ordering::Relaxed)
    }

    pub(super) fn longest(&self) -> u64 {
        self.longest.load(Ordering::Relaxed)
    }

    pub(super) fn busy(&self) -> u64 {
        self.busy.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry::new(&Origin::here(Kind::Task), None)
    }

    #[test]
    fn a_state_is_a_phase_and_its_begin() {
        let century = 100 * 365 * 24 * 60 * 60 * 1_000_000_000;
        for phase in Phase::ALL {
            assert_eq!(unpack(pack(phase, century)), (phase, century));
        }
    }

    #[test]
    fn a_task_that_note_wake_while_it_is_polled_is_runnable_afterwards() {
        let entry = entry();
        assert_eq!(entry.state().0, Phase::Runnable);
        let began = entry.begin_poll();
        assert_eq!(entry.state(), (Phase::Polling, began));
        entry.end_poll(began, false);
        assert_eq!(entry.state().0, Phase::Waiting);
        entry.note_wake();
        let (phase, since) = entry.state();
        assert_eq!(phase, Phase::Runnable);
        entry.note_wake();
        assert_eq!(entry.state(), (phase, since), "since its first wake");
        let began = entry.begin_poll();
        entry.note_wake();
        entry.note_wake();
        assert_eq!(entry.state(), (Phase::PollingWoken, began));
        entry.end_poll(began, false);
        assert_eq!(entry.state().0, Phase::Runnable);
        assert_eq!(entry.polls(), 2);
    }
}
