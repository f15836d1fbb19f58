//! The worker threads of the multi-thread flavour.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use super::idle::{Idle, Wake};
use super::queue::Queue;
use super::sync::atomic::AtomicBool;
use super::sync::{RwLock, RwLockReadGuard, thread, thread_local};
use super::task::{self, Runnable};

/// The number of tasks that a worker runs before its thread checks timers and sockets.
const BATCH: usize = 200;

/// After this many tasks a worker takes one from the shared queue first, so that none waits for
/// ever.
const FAIRNESS: usize = 61;

/// A poll that uses up its budget counts as this many additional tasks.
const LONG: usize = 24;

/// The number of tasks that a [stand-in](Workers::stand_in) runs before it looks whether it is
/// still needed.
const STAND_IN_BATCH: usize = 8;

/// The most tasks that a worker takes from another queue at once.
const STEAL: usize = 256;

thread_local! {
    /// The run queue of this thread, the workers that it belongs to and its index among them, if the
    /// thread is a worker.
    static OWN: RefCell<Option<(*const Workers, Arc<Queue>, usize)>> = const { RefCell::new(None) };
}

/// Starts a thread that polls the worker with the given index (see [`Workers::worker`]) until it is
/// done.
type Start<'a> = &'a dyn Fn(usize) -> io::Result<thread::JoinHandle<()>>;

/// The worker threads of the multi-thread flavour. The first one starts with the runtime, the
/// others when there is work for them.
#[derive(Debug)]
pub(super) struct Workers {
    /// The shared queue. Threads that are not workers push to it.
    queue: Queue,
    idle: Idle,
    closed: AtomicBool,
    queues: RwLock<Vec<Arc<Queue>>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    running: AtomicUsize,
    /// The number of stand-ins that there have been.
    stand_ins: AtomicUsize,
}

