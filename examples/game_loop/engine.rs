//! The engine: a queue of ready scripts with a budget for each frame, timers on the time of the game,
//! and the loop of frames.

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use portable::runtime::{CustomRuntime, Runnable};

const FRAMES_A_SECOND: u32 = 60;

/// The time that a frame takes.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / FRAMES_A_SECOND as u64);

/// The part of a frame that is for scripts. The rest is for what else an engine does.
const BUDGET: Duration = Duration::from_millis(8);

pub(crate) struct Engine {
    ready: Mutex<VecDeque<Runnable>>,
    time: Mutex<Time>,
    /// The wakers of those who wait for the next frame.
    waiting: Mutex<Vec<Waker>>,
    frame: AtomicUsize,
    polls: AtomicUsize,
    late: AtomicUsize,
    is_paced: AtomicBool,
}

/// The time of the game, and who waits for it.
struct Time {
    now: Duration,
    /// In percent of the clock's.
    speed: u32,
    timers: BTreeMap<(Duration, usize), Waker>,
    last_timer: usize,
}

impl Time {
    /// Goes on by a frame. Returns the timers that are due.
    fn advance(&mut self) -> BTreeMap<(Duration, usize), Waker> {
        self.now += FRAME * self.speed / 100;
        let later = self.timers.split_off(&(self.now, usize::MAX));
        std::mem::replace(&mut self.timers, later)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    pub(crate) const fn new() -> Self {
        Self {
            ready: Mutex::new(VecDeque::new()),
            time: Mutex::new(Time {
                now: Duration::ZERO,
                speed: 100,
                timers: BTreeMap::new(),
                last_timer: 0,
            }),
            waiting: Mutex::new(Vec::new()),
            frame: AtomicUsize::new(0),
            polls: AtomicUsize::new(0),
            late: AtomicUsize::new(0),
            is_paced: AtomicBool::new(true),
        }
    }

    /// Polls ready scripts until none is left or `budget` is used up. What is left over comes first in
    /// the next frame.
    pub(crate) fn tick(&self, budget: Duration) {
        let end = Instant::now() + budget;
        // The lock is not held during the poll, which may wake another script.
        while let Some(runnable) = { lock(&self.ready).pop_front() } {
            runnable.run();
            self.polls.fetch_add(1, Ordering::Relaxed);
            if Instant::now() >= end {
                break;
            }
        }
    }

    /// Waits for the beginning of the next frame.
    pub(crate) fn next_frame(&self) -> impl Future<Output = ()> + '_ {
        let this = self.frame.load(Ordering::Relaxed);
        poll_fn(move |cx| {
            if self.frame.load(Ordering::Relaxed) > this {
                return Poll::Ready(());
            }
            lock(&self.waiting).push(cx.waker().clone());
            Poll::Pending
        })
    }

    /// Sets the speed of the game's time, in percent: 100 is that of the clock, and 0 a pause.
    pub(crate) fn set_speed(&self, percent: u32) {
        lock(&self.time).speed = percent;
    }

    /// Sets whether a frame waits until it is due.
    pub(crate) fn set_paced(&self, is_paced: bool) {
        self.is_paced.store(is_paced, Ordering::Relaxed);
    }

    pub(crate) fn frame(&self) -> usize {
        self.frame.load(Ordering::Relaxed)
    }

    /// The time of the game, and its speed in percent.
    pub(crate) fn time(&self) -> (Duration, u32) {
        let time = lock(&self.time);
        (time.now, time.speed)
    }

    /// The number of scripts that are ready.
    pub(crate) fn ready(&self) -> usize {
        lock(&self.ready).len()
    }

    /// The number of polls so far.
    pub(crate) fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    /// The number of frames that ended too late.
    pub(crate) fn late(&self) -> usize {
        self.late.load(Ordering::Relaxed)
    }

    fn begin_frame(&self) {
        self.frame.fetch_add(1, Ordering::Relaxed);
        let due = lock(&self.time).advance();
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        due.into_values().chain(waiting).for_each(Waker::wake);
    }

    /// Waits until the frame is due that ends at `end`.
    fn end_frame(&self, end: &mut Instant) {
        if !self.is_paced.load(Ordering::Relaxed) {
            return;
        }
        *end += FRAME;
        let now = Instant::now();
        if now < *end {
            thread::sleep(*end - now);
        } else {
            self.late.fetch_add(1, Ordering::Relaxed);
            *end = now;
        }
    }
}

impl CustomRuntime for &'static Engine {
    fn schedule(&self, runnable: Runnable) {
        lock(&self.ready).push_back(runnable);
    }

    /// The loop of frames, until `main` is done.
    fn block_on(&self, mut main: Pin<&mut dyn Future<Output = ()>>) {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        let mut end = Instant::now();
        loop {
            self.begin_frame();
            if woken.0.swap(false, Ordering::Relaxed) && main.as_mut().poll(&mut cx).is_ready() {
                return;
            }
            self.tick(BUDGET);
            self.end_frame(&mut end);
        }
    }

    /// What `portable::time::sleep` waits for: as much time of the game as is left on the clock.
    fn sleep_until(
        &self,
        deadline: portable::time::Instant,
    ) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        let left = deadline.saturating_duration_since(portable::time::Instant::now());
        Some(Box::pin(Timer {
            engine: self,
            deadline: lock(&self.time).now + left,
            key: None,
        }))
    }

    fn name(&self) -> &'static str {
        "engine"
    }
}

/// Whether `main` was woken. The loop looks at it once a frame.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A timer on the time of the game.
struct Timer {
    engine: &'static Engine,
    deadline: Duration,
    key: Option<(Duration, usize)>,
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut time = lock(&self.engine.time);
        if time.now >= self.deadline {
            return Poll::Ready(());
        }
        let key = self.key.unwrap_or_else(|| {
            time.last_timer += 1;
            (self.deadline, time.last_timer)
        });
        time.timers.insert(key, cx.waker().clone());
        drop(time);
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let waker = lock(&self.engine.time).timers.remove(&key);
            drop(waker);
        }
    }
}
