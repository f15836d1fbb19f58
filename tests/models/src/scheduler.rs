//! Stands in for the scheduler, which runs the tasks and starts the threads.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;

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
