//! Checks that no task is left in a queue while a worker sleeps, or may be started, that could run
//! it.

use std::sync::Arc;

use loom::sync::Notify;
use loom::sync::atomic::{AtomicUsize, Ordering};

use crate::check::{block_on, block_on_restless, check};
use crate::scheduler::{Scheduler, Threads};
use crate::sync::thread;
use crate::task::Runnable;
use crate::workers::Workers;

fn workers(limit: usize) -> Arc<Scheduler> {
    Scheduler::new(Threads::Workers(Workers::new(limit)), block_on)
}

/// Wakes a thread when an event has happened so many times.
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

/// Spawns a task that counts.
fn spawn(scheduler: &Arc<Scheduler>, ran: &Arc<Countdown>) {
    let ran = ran.clone();
    scheduler.schedule(Runnable::new(move || ran.count()));
}

/// Spawns a task that blocks its thread until the other count is over.
fn spawn_waiting(scheduler: &Arc<Scheduler>, other: &Arc<Countdown>, ran: &Arc<Countdown>) {
    let (other, ran) = (other.clone(), ran.clone());
    scheduler.schedule(Runnable::new(move || {
        other.wait();
        ran.count();
    }));
}

/// Spawns a task that counts, from another thread.
fn spawn_there(scheduler: &Arc<Scheduler>, ran: &Arc<Countdown>) {
    let (scheduler, ran) = (scheduler.clone(), ran.clone());
    loom::thread::spawn(move || spawn(&scheduler, &ran));
}

#[test]
fn a_worker_starts_for_the_tasks_of_two_threads() {
    check(2, || {
        let scheduler = workers(1);
        let ran = Countdown::new(2);
        spawn_there(&scheduler, &ran);
        spawn(&scheduler, &ran);
        ran.wait();
        scheduler.close();
    });
}

#[test]
fn a_worker_that_falls_asleep_misses_no_task() {
    check(3, || {
        let scheduler = workers(1);
        for _ in 0..2 {
            let ran = Countdown::new(1);
            spawn(&scheduler, &ran);
            ran.wait();
        }
        scheduler.close();
    });
}

#[test]
fn a_worker_that_wakes_for_no_reason_misses_no_task() {
    check(3, || {
        let scheduler = Scheduler::new(Threads::Workers(Workers::new(1)), block_on_restless);
        for _ in 0..2 {
            let ran = Countdown::new(1);
            spawn(&scheduler, &ran);
            ran.wait();
        }
        scheduler.close();
    });
}

#[test]
fn a_task_that_blocks_its_worker_holds_up_no_other() {
    check(2, || {
        let scheduler = workers(2);
        let first = Countdown::new(1);
        let second = Countdown::new(1);
        spawn_waiting(&scheduler, &second, &first);
        spawn(&scheduler, &second);
        first.wait();
        scheduler.close();
    });
}

/// The worker that runs `spawns` takes both tasks from the common queue at once.
#[test]
fn a_task_in_the_queue_of_a_worker_that_is_blocked_is_stolen() {
    check(1, || {
        let scheduler = workers(2);
        let first = Countdown::new(1);
        let spawns = {
            let (scheduler, first) = (scheduler.clone(), first.clone());
            move || {
                let second = Countdown::new(1);
                spawn_waiting(&scheduler, &second, &first);
                spawn(&scheduler, &second);
            }
        };
        scheduler.schedule(Runnable::new(spawns));
        first.wait();
        scheduler.close();
    });
}

/// The other thread may leave its task to the worker that could not be started, while the first one
/// falls asleep.
#[test]
fn a_worker_that_cannot_be_started_takes_no_task_along() {
    check(2, || {
        thread::allow(1);
        let scheduler = workers(2);
        let [first, second, third] = [(); 3].map(|()| Countdown::new(1));
        loom::thread::spawn({
            let (scheduler, second, third) = (scheduler.clone(), second.clone(), third.clone());
            move || {
                second.wait();
                spawn(&scheduler, &third);
            }
        });
        spawn(&scheduler, &first);
        first.wait();
        spawn(&scheduler, &second);
        third.wait();
        scheduler.close();
    });
}

/// The first task blocks its worker until the second has run, for which the system at first has no
/// thread.
#[test]
fn a_worker_that_was_refused_comes_with_the_next_task() {
    check(2, || {
        thread::allow(1);
        let scheduler = workers(2);
        let [first, second, third] = [(); 3].map(|()| Countdown::new(1));
        spawn_waiting(&scheduler, &second, &first);
        spawn(&scheduler, &second);
        thread::allow(1);
        spawn(&scheduler, &third);
        first.wait();
        third.wait();
        scheduler.close();
    });
}

#[test]
fn a_worker_that_falls_asleep_sees_the_end() {
    check(2, || {
        let scheduler = workers(2);
        let ran = Countdown::new(2);
        spawn_there(&scheduler, &ran);
        spawn(&scheduler, &ran);
        scheduler.close();
    });
}

/// The wake-up for the last task may go to a stand-in that leaves at this moment.
#[test]
fn a_stand_in_that_leaves_takes_no_task_along() {
    check(1, || {
        let scheduler = workers(1);
        let [first, second, third] = [(); 3].map(|()| Countdown::new(1));
        spawn_waiting(&scheduler, &second, &first);
        let stop = scheduler.stand_in();
        spawn(&scheduler, &second);
        first.wait();
        spawn_there(&scheduler, &third);
        stop.come();
        third.wait();
        scheduler.close();
    });
}
