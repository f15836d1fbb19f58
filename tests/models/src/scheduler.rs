//! Stands in for the scheduler, which runs the tasks and starts the threads.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use loom::sync::Mutex;

use super::current_thread::CurrentThread;
use super::sync::thread;
use super::task::Runnable;
use super::workers::Workers;

pub(crate) type ParkOn = fn(Pin<&mut dyn Future<Output = ()>>);

#[derive(Debug)]
pub(crate) struct Scheduler {
    park_on: ParkOn,
    pub(crate) threads: Threads,
}

#[derive(Debug)]
pub(crate) enum Threads {
    Workers(Workers),
    Current(CurrentThread),
}

impl Scheduler {
    pub(crate) fn new(threads: Threads, park_on: ParkOn) -> Arc<Self> {
        Arc::new(Self { park_on, threads })
    }

    /// Schedules a task, with the steps of the executor's own.
    pub(crate) fn schedule(self: &Arc<Self>, runnable: Runnable) {
        match &self.threads {
            Threads::Workers(workers) => {
                workers.push(runnable);
                workers.wake_one(&|index| self.start_worker(index));
            }
            Threads::Current(current) => {
                current.push(runnable);
            }
        }
    }

    fn start_worker(self: &Arc<Self>, index: usize) -> io::Result<thread::JoinHandle<()>> {
        let scheduler = self.clone();
        thread::Builder::new().spawn(move || {
            let Threads::Workers(workers) = &scheduler.threads else {
                return;
            };
            let start = |index| scheduler.start_worker(index);
            scheduler.park_on(pin!(workers.worker(index, &start)));
        })
    }

    /// Starts a worker beside the others, which runs tasks until it is stopped.
    pub(crate) fn stand_in(self: &Arc<Self>) -> Arc<Stop> {
        let stop = Arc::<Stop>::default();
        let (scheduler, its_stop) = (self.clone(), stop.clone());
        loom::thread::spawn(move || {
            let Threads::Workers(workers) = &scheduler.threads else {
                return;
            };
            let start = |index| scheduler.start_worker(index);
            let mut worker = pin!(workers.stand_in(&start));
            scheduler.park_on(pin!(poll_fn(|cx| {
                if its_stop.poll(cx).is_ready() {
                    worker.retire();
                    return Poll::Ready(());
                }
                worker.as_mut().poll(cx)
            })));
        });
        stop
    }

    pub(crate) fn park_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        (self.park_on)(future);
    }

    /// Returns the tasks that threads inside `block_on` run.
    pub(crate) fn current(&self) -> Option<&CurrentThread> {
        match &self.threads {
            Threads::Workers(_) => None,
            Threads::Current(current) => Some(current),
        }
    }

    /// Does the part of the end of a runtime that concerns the workers.
    pub(crate) fn close(&self) {
        if let Threads::Workers(workers) = &self.threads {
            workers.close();
        }
    }
}

/// The end of the time for which a worker stands in.
#[derive(Debug, Default)]
pub(crate) struct Stop(Mutex<(bool, Option<Waker>)>);

impl Stop {
    pub(crate) fn come(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        let waker = state.1.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}
