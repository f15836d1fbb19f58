//! The threads of the multi-thread flavour.

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

/// Tasks that a worker runs before it lets the thread look at timers and sockets.
const BATCH: usize = 200;

/// Every so many tasks a worker takes from the common queue first, so that none waits for ever.
const FAIRNESS: usize = 61;

/// As how many tasks more one counts that has used up its budget in a poll.
const LONG: usize = 24;

/// Tasks that a worker takes from a queue at once, at most.
const STEAL: usize = 256;

thread_local! {
    /// The queue of this thread, if it is a worker, and whose worker it is.
    static OWN: RefCell<Option<(*const Workers, Arc<Queue>)>> = const { RefCell::new(None) };
}

/// Starts the thread of the worker with this index, which waits there for [`Workers::worker`].
type Start<'a> = &'a dyn Fn(usize) -> io::Result<thread::JoinHandle<()>>;

/// The threads of the multi-thread flavour. They start when there is something to do.
#[derive(Debug)]
pub(super) struct Workers {
    /// What threads have queued that are none of the workers.
    queue: Queue,
    idle: Idle,
    closed: AtomicBool,
    queues: RwLock<Vec<Arc<Queue>>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    running: AtomicUsize,
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
        }
    }

    /// Queues a task: on the worker that this thread is, if it is one of these. Says whether it is.
    #[inline]
    pub(super) fn push(&self, runnable: Runnable) -> bool {
        let mut left = Some(runnable);
        // Of the two ways to a thread-local this is the one that is compiled inline.
        let _ = OWN.try_with(|own| {
            if let Some((workers, queue)) = &*own.borrow()
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

    /// Takes a task from any queue.
    pub(super) fn pop_any(&self) -> Option<Runnable> {
        let of_workers = || self.queues().iter().find_map(|queue| queue.pop());
        self.queue.pop().or_else(of_workers)
    }

    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Sees to it that somebody runs a task that was queued.
    #[inline]
    pub(super) fn wake_one(&self, start: Start<'_>) {
        match self.idle.wake_one() {
            Wake::Nobody => {}
            Wake::Worker(waker) => waker.wake(),
            Wake::Start(index) => self.start_one_more(index, start),
        }
    }

    /// Starts the first worker. While there is one, every task is run.
    ///
    /// # Errors
    ///
    /// If the operating system refuses the thread.
    pub(super) fn start_first(&self, start: Start<'_>) -> io::Result<()> {
        match self.idle.wake_one() {
            Wake::Start(index) => self.start(index, start),
            Wake::Nobody | Wake::Worker(_) => Ok(()),
        }
    }

    #[cold]
    fn start_one_more(&self, mut index: usize, start: Start<'_>) {
        // It is tried again at the next wake-up. Until then those that there are do all.
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

    /// Lets the workers end once they find nothing to do. The list of tasks is closed.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let mut wakers = self.idle.wake_all();
        while let Some((_, waker)) = wakers.pop() {
            waker.wake();
        }
    }

    /// The worker with this index, which this thread is until it is dropped.
    pub(super) fn worker<'a>(&'a self, index: usize, start: Start<'a>) -> Worker<'a> {
        Worker::new(self, index, start)
    }

    /// How many workers there are.
    pub(super) fn count(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// Whether this thread is one of them.
    pub(super) fn are_here(&self) -> bool {
        let is_here = |own: &RefCell<Option<(*const Self, _)>>| {
            own.borrow()
                .as_ref()
                .is_some_and(|(workers, _)| ptr::eq(*workers, self))
        };
        OWN.try_with(is_here).unwrap_or(false)
    }

    /// Waits for the threads that have ended, up to the destructors of their thread-locals.
    pub(super) fn join(&self) {
        let mut threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // Those that said so last may still be about to end.
        let are_gone = self.count() == 0;
        while let Some(thread) = threads.pop() {
            // A runtime may be dropped by one of its own tasks.
            let is_gone = are_gone || thread.is_finished();
            if is_gone && thread.thread().id() != thread::current().id() {
                // Nothing in a worker panics but what has been told of by the panic hook.
                let _ = thread.join();
            }
        }
    }
}

/// Runs tasks until the workers are to end and nothing is left to do.
pub(super) struct Worker<'a> {
    workers: &'a Workers,
    start: Start<'a>,
    index: usize,
    own: Arc<Queue>,
    /// Whether [`Idle`] counts it among those that sleep or are on the way.
    is_idle: bool,
    ticks: usize,
}

impl<'a> Worker<'a> {
    fn new(workers: &'a Workers, index: usize, start: Start<'a>) -> Self {
        let own = Arc::new(Queue::new());
        workers
            .queues
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(own.clone());
        OWN.with(|here| here.replace(Some((workers, own.clone()))));
        Self {
            workers,
            start,
            index,
            own,
            is_idle: true,
            ticks: 0,
        }
    }

    fn next(&mut self) -> Option<Runnable> {
        self.ticks += 1;
        if self.ticks >= FAIRNESS {
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

    /// Takes up to half of a queue for itself.
    fn steal(&self, from: &Queue) {
        let mut has_stolen = false;
        for _ in 0..from.len().div_ceil(2).min(STEAL) {
            let Some(runnable) = from.pop() else {
                break;
            };
            has_stolen = true;
            self.own.push(runnable);
        }
        // Somebody may have looked for work while these were in neither queue, and gone to sleep.
        if has_stolen && !self.is_idle {
            self.workers.wake_one(self.start);
        }
    }

    /// After being idle: tells the others, and sends the next one if there is more to do.
    #[cold]
    fn at_work(&mut self) {
        self.is_idle = false;
        self.workers.idle.at_work(self.index);
        // Any queue counts: its owner may be about to block in a task.
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
        let mut left = BATCH;
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
        while let Some(runnable) = self.own.pop() {
            self.workers.queue.push(runnable);
        }
        self.workers.running.fetch_sub(1, Ordering::SeqCst);
    }
}
