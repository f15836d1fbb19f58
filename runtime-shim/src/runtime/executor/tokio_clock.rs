//! The clock of a Tokio runtime beside ours, which goes with the clock of our runtime.
//!
//! Tokio advances a paused clock as soon as its own thread has nothing to do. Here that must wait until
//! ours has nothing to do either, so a closure that waits keeps the clock from being advanced. Our thread
//! grants an advance when it is idle: then Tokio's goes to the next timer of either runtime, and ours shows
//! the same.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use portable_reactor::tokio::runtime::Handle;
use portable_reactor::tokio::time::{self, Sleep};

use super::clock::{Beside, Clock};

/// The time for which [`Beside::fire`] waits at most.
const LONGEST: Duration = Duration::from_secs(1);

/// The time for which Tokio's thread waits for a grant before it looks for sockets.
const SHORTEST: Duration = Duration::from_micros(200);

const MILLISECOND: Duration = Duration::from_millis(1);

/// The clock of a Tokio runtime on the current-thread flavour.
pub(super) struct TokioClock {
    handle: Handle,
    ours: Weak<Clock>,
    state: Mutex<State>,
    /// Notified of grants, and of polls of the [`Control`] that somebody waits for.
    changed: Condvar,
    /// Wakes the thread that drives the runtime.
    driver: Mutex<Option<Waker>>,
    /// True while there is a grant.
    is_granted: AtomicBool,
}

#[derive(Default)]
struct State {
    is_paused: bool,
    /// True from the beginning of the end.
    is_over: bool,
    /// Ends the closure that keeps Tokio from advancing its clock.
    hold: Option<SyncSender<()>>,
    grant: Option<Grant>,
    /// The number of polls of the [`Control`].
    turns: u64,
    /// The number of polls that somebody waits for.
    awaited: u64,
    driving: Option<ThreadId>,
}

struct Grant {
    until: Option<Instant>,
    /// True once Tokio has a timer for `until`.
    is_set: bool,
    is_woken: Arc<AtomicBool>,
    thread: Waker,
}

