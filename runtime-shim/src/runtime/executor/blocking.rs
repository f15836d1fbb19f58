//! `spawn_blocking`: closures that may block, and the threads that run them.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use super::closures::{ClosureThreads, Queued};
use super::scheduler::{self, Scheduler};
use super::task::{self, JoinHandle};
use crate::runtime::context::Role;
use crate::runtime::metrics::{self, ClosureReading};
use crate::runtime::refused;

/// Runs `f` on a thread for closures.
pub(super) fn spawn_blocking<F, T>(scheduler: Arc<Scheduler>, f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    // SAFETY: The future is `Send`.
    let (runnable, task) = unsafe { task::create(scheduler.clone(), Closure(Some(f)), false) };
    if scheduler.tasks.is_closed() {
        return scheduler::late(runnable, task);
    }
    let threads = || Pool::new(&scheduler) as Arc<dyn ClosureThreads>;
    let queued = Queued {
        runnable,
        hold: scheduler.hold(),
    };
    match scheduler.closures.get_or_make(threads) {
        Some(threads) => threads.run(queued),
        None => end(queued),
    }
    JoinHandle::new(task)
}

thread_local! {
    /// The runtime whose closures this thread runs.
    static OWN: Cell<*const Scheduler> = const { Cell::new(ptr::null()) };
}

/// Returns whether this thread runs the closures of `scheduler`.
pub(super) fn is_thread_of(scheduler: &Scheduler) -> bool {
    ptr::eq(OWN.get(), scheduler)
}

/// Ends a closure that must not start. This thread may poll tasks, of which the closure is none.
#[cold]
fn end(closure: Queued) {
    let _counts = metrics::outside();
    closure.run();
}

/// A closure as a future that is ready at its first poll.
struct Closure<F>(Option<F>);

impl<F> Unpin for Closure<F> {}

impl<F: FnOnce() -> T, T> Future for Closure<F> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<T> {
        let f = self.0.take().expect("a task is not polled after its end");
        Poll::Ready(f())
    }
}

/// Threads that run closures, one closure at a time on each thread.
///
/// The `blocking` crate has one pool for the whole process. Its limit cannot be that of one
/// runtime, its idle threads stay, and closures that wait for a thread cannot be told from those
/// that run.
#[derive(Debug)]
struct Pool {
    // Weak, because the scheduler owns this pool. The closures keep the scheduler alive.
    scheduler: Weak<Scheduler>,
    limit: usize,
    /// The time for which a thread waits for a closure before it ends.
    keep_alive: Duration,
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Queued>,
    threads: usize,
    /// The number of threads that run no more closures and have not ended.
    leaving: usize,
    handles: Vec<thread::JoinHandle<()>>,
    idle: usize,
    running: usize,
    /// True if a thread was started or woken and has not checked the queue yet.
    is_coming: bool,
    closed: bool,
}

impl Pool {
    fn new(scheduler: &Arc<Scheduler>) -> Arc<Self> {
        Arc::new(Self {
            scheduler: Arc::downgrade(scheduler),
            limit: scheduler.config.max_blocking_threads,
            keep_alive: scheduler.config.thread_keep_alive,
            state: Mutex::default(),
            work: Condvar::new(),
        })
    }

    /// Makes sure that a thread comes for the queued closures. Wakes or starts one thread, which
    /// wakes or starts the next one if there are more closures. So each closure gets a thread no
    /// matter how long the others block theirs, and a burst of short closures does not start a
    /// thread for each.
    fn send_one(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
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
            self.start();
        }
    }

    fn start(self: &Arc<Self>) {
        let thread = self.scheduler.upgrade().map(|scheduler| {
            let pool = self.clone();
            let thread = scheduler.new_thread();
            thread.spawn(move || {
                OWN.set(&raw const *scheduler);
                let _entered = scheduler::enter(&scheduler, Role::Blocks);
                let hooks = &scheduler.config.hooks;
                if let Some(hook) = &hooks.start {
                    hook.call();
                }
                pool.serve();
                if let Some(hook) = &hooks.stop {
                    hook.call();
                }
                pool.lock().leaving -= 1;
            })
        });
        let mut state = self.lock();
        let Some(thread) = thread else {
            // Another thread has run the last closure meanwhile, and nothing owns the runtime any
            // more.
            state.threads -= 1;
            state.is_coming = false;
            return;
        };
        match thread {
            Ok(thread) => state.handles.push(thread),
            Err(error) => {
                state.threads -= 1;
                state.is_coming = false;
                // If other threads are left, the closure waits for one of them.
                if state.threads == 0 {
                    let queue = std::mem::take(&mut state.queue);
                    drop(state);
                    // Cancels the closures of other callers too, because they relied on the thread
                    // that could not be started.
                    for closure in queue {
                        closure.runnable.metadata().abort_state().abort();
                        end(closure);
                    }
                    refused::end_call("cannot start a thread for a blocking closure", &error);
                }
            }
        }
    }

    /// Runs closures until the pool is closed or none arrives for the time that was set.
    fn serve(self: &Arc<Self>) {
        let mut state = self.lock();
        let mut has_come = true;
        state.is_coming = false;
        loop {
            if let Some(closure) = state.queue.pop_front() {
                state.running += 1;
                if has_come {
                    has_come = false;
                    self.send_one(state);
                } else {
                    drop(state);
                }
                closure.run();
                state = self.lock();
                state.running -= 1;
            } else if state.closed {
                break;
            } else {
                state.idle += 1;
                let (woken, waited) = self
                    .work
                    .wait_timeout(state, self.keep_alive)
                    .unwrap_or_else(PoisonError::into_inner);
                state = woken;
                state.idle -= 1;
                // Cleared after a timeout too, because this may be the thread that was woken.
                state.is_coming = false;
                has_come = true;
                if waited.timed_out() && state.queue.is_empty() {
                    // Drops the handle of this thread, because no other thread will join it.
                    let this = thread::current().id();
                    state.handles.retain(|handle| handle.thread().id() != this);
                    break;
                }
            }
        }
        // From here on it is another thread that comes for a closure.
        state.threads -= 1;
        state.leaving += 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClosureThreads for Pool {
    fn run(self: Arc<Self>, closure: Queued) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            end(closure);
            return;
        }
        state.queue.push_back(closure);
        self.send_one(state);
    }

    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let queue = std::mem::take(&mut state.queue);
        drop(state);
        self.work.notify_all();
        for closure in queue {
            end(closure);
        }
    }

    fn count(&self) -> usize {
        let state = self.lock();
        state.threads + state.leaving
    }

    fn read(&self) -> ClosureReading {
        let state = self.lock();
        ClosureReading {
            threads: state.threads,
            running: state.running,
            queued: state.queue.len(),
        }
    }

    fn join(&self) {
        let mut state = self.lock();
        let handles = std::mem::take(&mut state.handles);
        // A thread leaves the count just before it ends. If none is left in it, all threads are
        // about to end and can be joined.
        let is_gone = state.threads + state.leaving == 0;
        drop(state);
        for thread in handles {
            // One of the runtime's own closures may drop the runtime, as may a thread-local of the
            // closure's thread. A thread cannot join itself.
            let is_other = thread.thread().id() != thread::current().id();
            if is_other && (is_gone || thread.is_finished()) {
                // If a thread panicked, the panic hook has reported it.
                let _ = thread.join();
            }
        }
    }
}