impl Workers {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            queue: Queue::new(),
            idle: Idle::new(limit),
            closed: AtomicBool::new(false),
            queues: RwLock::default(),
            threads: Mutex::default(),
            running: AtomicUsize::new(0),
            stand_ins: AtomicUsize::new(0),
        }
    }

    /// Queues a task: on the run queue of this thread if it is one of the workers, otherwise on the
    /// shared queue. Returns whether this thread is one of the workers.
    #[inline]
    pub(super) fn push(&self, runnable: Runnable) -> bool {
        let mut left = Some(runnable);
        // `LocalKey::try_with` is inlined here, and `LocalKey::with` is not.
        let _ = OWN.try_with(|own| {
            if let Some((workers, queue, _)) = &*own.borrow()
                && ptr::eq(*workers, self)
                && let Some(runnable) = left.take()
            {
                queue.push(runnable);
            }
        });
        match left {
            Some(runnable) => {
                self.queue.push(runnable);
                false
            }
            None => true,
        }
    }

    /// Takes a task from the shared queue or from any worker.
    pub(super) fn pop_any(&self) -> Option<Runnable> {
        let of_workers = || self.queues().iter().find_map(|queue| queue.pop());
        self.queue.pop().or_else(of_workers)
    }

    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Makes sure that a worker runs a task that was just queued: wakes or starts one if necessary.
    #[inline]
    pub(super) fn wake_one(&self, start: Start<'_>) {
        if !self.idle.is_settled() {
            self.wake_or_start(start);
        }
    }

    #[inline(never)]
    fn wake_or_start(&self, start: Start<'_>) {
        match self.idle.wake_one(self.index_here()) {
            Wake::Nobody => {}
            Wake::Worker(waker) => waker.wake(),
            Wake::Start(index) => self.start_one_more(index, start),
        }
    }

    /// Starts the first worker. One worker is enough to run every task.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system refuses the thread.
    pub(super) fn start_first(&self, start: Start<'_>) -> io::Result<()> {
        match self.idle.wake_one(None) {
            Wake::Start(index) => self.start(index, start),
            Wake::Nobody | Wake::Worker(_) => Ok(()),
        }
    }

    /// Starts the workers that are left. Those that the operating system refuses are asked for again
    /// when there is work for them.
    pub(super) fn start_others(&self, start: Start<'_>) {
        while let Some(index) = self.idle.start_another() {
            if self.start(index, start).is_err() {
                match self.idle.not_started() {
                    Wake::Worker(waker) => waker.wake(),
                    Wake::Start(another) => self.start_one_more(another, start),
                    Wake::Nobody => {}
                }
                return;
            }
        }
    }

    #[cold]
    fn start_one_more(&self, mut index: usize, start: Start<'_>) {
        // The next wake-up tries again. Until then the existing workers run all tasks.
        while self.start(index, start).is_err() {
            match self.idle.not_started() {
                Wake::Nobody => return,
                Wake::Worker(waker) => return waker.wake(),
                Wake::Start(another) => index = another,
            }
        }
    }

    fn start(&self, index: usize, start: Start<'_>) -> io::Result<()> {
        self.running.fetch_add(1, Ordering::SeqCst);
        let thread = start(index).inspect_err(|_| {
            self.running.fetch_sub(1, Ordering::SeqCst);
        })?;
        self.idle.has_started();
        self.threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(thread);
        Ok(())
    }

    fn queues(&self) -> RwLockReadGuard<'_, Vec<Arc<Queue>>> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets each worker end once it finds no task. The list of tasks must be closed already.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let mut wakers = self.idle.wake_all();
        while let Some((_, waker)) = wakers.pop() {
            waker.wake();
        }
    }

    /// Makes this thread the worker with the given index until the returned [`Worker`] is dropped.
    pub(super) fn worker<'a>(&'a self, index: usize, start: Start<'a>) -> Worker<'a> {
        Worker::new(self, index, start)
    }

    /// Makes this thread a worker beside the others, in place of one that is blocked.
    pub(super) fn stand_in<'a>(&'a self, start: Start<'a>) -> Worker<'a> {
        self.running.fetch_add(1, Ordering::SeqCst);
        // Far beyond the indices of the others.
        let index = usize::MAX / 2 + self.stand_ins.fetch_add(1, Ordering::Relaxed);
        let mut worker = Worker::new(self, index, start);
        // `Idle` does not know of it until it sleeps.
        worker.is_idle = false;
        worker.batch = STAND_IN_BATCH;
        worker
    }

    /// Returns the number of workers.
    pub(super) fn count(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// Returns whether this thread is one of the workers.
    pub(super) fn are_here(&self) -> bool {
        self.index_here().is_some()
    }

    /// Returns the index of this thread, if it is one of the workers.
    pub(super) fn index_here(&self) -> Option<usize> {
        let index = |own: &RefCell<Option<(*const Self, _, usize)>>| {
            let own = own.borrow();
            let (workers, _, index) = own.as_ref()?;
            ptr::eq(*workers, self).then_some(*index)
        };
        OWN.try_with(index).ok().flatten()
    }

    /// Joins the threads that have ended, which waits for the destructors of their thread-locals.
    pub(super) fn join(&self) {
        let mut threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // A worker leaves the count just before its thread ends. If none is left in it, all threads
        // are about to end and can be joined.
        let are_gone = self.count() == 0;
        while let Some(thread) = threads.pop() {
            // One of the runtime's own tasks may drop the runtime, and a thread cannot join itself.
            let is_gone = are_gone || thread.is_finished();
            if is_gone && thread.thread().id() != thread::current().id() {
                // If a worker panicked, the panic hook has reported it.
                let _ = thread.join();
            }
        }
    }
}

/// A worker: a future that runs tasks until the workers are closed and no task is left.
pub(super) struct Worker<'a> {
    workers: &'a Workers,
    start: Start<'a>,
    index: usize,
    own: Arc<Queue>,
    /// True if [`Idle`] counts this worker among the sleeping or coming ones.
    is_idle: bool,
    ticks: usize,
    /// The number of tasks that the worker runs before its thread checks timers and sockets.
    batch: usize,
    /// After this many tasks the worker takes one from the shared queue first.
    fairness: usize,
}

