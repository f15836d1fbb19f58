//! The clock of a runtime on the current-thread flavour, which can be paused.
//!
//! While it is paused, the thread inside `block_on` advances it to the next timer when it finds
//! nothing to do. All timers of the runtime wait here, also while the clock runs: then each has a
//! timer of the system too. So a pause moves no timer.

use std::collections::BTreeMap;
#[cfg(feature = "tokio-context")]
use std::fmt;
#[cfg(feature = "tokio-context")]
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
#[cfg(feature = "tokio-context")]
use std::sync::{Arc, OnceLock};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Context;
#[cfg(feature = "tokio-context")]
use std::task::Waker;
use std::time::{Duration, Instant};

#[cfg(feature = "_reactor")]
use super::awaited::Awaited;
use crate::waker::Kept;

/// True once a clock was paused. Before that, each clock shows the time of the system.
static IS_USED: AtomicBool = AtomicBool::new(false);

/// Returns whether a clock may show another time than that of the system.
#[inline]
pub(super) fn is_used() -> bool {
    IS_USED.load(Ordering::Relaxed)
}

/// The deadline of a timer and a number, because two timers may have one deadline.
pub(super) type Key = (Instant, u64);

/// The clock of one runtime.
#[derive(Debug)]
pub(super) struct Clock {
    state: Mutex<State>,
    /// The descriptors that tasks wait for.
    #[cfg(feature = "_reactor")]
    pub(super) awaited: Awaited,
    /// The number of reasons for which the time must not be advanced, such as closures.
    holds: AtomicUsize,
    /// The thread that waits for the end of the holds.
    waiting_for_holds: Mutex<Option<Kept>>,
    /// The clock of the Tokio runtime beside this one, if there is one and it can be paused.
    #[cfg(feature = "tokio-context")]
    beside: OnceLock<Arc<dyn Beside>>,
}

/// A clock that goes with ours: that of a Tokio runtime beside this one. It may be asked at any time, but
/// not while the state of our clock is locked.
#[cfg(feature = "tokio-context")]
pub(super) trait Beside: fmt::Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// Stops the clock at `now` or later. Returns what it shows.
    fn pause(&self, now: Instant) -> Instant;

    /// Lets the clock run again.
    fn resume(&self);

    /// Adds `duration` to a clock that stands.
    fn add(&self, duration: Duration);

    /// Waits, not for long, until the timers whose time has come have fired.
    fn fire(&self);

    /// Lets the clock advance to its timers until `until`, and no longer than `is_woken` is false. If
    /// something else must be done first, wakes `thread`.
    fn grant(&self, until: Option<Instant>, is_woken: &Arc<AtomicBool>, thread: &Waker);

    /// Ends what [`grant`](Self::grant) allows. Afterwards our clock shows what this one does.
    fn revoke(&self);

    /// Says that the `is_woken` of a grant has become true.
    fn woken(&self);
}

#[derive(Debug)]
struct State {
    time: Time,
    waiting: BTreeMap<Key, Kept>,
    last_id: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Time {
    /// The clock of the system.
    Real,
    /// The clock showed `shown` when that of the system showed `system`, and runs since then.
    Runs {
        shown: Instant,
        system: Instant,
    },
    Stands(Instant),
}

impl Time {
    fn now(self) -> Instant {
        match self {
            Self::Real => Instant::now(),
            Self::Runs { shown, system } => shown + system.elapsed(),
            Self::Stands(now) => now,
        }
    }

    /// Returns what the system's clock shows at `deadline`, or `None` if the clock stands.
    pub(super) fn in_system(self, deadline: Instant) -> Option<Instant> {
        match self {
            Self::Real => Some(deadline),
            Self::Runs { shown, system } => {
                Some(system + deadline.saturating_duration_since(shown))
            }
            Self::Stands(_) => None,
        }
    }
}

/// What the thread that finds nothing to do may do with a clock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Idle {
    /// Wait until it is woken.
    Waits,
    /// Look again: a descriptor is ready, and its task is about to be woken.
    #[cfg(feature = "_reactor")]
    Looks,
    /// Advance the clock, unless it finds something to do after all.
    MayAdvance,
}

