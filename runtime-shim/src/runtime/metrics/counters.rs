//! The counters of one runtime.

use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Ending;
use super::thread::{self, NO_WORKER, Tasks, ThreadCounters, WorkerReading};

/// What the threads of a runtime have counted, and what was counted elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    threads: Mutex<Threads>,
    /// What was counted by threads that poll no task of the runtime.
    others: Tasks,
}

#[derive(Debug, Default)]
struct Threads {
    present: Vec<&'static ThreadCounters>,
    /// What the threads have counted that have left.
    past: TaskReading,
    /// The work of those of them that were workers, by the index of the worker.
    past_workers: Vec<WorkerReading>,
}

/// The counters of tasks, as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TaskReading {
    pub(crate) spawned: u64,
    pub(crate) endings: [u64; Ending::COUNT],
}

impl TaskReading {
    pub(crate) fn ended(&self) -> u64 {
        self.endings.iter().copied().fold(0, u64::wrapping_add)
    }

    fn add_endings(&mut self, tasks: &Tasks) {
        for (sum, ending) in self.endings.iter_mut().zip(&tasks.endings) {
            *sum = sum.wrapping_add(ending.get());
        }
    }
}

impl Counters {
    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    /// Counts a task that is about to be spawned. Returns whether this thread polls tasks of the
    /// runtime.
    #[inline]
    pub(crate) fn spawned(&self) -> bool {
        let is_here = thread::try_spawned(self.address());
        if !is_here {
            self.spawned_elsewhere();
        }
        is_here
    }

    #[cold]
    fn spawned_elsewhere(&self) {
        self.others.spawned.add(1);
    }

    /// Counts the end of a task on a thread that polls no tasks.
    #[cold]
    pub(crate) fn ended_elsewhere(&self, how: Ending) {
        self.others.endings[how as usize].add(1);
    }

    /// Takes back one end that was counted too early.
    #[cfg(feature = "tokio")]
    pub(crate) fn take_back(&self, how: Ending) {
        // The sum over all threads is right, even if this counter is less than zero.
        self.others.endings[how as usize].subtract();
    }

    /// Gives this thread counters of its own for this runtime until the guard is dropped. `worker` is
    /// the index of the worker that the thread is, if it is one.
    pub(crate) fn enter(self: &Arc<Self>, worker: Option<usize>) -> Entered {
        let own = ThreadCounters::take(self.address(), worker.unwrap_or(NO_WORKER));
        self.lock().present.push(own);
        Entered {
            outer: thread::replace(Some(own)),
            own: Some((self.clone(), own)),
        }
    }

    pub(crate) fn tasks(&self) -> TaskReading {
        let threads = self.lock();
        let mut reading = threads.past;
        // The endings come first. A task whose end is read was spawned before, so that no more tasks
        // end than were spawned.
        reading.add_endings(&self.others);
        for thread in &threads.present {
            reading.add_endings(&thread.tasks);
        }
        reading.spawned += self.others.spawned.get();
        for thread in &threads.present {
            reading.spawned += thread.tasks.spawned.get();
        }
        reading
    }

    /// Returns the work of the worker with the given index.
    #[cfg(feature = "_executor")]
    pub(crate) fn worker(&self, index: usize) -> WorkerReading {
        let threads = self.lock();
        let mut reading = threads.past_workers.get(index).copied().unwrap_or_default();
        for thread in &threads.present {
            if thread.worker() == index {
                let present = thread.work.read();
                reading.busy += present.busy;
                reading.park_unpark += present.park_unpark;
            }
        }
        reading
    }

    fn leave(&self, thread: &'static ThreadCounters) {
        let mut threads = self.lock();
        threads.present.retain(|present| !ptr::eq(*present, thread));
        threads.past.add_endings(&thread.tasks);
        threads.past.spawned += thread.tasks.spawned.get();
        let worker = thread.worker();
        if worker != NO_WORKER {
            if threads.past_workers.len() <= worker {
                threads
                    .past_workers
                    .resize(worker + 1, WorkerReading::default());
            }
            let work = thread.work.read();
            threads.past_workers[worker].busy += work.busy;
            // The thread may have left while it was parked, as when `block_on` returns.
            threads.past_workers[worker].park_unpark += work.park_unpark.next_multiple_of(2);
        }
        drop(threads);
        thread.give_back();
    }

    fn lock(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets this thread count for no runtime until the guard is dropped.
pub(crate) fn outside() -> Entered {
    Entered {
        outer: thread::replace(None),
        own: None,
    }
}

/// A guard that restores what the thread counted for before.
#[derive(Debug)]
pub(crate) struct Entered {
    outer: Option<&'static ThreadCounters>,
    own: Option<(Arc<Counters>, &'static ThreadCounters)>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        thread::replace(self.outer);
        if let Some((counters, own)) = self.own.take() {
            counters.leave(own);
        }
    }
}

/// Counts the end of a task: on a thread that polls tasks as one of that thread's runtime, elsewhere
/// by `elsewhere`.
#[inline]
pub(crate) fn ended(how: Ending, elsewhere: impl FnOnce()) {
    if !thread::try_ended(how) {
        elsewhere();
    }
}
