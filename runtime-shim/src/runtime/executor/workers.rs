//! The threads of the multi-thread flavour.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::task::{Context, Poll};

use super::budget;
use super::current;
use super::idle::{Idle, Wake};
use super::queue::Queue;
use super::scheduler::{Scheduler, Threads};
use super::sync::{RwLock, RwLockReadGuard, thread, thread_local};
use super::task::Runnable;
use crate::runtime::context::Role;

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

/// The threads of the multi-thread flavour. They start when there is something to do.
#[derive(Debug)]
pub(super) struct Workers {
    idle: Idle,
    queues: RwLock<Vec<Arc<Queue>>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    running: AtomicUsize,
}

impl Workers {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            idle: Idle::new(limit),
            queues: RwLock::default(),
            threads: Mutex::default(),
            running: AtomicUsize::new(0),
        }
    }

    /// Queues a task on the worker that this thread is, if it is one of these.
    #[inline]
    pub(super) fn push_here(&self, runnable: Runnable) -> Result<(), Runnable> {
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
        left.map_or(Ok(()), Err)
    }

    /// Takes a task from one of the workers.
    pub(super) fn pop_any(&self) -> Option<Runnable> {
        self.queues().iter().find_map(|queue| queue.pop_rarely())
    }

    /// Sees to it that somebody runs a task that was queued.
    #[inline]
    pub(super) fn wake_one(&self, scheduler: &Arc<Scheduler>) {
        match self.idle.wake_one() {
            Wake::Nobody => {}
            Wake::Worker(waker) => waker.wake(),
            Wake::Start(index) => self.start_one_more(scheduler, index),
        }
    }

    /// Starts the first worker, and waits until it runs: what a thread asks the system for at its
    /// beginning it dies without. While there is one worker, every task is run.
    ///
    /// # Errors
    ///
    /// If the operating system refuses the thread.
    pub(super) fn start_first(&self, scheduler: &Arc<Scheduler>) -> io::Result<()> {
        match self.idle.wake_one() {
            Wake::Start(index) => {
                let runs = Arc::new(Barrier::new(2));
                self.start(scheduler, index, Some(runs.clone()))?;
                runs.wait();
                Ok(())
            }
            Wake::Nobody | Wake::Worker(_) => Ok(()),
        }
    }

    #[cold]
    fn start_one_more(&self, scheduler: &Arc<Scheduler>, mut index: usize) {
        // It is tried again at the next wake-up. Until then those that there are do all.
        while self.start(scheduler, index, None).is_err() {
            match self.idle.not_started() {
                Wake::Nobody => return,
                Wake::Worker(waker) => return waker.wake(),
                Wake::Start(another) => index = another,
            }
        }
    }

    fn start(
        &self,
        scheduler: &Arc<Scheduler>,
        index: usize,
        runs: Option<Arc<Barrier>>,
    ) -> io::Result<()> {
        let mut builder = thread::Builder::new().name(scheduler.config.thread_name.clone());
        if let Some(bytes) = scheduler.config.thread_stack_size {
            builder = builder.stack_size(bytes);
        }
        self.running.fetch_add(1, Ordering::SeqCst);
        let theirs = scheduler.clone();
        let thread = builder
            .spawn(move || {
                if let Some(runs) = runs {
                    runs.wait();
                }
                run(&theirs, index);
            })
            .inspect_err(|_| {
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
        let mut wakers = self.idle.wake_all();
        while let Some((_, waker)) = wakers.pop() {
            waker.wake();
        }
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

/// The main function of a worker.
fn run(scheduler: &Arc<Scheduler>, index: usize) {
    let Threads::Workers(workers) = &scheduler.threads else {
        return;
    };
    let _gone = Gone(workers);
    let _entered = current::enter(scheduler, Role::Polls);
    budget::within(|| scheduler.park_on(pin!(Worker::new(scheduler, workers, index))));
}

struct Gone<'a>(&'a Workers);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Runs tasks until the list of tasks is closed and nothing is left to do.
struct Worker<'a> {
    scheduler: &'a Arc<Scheduler>,
    workers: &'a Workers,
    index: usize,
    own: Arc<Queue>,
    /// Whether [`Idle`] counts it among those that sleep or are on the way.
    is_idle: bool,
    ticks: usize,
}

impl<'a> Worker<'a> {
    fn new(scheduler: &'a Arc<Scheduler>, workers: &'a Workers, index: usize) -> Self {
        let own = Arc::new(Queue::new());
        workers
            .queues
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(own.clone());
        OWN.with(|here| here.replace(Some((workers, own.clone()))));
        Self {
            scheduler,
            workers,
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
            if let Some(runnable) = self.scheduler.queue.pop_rarely() {
                return Some(runnable);
            }
        }
        if let Some(runnable) = self.own.pop() {
            return Some(runnable);
        }
        if let Some(runnable) = self.scheduler.queue.pop_rarely() {
            self.steal(&self.scheduler.queue);
            return Some(runnable);
        }
        let queues = self.workers.queues();
        let (before, after) = queues.split_at(self.index.min(queues.len()));
        for queue in after.iter().chain(before) {
            if !Arc::ptr_eq(queue, &self.own) {
                self.steal(queue);
                if let Some(runnable) = self.own.pop_rarely() {
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
            let Some(runnable) = from.pop_rarely() else {
                break;
            };
            has_stolen = true;
            self.own.push_rarely(runnable);
        }
        // Somebody may have looked for work while these were in neither queue, and gone to sleep.
        if has_stolen && !self.is_idle {
            self.workers.wake_one(self.scheduler);
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
            !self.scheduler.queue.is_empty() || queues.iter().any(|queue| !queue.is_empty());
        drop(queues);
        if is_more {
            self.workers.wake_one(self.scheduler);
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
                if runnable.run() {
                    left = left.saturating_sub(LONG);
                    self.ticks += LONG;
                }
                continue;
            }
            if self.scheduler.tasks.is_closed() {
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
        while let Some(runnable) = self.own.pop_rarely() {
            self.scheduler.push(runnable);
        }
    }
}
