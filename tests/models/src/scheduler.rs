//! Stands in for the queue of tasks and who takes from it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::current_thread::CurrentThread;
use super::queue::Queue;
use super::task::Runnable;
use super::task_list::TaskList;
use super::workers::Workers;

pub(crate) type ParkOn = fn(Pin<&mut dyn Future<Output = ()>>);

#[derive(Debug)]
pub(crate) struct Scheduler {
    park_on: ParkOn,
    pub(crate) config: Config,
    pub(crate) tasks: TaskList,
    pub(crate) queue: Queue,
    pub(crate) threads: Threads,
}

#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) thread_name: String,
    pub(crate) thread_stack_size: Option<usize>,
}

#[derive(Debug)]
pub(crate) enum Threads {
    Workers(Workers),
    Current(CurrentThread),
}

impl Scheduler {
    pub(crate) fn new(threads: Threads, park_on: ParkOn) -> Arc<Self> {
        Arc::new(Self {
            park_on,
            config: Config::default(),
            tasks: TaskList::default(),
            queue: Queue::new(),
            threads,
        })
    }

    /// As the executor's own.
    pub(crate) fn schedule(self: &Arc<Self>, runnable: Runnable) {
        match &self.threads {
            Threads::Workers(workers) => {
                if let Err(runnable) = workers.push_here(runnable) {
                    self.push(runnable);
                }
                workers.wake_one(self);
            }
            Threads::Current(current) => {
                if let Err(runnable) = current.push_here(self, runnable) {
                    self.push(runnable);
                    current.wake();
                }
            }
        }
    }

    pub(crate) fn push(&self, runnable: Runnable) {
        self.queue.push(runnable);
    }

    pub(crate) fn park_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        (self.park_on)(future);
    }

    /// The part of the end of a runtime that concerns the workers.
    pub(crate) fn close(&self) {
        self.tasks.close();
        if let Threads::Workers(workers) = &self.threads {
            workers.close();
        }
    }
}