impl<'a> Worker<'a> {
    fn new(workers: &'a Workers, index: usize, start: Start<'a>) -> Self {
        let own = Arc::new(Queue::new());
        workers
            .queues
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(own.clone());
        OWN.with(|here| here.replace(Some((workers, own.clone(), index))));
        Self {
            workers,
            start,
            index,
            own,
            is_idle: true,
            ticks: 0,
            batch: BATCH,
            fairness: FAIRNESS,
        }
    }

    /// Sets the number of tasks after which the thread checks timers and sockets, and the number of
    /// those after which it takes one from the shared queue. Neither is zero.
    pub(super) fn set_intervals(&mut self, event: Option<u32>, global: Option<u32>) {
        if let Some(event) = event {
            self.batch = event as usize;
        }
        if let Some(global) = global {
            self.fairness = global as usize;
        }
    }

    /// Ends a stand-in. If a wake-up relies on it, another worker is woken.
    pub(super) fn retire(&mut self) {
        if self.is_idle {
            self.at_work();
        }
    }

    /// Returns whether the worker waits for work.
    pub(super) fn is_idle(&self) -> bool {
        self.is_idle
    }

    fn next(&mut self) -> Option<Runnable> {
        self.ticks += 1;
        if self.ticks >= self.fairness {
            self.ticks = 0;
            if let Some(runnable) = self.workers.queue.pop() {
                return Some(runnable);
            }
        }
        if let Some(runnable) = self.own.pop() {
            return Some(runnable);
        }
        if let Some(runnable) = self.workers.queue.pop() {
            self.steal(&self.workers.queue);
            return Some(runnable);
        }
        let queues = self.workers.queues();
        let (before, after) = queues.split_at(self.index.min(queues.len()));
        for queue in after.iter().chain(before) {
            if !Arc::ptr_eq(queue, &self.own) {
                self.steal(queue);
                if let Some(runnable) = self.own.pop() {
                    return Some(runnable);
                }
            }
        }
        None
    }

    /// Moves up to half of the tasks in `from` to this worker's own queue.
    fn steal(&self, from: &Queue) {
        let mut has_stolen = false;
        for _ in 0..from.len().div_ceil(2).min(STEAL) {
            let Some(runnable) = from.pop() else {
                break;
            };
            has_stolen = true;
            self.own.push(runnable);
        }
        // Another worker may have looked for work while these tasks were in neither queue, and may
        // have gone to sleep.
        if has_stolen && !self.is_idle {
            self.workers.wake_one(self.start);
        }
    }

    /// Marks this worker as busy after it was idle, and wakes another one if there are more tasks.
    #[cold]
    fn at_work(&mut self) {
        self.is_idle = false;
        self.workers.idle.at_work(self.index);
        // Every queue counts, because its owner may be about to block in a task.
        let queues = self.workers.queues();
        let is_more =
            !self.workers.queue.is_empty() || queues.iter().any(|queue| !queue.is_empty());
        drop(queues);
        if is_more {
            self.workers.wake_one(self.start);
        }
    }
}

impl Future for Worker<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut left = self.batch;
        while left > 0 {
            left -= 1;
            if let Some(runnable) = self.next() {
                if self.is_idle {
                    self.at_work();
                }
                if task::run(runnable) {
                    left = left.saturating_sub(LONG);
                    self.ticks += LONG;
                }
                continue;
            }
            if self.workers.closed.load(Ordering::SeqCst) {
                return Poll::Ready(());
            }
            let is_idle = self.is_idle;
            self.is_idle = true;
            if !self.workers.idle.sleep(self.index, cx.waker(), is_idle) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        OWN.with(RefCell::take);
        self.workers
            .queues
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|queue| !Arc::ptr_eq(queue, &self.own));
        let mut is_left = false;
        while let Some(runnable) = self.own.pop() {
            self.workers.queue.push(runnable);
            is_left = true;
        }
        if is_left {
            self.workers.wake_one(self.start);
        }
        self.workers.running.fetch_sub(1, Ordering::SeqCst);
    }
}
