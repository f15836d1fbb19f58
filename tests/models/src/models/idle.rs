//! No task is left in the queue while a worker sleeps that could run it.

use std::sync::Arc;

use loom::sync::Notify;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use crate::check::{Park, check};
use crate::idle::{Idle, Wake};
use crate::queue::Queue;
use crate::task::Runnable;

struct Pool {
    idle: Idle,
    queue: Queue<Runnable>,
    closed: AtomicBool,
    /// What the system lets start.
    threads: usize,
}

impl Pool {
    fn new(limit: usize) -> Arc<Self> {
        Self::with_threads(limit, limit)
    }

    fn with_threads(limit: usize, threads: usize) -> Arc<Self> {
        Arc::new(Self {
            idle: Idle::new(limit),
            queue: Queue::new(),
            closed: AtomicBool::new(false),
            threads,
        })
    }

    /// As `Scheduler::schedule`.
    fn spawn(self: &Arc<Self>, f: impl FnOnce() + Send + 'static) {
        self.queue.push(Runnable::new(f));
        self.wake_one();
    }

    /// As `Workers::wake_one` and `Workers::start`.
    fn wake_one(self: &Arc<Self>) {
        match self.idle.wake_one() {
            Wake::Nobody => {}
            Wake::Worker(waker) => waker.wake(),
            Wake::Start(index) if index < self.threads => {
                let pool = self.clone();
                thread::spawn(move || pool.work(index));
            }
            Wake::Start(_) => {
                assert!(self.idle.not_started());
                self.wake_one();
            }
        }
    }

    /// As `Worker::poll`, and the thread that polls it.
    fn work(self: &Arc<Self>, index: usize) {
        let park = Park::new();
        let waker = park.waker();
        let mut is_idle = true;
        loop {
            if let Ok(runnable) = self.queue.pop() {
                if is_idle {
                    is_idle = false;
                    self.idle.at_work(index);
                    if !self.queue.is_empty() {
                        self.wake_one();
                    }
                }
                runnable.run();
                continue;
            }
            if self.closed.load(Ordering::SeqCst) {
                return;
            }
            let was_idle = is_idle;
            is_idle = true;
            if !self.idle.sleep(index, &waker, was_idle) {
                park.park();
            }
        }
    }

    /// As `Workers::close`. A worker that sleeps on keeps the model from ending.
    fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.idle
            .wake_all()
            .into_iter()
            .for_each(|waker| waker.wake());
    }
}

/// Tells a thread when something has happened so many times.
struct Countdown {
    left: AtomicUsize,
    over: Notify,
}

impl Countdown {
    fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicUsize::new(count),
            over: Notify::new(),
        })
    }

    fn count(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.over.notify();
        }
    }

    fn wait(&self) {
        while self.left.load(Ordering::Acquire) > 0 {
            self.over.wait();
        }
    }
}

#[test]
fn a_worker_starts_for_the_tasks_of_two_threads() {
    check(2, || {
        let pool = Pool::new(1);
        let ran = Countdown::new(2);
        let other = thread::spawn({
            let (pool, ran) = (pool.clone(), ran.clone());
            move || pool.spawn(move || ran.count())
        });
        pool.spawn({
            let ran = ran.clone();
            move || ran.count()
        });
        ran.wait();
        other.join().unwrap();
        pool.close();
    });
}

#[test]
fn a_worker_that_falls_asleep_misses_no_task() {
    check(2, || {
        let pool = Pool::new(1);
        for _ in 0..2 {
            let ran = Countdown::new(1);
            pool.spawn({
                let ran = ran.clone();
                move || ran.count()
            });
            ran.wait();
        }
        pool.close();
    });
}

/// As long as a worker sleeps or may be started, a task has a thread although another blocks one.
#[test]
fn a_task_that_blocks_its_worker_holds_up_no_other() {
    check(2, || {
        let pool = Pool::new(2);
        let first = Countdown::new(1);
        let second = Countdown::new(1);
        pool.spawn({
            let (first, second) = (first.clone(), second.clone());
            move || {
                second.wait();
                first.count();
            }
        });
        pool.spawn(move || second.count());
        first.wait();
        pool.close();
    });
}

#[test]
fn a_worker_that_does_not_start_takes_no_task_along() {
    check(2, || {
        let pool = Pool::with_threads(2, 1);
        let ran = Countdown::new(3);
        let spawn = |pool: &Arc<Pool>, ran: &Arc<Countdown>| {
            let ran = ran.clone();
            pool.spawn(move || ran.count());
        };
        spawn(&pool, &ran);
        let other = thread::spawn({
            let (pool, ran) = (pool.clone(), ran.clone());
            move || spawn(&pool, &ran)
        });
        spawn(&pool, &ran);
        ran.wait();
        other.join().unwrap();
        pool.close();
    });
}

#[test]
fn a_worker_that_falls_asleep_sees_the_end() {
    check(2, || {
        let pool = Pool::new(2);
        let other = thread::spawn({
            let pool = pool.clone();
            move || pool.spawn(|| {})
        });
        pool.spawn(|| {});
        pool.close();
        other.join().unwrap();
    });
}
