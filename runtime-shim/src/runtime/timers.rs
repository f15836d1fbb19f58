//! Timers that belong to no runtime. A thread keeps them, which runs while there are timers and a
//! while longer.
//!
//! pollster has no timers. Those of Tokio and Embassy end with their runtime, or stop while no
//! thread is inside its `block_on`. A plain thread, a blocking closure or another executor may
//! still go on then, and waits here.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use super::{AsyncSleep, fork, refused};
use crate::waker::Kept;

static TIMERS: Timers = Timers {
    state: Mutex::new(State {
        heap: Heap::new(),
        has_thread: false,
    }),
    changed: Condvar::new(),
};

/// The longest time that the thread waits at once, because not every system accepts any length.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// The time that the thread stays when there are no timers. Starting a thread for each of many
/// short sleeps would take longer than the sleeps.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

struct Timers {
    state: Mutex<State>,
    /// Notifies the thread that the first timer has changed.
    changed: Condvar,
}

struct State {
    heap: Heap,
    has_thread: bool,
}

/// The number of wakers in all heaps.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Returns the number of tasks that wait for a timer here, or for one of Embassy's.
pub(super) fn waiting() -> usize {
    WAITING.load(Ordering::Relaxed)
}

/// The deadline of a timer and a number, because two timers may have one deadline.
pub(super) type Key = (Instant, u64);

/// The wakers of waiting tasks, in the order of their deadlines.
#[derive(Debug)]
pub(super) struct Heap {
    waiting: BTreeMap<Key, Kept>,
    last_id: u64,
}

impl Heap {
    pub(super) const fn new() -> Self {
        Self {
            waiting: BTreeMap::new(),
            last_id: 0,
        }
    }

    /// Adds a waker to wake at the deadline.
    pub(super) fn insert(&mut self, deadline: Instant, waker: Kept) -> Key {
        self.last_id += 1;
        let key = (deadline, self.last_id);
        self.waiting.insert(key, waker);
        WAITING.fetch_add(1, Ordering::Relaxed);
        key
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Kept> {
        let waker = self.waiting.remove(&key)?;
        WAITING.fetch_sub(1, Ordering::Relaxed);
        Some(waker)
    }

    fn first(&self) -> Option<Key> {
        self.waiting.keys().next().copied()
    }

    /// Removes the first waker if its deadline has passed, otherwise returns the deadline. Returns
    /// `None` if no task waits.
    pub(super) fn pop_due(&mut self) -> Option<Result<Kept, Instant>> {
        let first = self.waiting.first_entry()?;
        let deadline = first.key().0;
        Some(if deadline <= Instant::now() {
            WAITING.fetch_sub(1, Ordering::Relaxed);
            Ok(first.remove())
        } else {
            Err(deadline)
        })
    }

    /// Removes all wakers.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Kept> + use<> {
        WAITING.fetch_sub(self.waiting.len(), Ordering::Relaxed);
        std::mem::take(&mut self.waiting).into_values()
    }
}

impl Timers {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insert(&'static self, deadline: Instant, waker: Kept) -> Key {
        fork::assert();
        let mut state = self.lock();
        let key = state.heap.insert(deadline, waker);
        if !state.has_thread {
            if let Err(error) = start(|| self.wake_in_time()) {
                let waker = state.heap.remove(key);
                drop(state);
                // The waker may run any code, including this function, so it is dropped without the
                // lock.
                drop(waker);
                refused::timer("a thread", &error);
            }
            state.has_thread = true;
        } else if state.heap.first() == Some(key) {
            self.changed.notify_one();
        }
        key
    }

    fn remove(&self, key: Key) -> Option<Kept> {
        let mut state = self.lock();
        let was_first = state.heap.first() == Some(key);
        let waker = state.heap.remove(key);
        drop(state);
        if was_first {
            self.changed.notify_one();
        }
        waker
    }

    /// The main function of the thread.
    fn wake_in_time(&self) {
        let mut state = self.lock();
        let mut idle_since = None;
        loop {
            let time = match state.heap.pop_due() {
                Some(Ok(waker)) => {
                    // The waker may run any code, so the lock is not held.
                    drop(state);
                    waker.wake();
                    state = self.lock();
                    idle_since = None;
                    continue;
                }
                Some(Err(deadline)) => {
                    idle_since = None;
                    deadline.saturating_duration_since(Instant::now()).min(LONG)
                }
                None => {
                    let idle = idle_since.get_or_insert_with(Instant::now).elapsed();
                    if idle >= KEEP_ALIVE {
                        break;
                    }
                    KEEP_ALIVE - idle
                }
            };
            (state, _) = self
                .changed
                .wait_timeout(state, time)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.has_thread = false;
    }
}

fn start(run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name("portable-timer".into());
    thread.spawn(run).map(drop)
}

/// A timer that works on every thread, with or without a runtime.
#[derive(Debug)]
pub(super) struct Timer {
    deadline: Instant,
    /// The key of the waiting task's waker, while one waits.
    key: Option<Key>,
}

impl Timer {
    pub(super) fn at(deadline: crate::time::Instant) -> Self {
        Self {
            deadline: deadline.into_std(),
            key: None,
        }
    }

    pub(super) fn deadline(&self) -> crate::time::Instant {
        self.deadline.into()
    }

    /// Creates a timer that a task waits for already.
    pub(super) fn waiting(deadline: crate::time::Instant, waker: Kept) -> Self {
        let deadline = deadline.into_std();
        Self {
            deadline,
            key: Some(TIMERS.insert(deadline, waker)),
        }
    }

    /// Stops waiting. Returns the waker, if it has not been woken.
    pub(super) fn leave(&mut self) -> Option<Kept> {
        self.key.take().and_then(|key| TIMERS.remove(key))
    }
}

impl AsyncSleep for Timer {
    /// Moves the deadline. The waiting task is woken at the new one.
    fn reset(mut self: Pin<&mut Self>, deadline: crate::time::Instant) {
        self.deadline = deadline.into_std();
        if let Some(waker) = self.leave() {
            self.key = Some(TIMERS.insert(self.deadline, waker));
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Registers at each poll, because another task may await the timer.
        drop(self.leave());
        if Instant::now() >= self.deadline {
            return Poll::Ready(());
        }
        self.key = Some(TIMERS.insert(self.deadline, Kept::of(cx)));
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        drop(self.leave());
    }
}
