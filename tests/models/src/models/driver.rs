//! Checks that the thread inside `block_on` misses no wake-up, and that no task is left between two
//! such threads.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, Waker};

use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::check::{block_on, check};
use crate::current_thread::CurrentThread;
use crate::driver::Driver;
use crate::local::Local;
use crate::main_loop::MainLoop;
use crate::scheduler::{Scheduler, Threads};
use crate::task::Runnable;
use crate::workers::Workers;

fn current_thread() -> Arc<Scheduler> {
    Scheduler::new(Threads::Current(CurrentThread::default()), block_on)
}

/// Makes a scheduler whose tasks do not run on the thread inside `block_on`.
fn multi_thread() -> Arc<Scheduler> {
    Scheduler::new(Threads::Workers(Workers::new(0)), block_on)
}

/// Does the work of `Instance::run`.
fn run(scheduler: &Arc<Scheduler>, main: impl Future<Output = ()>) {
    let driver = Arc::new(Driver::default());
    let local = Local::new(&driver);
    run_with(scheduler, &driver, &local, main);
}

fn run_with(
    scheduler: &Arc<Scheduler>,
    driver: &Arc<Driver>,
    local: &Local,
    main: impl Future<Output = ()>,
) {
    let main = pin!(main);
    let main_loop = MainLoop::new(driver, main, local, scheduler.current());
    scheduler.park_on(pin!(main_loop));
}

/// A signal that is ready once it has been set so many times. Only the wake-up shows that it was
/// set.
struct Signal {
    left: AtomicUsize,
    waker: Mutex<Option<Waker>>,
}

impl Signal {
    fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicUsize::new(count),
            waker: Mutex::new(None),
        })
    }

    fn set(&self) {
        self.left.fetch_sub(1, Ordering::Relaxed);
        let waker = self.waker.lock().unwrap().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    async fn wait(&self) {
        poll_fn(|cx| {
            *self.waker.lock().unwrap() = Some(cx.waker().clone());
            if self.left.load(Ordering::Relaxed) == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

#[test]
fn main_is_polled_after_a_wake_up() {
    check(3, || {
        let scheduler = multi_thread();
        let left = Arc::new(AtomicUsize::new(2));
        let mut is_first = true;
        // Only the driver's lock orders the accesses.
        let main = poll_fn(|cx| {
            if std::mem::take(&mut is_first) {
                for _ in 0..2 {
                    let (left, waker) = (left.clone(), cx.waker().clone());
                    thread::spawn(move || {
                        left.fetch_sub(1, Ordering::Relaxed);
                        waker.wake();
                    });
                }
            }
            if left.load(Ordering::Relaxed) == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        run(&scheduler, main);
    });
}

#[test]
fn a_task_of_the_thread_is_run_wherever_it_was_woken() {
    check(6, || {
        let scheduler = multi_thread();
        let driver = Arc::new(Driver::default());
        let local = Local::new(&driver);
        let ran = Signal::new(1);
        thread::spawn({
            let (local, ran) = (local.clone(), ran.clone());
            move || local.schedule(Runnable::new(move || ran.set()))
        });
        run_with(&scheduler, &driver, &local, ran.wait());
    });
}

#[test]
fn the_thread_runs_the_tasks_that_others_spawn() {
    check(3, || {
        let scheduler = current_thread();
        let ran = Signal::new(2);
        for _ in 0..2 {
            let (scheduler, ran) = (scheduler.clone(), ran.clone());
            thread::spawn(move || scheduler.schedule(Runnable::new(move || ran.set())));
        }
        run(&scheduler, ran.wait());
    });
}

#[test]
fn a_thread_takes_over_the_tasks_of_one_that_leaves() {
    check(3, || {
        let scheduler = current_thread();
        let ran = Signal::new(2);
        thread::spawn({
            let (scheduler, ran) = (scheduler.clone(), ran.clone());
            move || {
                run(&scheduler, async {
                    // If the thread runs the tasks, this one is in the thread's own queue when it
                    // leaves.
                    scheduler.schedule(Runnable::new(move || ran.set()));
                });
            }
        });
        thread::spawn({
            let (scheduler, ran) = (scheduler.clone(), ran.clone());
            move || scheduler.schedule(Runnable::new(move || ran.set()))
        });
        run(&scheduler, ran.wait());
    });
}