impl TokioClock {
    pub(super) fn new(handle: Handle, ours: &Arc<Clock>) -> Arc<Self> {
        Arc::new(Self {
            handle,
            ours: Arc::downgrade(ours),
            state: Mutex::default(),
            changed: Condvar::new(),
            driver: Mutex::new(None),
            is_granted: AtomicBool::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Calls `f` inside of the runtime. Returns `None` while the thread ends and has no context.
    fn within<T>(&self, f: impl FnOnce() -> T) -> Option<T> {
        match Handle::try_current() {
            Err(error) if error.is_thread_local_destroyed() => None,
            _ => {
                let _runtime = self.handle.enter();
                Some(f())
            }
        }
    }

    fn now(&self) -> Option<Instant> {
        self.within(|| time::Instant::now().into_std())
    }

    /// Makes our clock show what Tokio's does.
    fn tell_ours(&self) {
        if let (Some(ours), Some(now)) = (self.ours.upgrade(), self.now()) {
            ours.advance_to(now);
        }
    }

    fn wake_driver(&self) {
        let driver = lock(&self.driver).clone();
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    /// Lets the clock go, and holds it no more.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.is_paused = false;
        drop(state.hold.take());
        drop(state.grant.take());
    }

    /// Runs on the driving thread before it waits, when no task of Tokio's is ready.
    pub(super) fn before_park(&self) {
        let mut state = self.state();
        if state.is_paused && state.grant.is_none() && state.hold.is_none() {
            // Our thread often grants the next advance soon, which spares the closure.
            let waits = |state: &mut State| state.is_paused && state.grant.is_none();
            (state, _) = self
                .changed
                .wait_timeout_while(state, SHORTEST, waits)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if !state.is_paused {
            return;
        }
        let ours = self.ours.upgrade();
        match &state.grant {
            None => state.hold(&self.handle),
            Some(grant) if !grant.is_set => {
                drop(state);
                // What is woken keeps Tokio from advancing its clock before the timer is set.
                self.wake_driver();
            }
            Some(grant)
                if !grant.is_woken.load(Ordering::SeqCst)
                    && ours.is_some_and(|ours| ours.is_quiet()) =>
            {
                // After this the thread is unparked, and comes here again.
                drop(state.hold.take());
            }
            Some(_) => {
                let refused = state.grant.take();
                self.is_granted.store(false, Ordering::SeqCst);
                state.hold(&self.handle);
                drop(state);
                if let Some(grant) = refused {
                    grant.thread.wake();
                }
            }
        }
    }

    /// Runs on the driving thread after it has waited and fired timers, before it polls anything.
    pub(super) fn after_park(&self) {
        if !self.state().is_paused {
            return;
        }
        self.tell_ours();
        let now = self.now();
        let is_reached = |grant: &mut Grant| grant.until <= now && grant.until.is_some();
        let reached = self.state().grant.take_if(is_reached);
        if let Some(grant) = reached {
            self.is_granted.store(false, Ordering::SeqCst);
            grant.thread.wake();
        }
    }
}

impl State {
    /// Keeps Tokio from advancing the clock: it does not while there is a closure.
    fn hold(&mut self, handle: &Handle) {
        if self.hold.is_none() {
            let (end, ended) = sync_channel::<()>(0);
            handle.spawn_blocking(move || {
                let _ = ended.recv();
            });
            self.hold = Some(end);
        }
    }
}

impl Beside for TokioClock {
    fn pause(&self, now: Instant) -> Instant {
        let mut state = self.state();
        if state.is_over || state.is_paused {
            return now;
        }
        state.hold(&self.handle);
        let paused = self.within(|| {
            // A dependency may have paused it already.
            if !stands() {
                time::pause();
            }
            let shown = time::Instant::now().into_std();
            advance(now.saturating_duration_since(shown));
            shown.max(now)
        });
        state.is_paused = paused.is_some();
        paused.unwrap_or(now)
    }

    fn resume(&self) {
        let mut state = self.state();
        if std::mem::take(&mut state.is_paused) {
            self.within(|| {
                if stands() {
                    time::resume();
                }
            });
            drop(state.hold.take());
            drop(state.grant.take());
            self.is_granted.store(false, Ordering::SeqCst);
            drop(state);
            self.wake_driver();
        }
    }

    fn add(&self, duration: Duration) {
        if self.state().is_paused {
            self.within(|| advance(duration));
            self.wake_driver();
        }
    }

    fn fire(&self) {
        let mut state = self.state();
        let is_here = state.driving == Some(thread::current().id());
        if !state.is_paused || is_here {
            return;
        }
        // The first comes after the clock was advanced, the second after its timers were fired.
        let awaited = state.turns + 2;
        state.awaited = awaited;
        drop(state);
        self.wake_driver();
        let _ = self
            .changed
            .wait_timeout_while(self.state(), LONGEST, |state| state.turns < awaited);
    }

    fn grant(&self, until: Option<Instant>, is_woken: &Arc<AtomicBool>, thread: &Waker) {
        let mut state = self.state();
        if !state.is_paused {
            return;
        }
        state.grant = Some(Grant {
            until,
            is_set: false,
            is_woken: is_woken.clone(),
            thread: thread.clone(),
        });
        self.is_granted.store(true, Ordering::SeqCst);
        drop(state);
        self.changed.notify_all();
        self.wake_driver();
    }

    fn revoke(&self) {
        let mut state = self.state();
        if state.is_paused {
            let grant = state.grant.take();
            self.is_granted.store(false, Ordering::SeqCst);
            drop(state);
            drop(grant);
            self.tell_ours();
        }
    }

    fn woken(&self) {
        // Tokio does not advance its clock if it is woken at the last moment.
        if self.is_granted.load(Ordering::SeqCst) {
            self.wake_driver();
        }
    }
}

/// The part of a clock that the driving thread polls. It is never ready.
pub(super) struct Control {
    clock: Arc<TokioClock>,
    /// The timer at which a grant ends.
    until: Option<Pin<Box<Sleep>>>,
}

impl Control {
    pub(super) fn new(clock: Arc<TokioClock>) -> Self {
        Self { clock, until: None }
    }
}

impl Future for Control {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self {
            clock,
            until: timer,
        } = self.get_mut();
        let waker = cx.waker().clone();
        *lock(&clock.driver) = Some(waker);
        let mut state = clock.state();
        state.driving.get_or_insert_with(|| thread::current().id());
        if let Some(grant) = &mut state.grant
            && !grant.is_set
        {
            *timer = grant
                .until
                .map(|until| Box::pin(time::sleep_until(in_ticks(until))));
            if let Some(timer) = timer {
                let _ = timer.as_mut().poll(cx);
            }
            grant.is_set = true;
        }
        // Tokio fires timers between two polls.
        state.turns += 1;
        if state.turns < state.awaited {
            cx.waker().wake_by_ref();
        } else {
            clock.changed.notify_all();
        }
        Poll::Pending
    }
}

/// Returns the deadline for which Tokio advances its clock to `until`, by whole milliseconds, or less than a
/// millisecond further. Its own rounding, from another beginning, would add up to another millisecond.
fn in_ticks(until: Instant) -> time::Instant {
    let now = time::Instant::now();
    let left = until.saturating_duration_since(now.into_std());
    let ticks = left.as_nanos().div_ceil(MILLISECOND.as_nanos());
    let Ok(whole) = u64::try_from(ticks.saturating_sub(1)) else {
        return until.into();
    };
    now + Duration::from_millis(whole) + Duration::from_nanos(1)
}

/// Adds `duration` to the clock of the runtime that this thread is inside of.
fn advance(duration: Duration) {
    let mut cx = Context::from_waker(Waker::noop());
    // The first poll advances the clock. The second would only let the other tasks run.
    let _ = std::pin::pin!(time::advance(duration)).poll(&mut cx);
}

/// Returns whether the clock of the runtime that this thread is inside of stands.
fn stands() -> bool {
    let first = time::Instant::now();
    let start = Instant::now();
    while Instant::now() == start {}
    time::Instant::now() == first
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for TokioClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokioClock").finish_non_exhaustive()
    }
}
