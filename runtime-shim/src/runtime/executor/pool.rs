//! The threads of `spawn_blocking`.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::blocking::ClosureThreads;
use super::current;
use super::scheduler::Scheduler;
use super::task::Runnable;
use crate::runtime::context::Role;
use crate::runtime::refused;

/// How long a thread waits for a closure before it ends.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// ClosureThreads that run closures, each one at a time.
///
/// The `blocking` crate has one pool for the process: its limit cannot be a runtime's, its idle
/// threads stay, and closures that wait for a thread cannot be told from those that run.
#[derive(Debug)]
pub(super) struct Pool {
    limit: usize,
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Runnable>,
    threads: usize,
    handles: Vec<thread::JoinHandle<()>>,
    idle: usize,
    /// Whether a thread has been started or woken that has not looked at the queue since.
    is_coming: bool,
    closed: bool,
}

impl Pool {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::default(),
            work: Condvar::new(),
        }
    }

    /// Sees to it that somebody comes for what is queued: one thread, which sends the next if there is
    /// more. So each closure gets a thread however long the others block theirs, and a burst of short
    /// ones is not met by as many threads.
    fn send_one(&self, mut state: MutexGuard<'_, State>, scheduler: &Arc<Scheduler>) {
        if state.queue.is_empty() || state.is_coming {
            return;
        }
        if state.idle > 0 {
            state.is_coming = true;
            drop(state);
            self.work.notify_one();
        } else if state.threads < self.limit {
            state.is_coming = true;
            state.threads += 1;
            drop(state);
            self.start(scheduler);
        }
    }

    fn start(&self, scheduler: &Arc<Scheduler>) {
        let mut builder = thread::Builder::new().name(scheduler.config.thread_name.clone());
        if let Some(bytes) = scheduler.config.thread_stack_size {
            builder = builder.stack_size(bytes);
        }
        let scheduler = scheduler.clone();
        let thread = builder.spawn(move || {
            if let Some(pool) = scheduler.blocking.pool() {
                pool.serve(&scheduler);
            }
        });
        let mut state = self.lock();
        match thread {
            Ok(thread) => state.handles.push(thread),
            Err(error) => {
                state.threads -= 1;
                state.is_coming = false;
                // Otherwise the closure waits for one of the threads that there are.
                if state.threads == 0 {
                    let queue = std::mem::take(&mut state.queue);
                    drop(state);
                    // Those of other threads too, which have left theirs to the thread that was to
                    // come.
                    for runnable in queue {
                        runnable.metadata().abort_state().abort();
                        runnable.run();
                    }
                    refused::end_call("cannot start a thread for a blocking closure", &error);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClosureThreads for Pool {
    fn run(&self, scheduler: &Arc<Scheduler>, runnable: Runnable) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            runnable.run();
            return;
        }
        state.queue.push_back(runnable);
        self.send_one(state, scheduler);
    }

    fn serve(&self, scheduler: &Arc<Scheduler>) {
        let _entered = current::enter(scheduler, Role::Blocks);
        let mut state = self.lock();
        let mut has_come = true;
        state.is_coming = false;
        loop {
            if let Some(runnable) = state.queue.pop_front() {
                if has_come {
                    has_come = false;
                    self.send_one(state, scheduler);
                } else {
                    drop(state);
                }
                runnable.run();
                state = self.lock();
            } else if state.closed {
                break;
            } else {
                state.idle += 1;
                let (woken, waited) = self
                    .work
                    .wait_timeout(state, KEEP_ALIVE)
                    .unwrap_or_else(PoisonError::into_inner);
                state = woken;
                state.idle -= 1;
                // Also after the time: it may be the one that was woken.
                state.is_coming = false;
                has_come = true;
                if waited.timed_out() && state.queue.is_empty() {
                    // Nobody waits for it: without its handle it leaves nothing behind.
                    let this = thread::current().id();
                    state.handles.retain(|handle| handle.thread().id() != this);
                    break;
                }
            }
        }
        state.threads -= 1;
    }

    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let queue = std::mem::take(&mut state.queue);
        drop(state);
        self.work.notify_all();
        for runnable in queue {
            runnable.run();
        }
    }

    fn count(&self) -> usize {
        self.lock().threads
    }

    fn join(&self) {
        let mut state = self.lock();
        let handles = std::mem::take(&mut state.handles);
        // Those that said so last may still be about to end.
        let is_gone = state.threads == 0;
        drop(state);
        for thread in handles {
            // A runtime may be dropped by one of its own closures, or by what its thread leaves.
            let is_other = thread.thread().id() != thread::current().id();
            if is_other && (is_gone || thread.is_finished()) {
                // Nothing in it panics but what has been told of by the panic hook.
                let _ = thread.join();
            }
        }
    }
}