impl Clock {
    pub(super) fn new(is_paused: bool) -> Self {
        let clock = Self {
            state: Mutex::new(State {
                time: Time::Real,
                waiting: BTreeMap::new(),
                last_id: 0,
            }),
            #[cfg(feature = "_reactor")]
            awaited: Awaited::default(),
            holds: AtomicUsize::new(0),
            waiting_for_holds: Mutex::new(None),
            #[cfg(feature = "tokio-context")]
            beside: OnceLock::new(),
        };
        if is_paused {
            clock.pause();
        }
        clock
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn now(&self) -> Instant {
        self.lock().time.now()
    }

    pub(super) fn is_paused(&self) -> bool {
        matches!(self.lock().time, Time::Stands(_))
    }

    /// Stops the clock. Returns whether it ran.
    pub(super) fn pause(&self) -> bool {
        IS_USED.store(true, Ordering::Relaxed);
        if self.is_paused() {
            return false;
        }
        let now = self.now();
        #[cfg(feature = "tokio-context")]
        let now = self.beside().map_or(now, |beside| beside.pause(now));
        let mut state = self.lock();
        let runs = !matches!(state.time, Time::Stands(_));
        state.time = Time::Stands(now);
        runs
    }

    /// Lets the clock run again. Returns whether it stood.
    pub(super) fn resume(&self) -> bool {
        let mut state = self.lock();
        let Time::Stands(shown) = state.time else {
            return false;
        };
        state.time = Time::Runs {
            shown,
            system: Instant::now(),
        };
        // Each task polls its timer again, which gets a timer of the system.
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        #[cfg(feature = "tokio-context")]
        if let Some(beside) = self.beside() {
            beside.resume();
        }
        waiting.into_values().for_each(Kept::wake);
        true
    }

    /// Adds `duration` to a clock that stands. Returns whether it does.
    pub(super) fn add(&self, duration: Duration) -> bool {
        let mut state = self.lock();
        let Time::Stands(now) = &mut state.time else {
            return false;
        };
        *now += duration;
        drop(state);
        #[cfg(feature = "tokio-context")]
        if let Some(beside) = self.beside() {
            beside.add(duration);
        }
        true
    }

    /// Wakes the tasks whose time has come, in the order of their deadlines.
    pub(super) fn fire(&self) {
        let mut state = self.lock();
        let now = state.time.now();
        let later = state.waiting.split_off(&(now, u64::MAX));
        let due = std::mem::replace(&mut state.waiting, later);
        drop(state);
        due.into_values().for_each(Kept::wake);
    }

    /// Keeps the clock from being advanced until [`release`](Self::release).
    pub(super) fn hold(&self) {
        self.holds.fetch_add(1, Ordering::SeqCst);
    }

    /// Ends a [`hold`](Self::hold). After the last one, wakes the thread that waits for it.
    pub(super) fn release(&self) {
        if self.holds.fetch_sub(1, Ordering::SeqCst) == 1 {
            let waiting = lock(&self.waiting_for_holds).take();
            if let Some(waiting) = waiting {
                waiting.wake();
            }
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.holds.load(Ordering::SeqCst) > 0
    }

    /// Tells a thread inside `block_on` that has nothing to do, and that `cx` wakes, how to go on.
    pub(super) fn idle(&self, cx: &Context<'_>) -> Idle {
        if !self.is_paused() {
            return Idle::Waits;
        }
        if self.is_held() {
            let waker = Kept::of(cx);
            let old = lock(&self.waiting_for_holds).replace(waker);
            drop(old);
            // Checked again, because the last hold may have ended before the waker was there.
            if self.is_held() {
                return Idle::Waits;
            }
        }
        #[cfg(feature = "_reactor")]
        if self.awaited.is_one_ready() {
            return Idle::Looks;
        }
        Idle::MayAdvance
    }

    /// Returns whether nothing that is known here will wake a task: the clock stands and nothing holds it,
    /// and no task waits for a timer or a descriptor.
    pub(super) fn is_stalled(&self) -> bool {
        #[cfg(feature = "_reactor")]
        if !self.awaited.is_empty() {
            return false;
        }
        let is_held = self.is_held();
        let state = self.lock();
        !is_held && matches!(state.time, Time::Stands(_)) && state.waiting.is_empty()
    }

    /// Returns the deadline of the next timer.
    pub(super) fn next(&self) -> Option<Instant> {
        self.lock().waiting.keys().next().map(|key| key.0)
    }

    /// Advances a clock that stands to `now`, unless it is there, and wakes the tasks whose time has come.
    pub(super) fn advance_to(&self, now: Instant) {
        if let Time::Stands(shown) = &mut self.lock().time {
            *shown = (*shown).max(now);
        }
        self.fire();
    }

    /// Waits for `deadline`. Returns `None` if it has come.
    pub(super) fn wait(&self, deadline: Instant, cx: &Context<'_>) -> Option<(Key, Time)> {
        let has_come = self.now() >= deadline;
        (!has_come).then(|| self.insert(deadline, Kept::of(cx)))
    }

    /// Adds a waker to wake at the deadline.
    pub(super) fn insert(&self, deadline: Instant, waker: Kept) -> (Key, Time) {
        let mut state = self.lock();
        state.last_id += 1;
        let key = (deadline, state.last_id);
        state.waiting.insert(key, waker);
        (key, state.time)
    }

    /// Stops waiting. Returns the waker, if it has not been woken.
    pub(super) fn leave(&self, key: Key) -> Option<Kept> {
        self.lock().waiting.remove(&key)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(feature = "tokio-context")]
impl Clock {
    /// Makes `beside` go with this clock.
    pub(super) fn take_along(&self, beside: Arc<dyn Beside>) {
        let now = self.now();
        if self.is_paused() {
            self.advance_to(beside.pause(now));
        }
        let _ = self.beside.set(beside);
    }

    /// Returns whether nothing keeps the clock from being advanced, as far as it knows.
    pub(super) fn is_quiet(&self) -> bool {
        #[cfg(feature = "_reactor")]
        if self.awaited.is_one_ready() {
            return false;
        }
        !self.is_held()
    }

    /// Returns the clock that goes with this one.
    pub(super) fn beside(&self) -> Option<&dyn Beside> {
        self.beside.get().map(|beside| &**beside)
    }
}
