//! Timers for threads that run none of Tokio's tasks.
//!
//! A timer of Tokio ends with its runtime: whoever polls it later panics, and while a current-thread
//! runtime is not inside `block_on` it stands still. A plain thread, a blocking closure or another
//! executor may well go on then. So their timers are kept here, by a thread that is there while any
//! is waited for.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

static TIMERS: Timers = Timers {
    state: Mutex::new(State {
        waiting: BTreeMap::new(),
        last_id: 0,
        has_thread: false,
    }),
    changed: Condvar::new(),
};

/// The longest that the thread waits at a time; not every system takes any length.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

struct Timers {
    state: Mutex<State>,
    /// Tells the thread that another timer is the first.
    changed: Condvar,
}

/// Two timers may have one deadline, so each has a number.
type Key = (Instant, u64);

struct State {
    waiting: BTreeMap<Key, Waker>,
    last_id: u64,
    has_thread: bool,
}

impl Timers {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insert(&'static self, key: &mut Option<Key>, deadline: Instant, waker: &Waker) {
        // A waker may run anything when it is cloned, too, so the lock is not held.
        let waker = waker.clone();
        let mut state = self.lock();
        let key = *key.get_or_insert_with(|| {
            state.last_id += 1;
            (deadline, state.last_id)
        });
        let old = state.waiting.insert(key, waker);
        if !state.has_thread {
            start(|| self.wake_in_time());
            state.has_thread = true;
        } else if state.waiting.keys().next() == Some(&key) {
            self.changed.notify_one();
        }
        drop(state);
        drop(old);
    }

    fn remove(&self, key: Key) -> Option<Waker> {
        let mut state = self.lock();
        let was_first = state.waiting.keys().next() == Some(&key);
        let waker = state.waiting.remove(&key);
        drop(state);
        if was_first {
            self.changed.notify_one();
        }
        waker
    }

    /// The main function of the thread.
    fn wake_in_time(&self) {
        let mut state = self.lock();
        while let Some(first) = state.waiting.first_entry() {
            let left = first.key().0.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let waker = first.remove();
                // It may run anything, so the lock is not held.
                drop(state);
                // A panic has been told of by its hook, and concerns no other timer.
                let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
                state = self.lock();
            } else {
                (state, _) = self
                    .changed
                    .wait_timeout(state, left.min(LONG))
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
        state.has_thread = false;
    }
}

fn start(run: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new()
        .name("portable-timer".into())
        .spawn(run);
    if let Err(error) = thread {
        panic!("portable: cannot start the thread of the timers: {error}");
    }
}

/// A timer that works on every thread, with a runtime or without.
#[derive(Debug)]
pub(super) struct Timer {
    deadline: Instant,
    /// Where it waits, once it does.
    key: Option<Key>,
}

impl Timer {
    pub(super) fn at(deadline: Instant) -> Self {
        Self {
            deadline,
            key: None,
        }
    }

    /// Moves the deadline. Whoever waits is woken at the new one.
    pub(super) fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        let waker = self.key.take().and_then(|key| TIMERS.remove(key));
        self.deadline = deadline;
        if let Some(waker) = waker {
            let Self { deadline, key } = &mut *self;
            TIMERS.insert(key, *deadline, &waker);
        }
    }

    fn leave(&mut self) {
        if let Some(key) = self.key.take() {
            drop(TIMERS.remove(key));
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            self.leave();
            return Poll::Ready(());
        }
        let Self { deadline, key } = &mut *self;
        TIMERS.insert(key, *deadline, cx.waker());
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.leave();
    }
}
