//! A thread inside `block_on` that would wait for ever, because its clock is paused and no timer is pending.
//!
//! Tokio does not tell what its thread waits for. But once the thread has waited for a while, a timer in the
//! far future is set: Tokio advances the clock that far only if nothing else can happen.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use tokio::time::{self, Sleep};

use super::counted;
use super::end::End;
use crate::runtime::clock::waits_for_ever;
use crate::runtime::timers::Timer;
use crate::waker::Kept;

/// The real time for which the thread waits, in case a thread or a process outside wakes a task.
const GRACE: Duration = Duration::from_secs(1);

/// The virtual time after which nothing is expected to happen.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// What is known of the thread that drives a runtime.
#[derive(Debug, Default)]
pub(super) struct Watch {
    is_paused: AtomicBool,
    /// The number of descriptors that the runtime watches for us. Somebody may wait for one.
    descriptors: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The real time since when the thread waits.
    waits_since: Option<Instant>,
    /// The waker of the future of `block_on`.
    main: Option<Waker>,
    /// The timer that ends when the thread may have waited for long enough.
    grace: Option<Timer>,
    probe: Probe,
}

/// A timer in the far future.
#[derive(Debug, Default)]
enum Probe {
    #[default]
    None,
    /// It is to be set.
    Wanted,
    /// It is set, and the future of `block_on` is polled once more: Tokio does not advance its clock just after
    /// somebody has woken the thread.
    Set(Pin<Box<Sleep>>),
    /// The thread is about to wait.
    Armed(Pin<Box<Sleep>>),
    /// The thread waits since this virtual time, and nothing has woken it since the timer was set.
    Waits(Pin<Box<Sleep>>, time::Instant),
}

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_paused(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::Relaxed);
    }

    fn is_paused(&self) -> bool {
        self.is_paused.load(Ordering::Relaxed)
    }

    /// Runs on the driving thread before it waits.
    pub(super) fn before_park(&self, end: &Weak<End>) {
        if !self.is_paused() {
            return;
        }
        let now = Instant::now();
        let mut state = self.state();
        state.waits_since = Some(now);
        let probe = std::mem::take(&mut state.probe);
        match probe {
            Probe::Armed(sleep) => state.probe = Probe::Waits(sleep, time::Instant::now()),
            // Tokio advances its clock in several steps, and makes one only if nothing else can happen.
            Probe::Waits(sleep, since) if since < time::Instant::now() => {
                state.probe = Probe::Waits(sleep, time::Instant::now());
            }
            Probe::Wanted | Probe::Set(_) => state.probe = probe,
            // Something has happened since.
            Probe::Waits(..) | Probe::None => {
                if state.grace.is_none() {
                    state.grace = Some(check_after(end.clone(), now + GRACE));
                }
            }
        }
    }

    /// Runs on the driving thread after it has waited.
    pub(super) fn after_park(&self) {
        if self.is_paused() {
            self.state().waits_since = None;
        }
    }

    /// Checks whether the thread has waited for long enough. Wakes it if it has, and otherwise checks again.
    fn check(&self, end: &Weak<End>) {
        let mut state = self.state();
        let is_idle = self.descriptors.load(Ordering::SeqCst) == 0;
        let since = state.waits_since.filter(|_| is_idle && self.is_paused());
        if since.is_some_and(|since| since.elapsed() >= GRACE) {
            state.grace = None;
            state.probe = Probe::Wanted;
            let main = state.main.clone();
            drop(state);
            if let Some(main) = main {
                main.wake();
            }
        } else if self.is_paused() {
            let since = since.unwrap_or_else(Instant::now);
            state.grace = Some(check_after(end.clone(), since + GRACE));
        } else {
            state.grace = None;
        }
    }

    /// Returns whether the far future has come. Sets the timer that is wanted.
    fn is_over(&self, cx: &mut Context<'_>) -> bool {
        let mut state = self.state();
        if state
            .main
            .as_ref()
            .is_none_or(|main| !main.will_wake(cx.waker()))
        {
            state.main = Some(cx.waker().clone());
        }
        let probe = std::mem::take(&mut state.probe);
        let is_over = matches!(&probe, Probe::Waits(sleep, _) if sleep.is_elapsed());
        state.probe = match probe {
            Probe::Wanted => {
                let mut sleep = Box::pin(time::sleep(FAR));
                let _ = sleep.as_mut().poll(cx);
                cx.waker().wake_by_ref();
                Probe::Set(sleep)
            }
            Probe::Set(sleep) => Probe::Armed(sleep),
            other => other,
        };
        is_over
    }
}

/// Returns a timer after which the thread is checked.
fn check_after(end: Weak<End>, at: Instant) -> Timer {
    let waker = Waker::from(Arc::new(Check(end)));
    Timer::waiting(at.into(), Kept::of(&Context::from_waker(&waker)))
}

struct Check(Weak<End>);

impl Wake for Check {
    fn wake(self: Arc<Self>) {
        if let Some(end) = self.0.upgrade() {
            end.watch().check(&self.0);
        }
    }
}

/// Awaits `future`, the one of `block_on`.
///
/// # Panics
///
/// Panics if the thread can only wait for ever.
pub(super) async fn watched<F: Future>(end: Arc<End>, future: F) -> F::Output {
    /// Forgets what refers to the runtime, which would otherwise keep itself alive.
    struct Forget<'a>(&'a Watch);

    impl Drop for Forget<'_> {
        fn drop(&mut self) {
            let mut state = self.0.state();
            let forgotten = (state.main.take(), std::mem::take(&mut state.probe));
            drop(state);
            drop(forgotten);
        }
    }

    let watch = end.watch();
    let _forget = Forget(watch);
    let mut future = pin!(future);
    poll_fn(|cx| {
        if watch.is_paused() && watch.is_over(cx) {
            let tasks = counted::tasks(end.counters());
            let alive = tasks.spawned.saturating_sub(tasks.ended());
            panic!("{}", waits_for_ever(alive, end.id()));
        }
        future.as_mut().poll(cx)
    })
    .await
}

/// A descriptor that a runtime watches.
#[cfg(feature = "_reactor")]
#[derive(Debug)]
pub(super) struct Descriptor(Option<Arc<End>>);

#[cfg(feature = "_reactor")]
impl Descriptor {
    /// Counts a descriptor of the runtime that this thread is inside of.
    pub(super) fn new() -> Self {
        let end = End::current();
        if let Some(end) = &end {
            end.watch().descriptors.fetch_add(1, Ordering::SeqCst);
        }
        Self(end)
    }
}

#[cfg(feature = "_reactor")]
impl Drop for Descriptor {
    fn drop(&mut self) {
        if let Some(end) = &self.0 {
            end.watch().descriptors.fetch_sub(1, Ordering::SeqCst);
        }
    }
}
