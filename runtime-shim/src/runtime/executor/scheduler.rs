//! Where runnable tasks wait.

use std::fmt;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::blocking::Blocking;
use super::current;
use super::current_thread::CurrentThread;
use super::join::JoinHandle;
use super::owner::Owner;
use super::queue::Queue;
use super::shared_executor;
use super::task::{self, Runnable, Task};
use super::task_list::TaskList;
use super::workers::Workers;
use crate::runtime::context::Role;
use crate::runtime::table::Kind;
use crate::runtime::{Config, late};

/// A running runtime, as its tasks and threads see it.
pub(super) struct Scheduler {
    kind: Kind,
    pub(super) config: Config,
    pub(super) tasks: TaskList,
    /// What any thread may add to.
    pub(super) queue: Queue,
    pub(super) threads: Threads,
    pub(super) blocking: Blocking,
}

/// Who takes from the queue.
pub(super) enum Threads {
    Workers(Workers),
    Current(CurrentThread),
}

#[cfg(feature = "_workers")]
impl Workers {
    /// Those of the multi-thread flavour.
    fn of(config: &Config) -> Option<Self> {
        let has_some = config.flavor == crate::runtime::Flavor::MultiThread;
        has_some.then(|| Self::new(config.worker_threads))
    }
}

impl Scheduler {
    pub(super) fn new(kind: Kind, config: Config) -> Self {
        Self {
            kind,
            tasks: TaskList::default(),
            queue: Queue::new(),
            threads: match Workers::of(&config) {
                Some(workers) => Threads::Workers(workers),
                None => Threads::Current(CurrentThread::default()),
            },
            blocking: Blocking::new(config.max_blocking_threads),
            config,
        }
    }

    #[inline]
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Waits on this thread until the future is done.
    pub(super) fn park_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        shared_executor::park_on(self.kind, future);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn spawn<F>(self: Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (runnable, task) = self.create(future);
        // The task has the one reference that there is, and `task` keeps it.
        if let Owner::Scheduler(scheduler) = task.metadata().owner() {
            if scheduler.tasks.is_closed() {
                return late(runnable, task);
            }
            if !scheduler.schedule(runnable) && scheduler.tasks.is_closed() {
                scheduler.drain_late();
            }
        }
        JoinHandle::new(task)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn create<F>(self: Arc<Self>, future: F) -> (Runnable, Task<F::Output>)
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let schedule = |runnable: Runnable| {
            if let Owner::Scheduler(scheduler) = runnable.metadata().owner().clone() {
                scheduler.schedule(runnable);
            }
        };
        // SAFETY: The future is `Send`.
        unsafe { task::create(Owner::Scheduler(self), future, schedule) }
    }

    pub(super) fn spawn_blocking<F, T>(self: Arc<Self>, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let is_late = self.tasks.is_closed();
        let schedule = |runnable: Runnable| {
            if let Owner::Scheduler(scheduler) = runnable.metadata().owner().clone() {
                scheduler.blocking.run(&scheduler, runnable);
            }
        };
        // SAFETY: The future is `Send`.
        let (runnable, task) =
            unsafe { task::create(Owner::Scheduler(self), Closure(Some(f)), schedule) };
        if is_late {
            return late(runnable, task);
        }
        runnable.schedule();
        JoinHandle::new(task)
    }

    /// Queues a task and sees to it that somebody runs it. Says whether that is in the queue of this
    /// thread, which comes to it in any case.
    #[inline]
    fn schedule(self: &Arc<Self>, runnable: Runnable) -> bool {
        match &self.threads {
            Threads::Workers(workers) => {
                let pushed = workers.push_here(runnable);
                let is_here = pushed.is_ok();
                if let Err(runnable) = pushed {
                    self.push(runnable);
                }
                workers.wake_one(self);
                is_here
            }
            Threads::Current(current) => {
                let pushed = current.push_here(self, runnable);
                let is_here = pushed.is_ok();
                if let Err(runnable) = pushed {
                    self.push(runnable);
                    current.wake();
                }
                is_here
            }
        }
    }

    pub(super) fn push(&self, runnable: Runnable) {
        self.queue.push_rarely(runnable);
    }

    /// A task has been queued that perhaps nobody looks for any more.
    #[cold]
    fn drain_late(self: &Arc<Self>) {
        let _entered = current::enter(self, Role::Polls);
        self.drain();
    }

    /// Runs what is in the queue, and in those of the workers: one of them may be in a destructor
    /// that waits for a task. The list of tasks is closed, so all end at once.
    pub(super) fn drain(&self) {
        let of_workers = || match &self.threads {
            Threads::Workers(workers) => workers.pop_any(),
            Threads::Current(_) => None,
        };
        while let Some(runnable) = self.queue.pop_rarely().or_else(of_workers) {
            runnable.run();
        }
    }
}

/// After the end: the future is dropped here, without a poll, or a little later where it is too deep for
/// that. In any case the handle is finished.
#[cold]
#[inline(never)]
fn late<T: Send + 'static>(runnable: Runnable, task: Task<T>) -> JoinHandle<T> {
    if let Some(_inside) = late::enter() {
        runnable.run();
        return JoinHandle::new(task);
    }
    let owner = task.metadata().owner().clone();
    task.detach();
    late::put_off(Box::new(RunOnDrop(Some(runnable))));
    // SAFETY: The future is `Send`.
    let (runnable, task) = unsafe { task::create(owner, pending(), drop) };
    runnable.run();
    JoinHandle::new(task)
}

/// A task of a closed list, which ends when it is run.
struct RunOnDrop(Option<Runnable>);

impl Drop for RunOnDrop {
    fn drop(&mut self) {
        if let Some(runnable) = self.0.take() {
            runnable.run();
        }
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("runtime", &self.kind.name())
            .field("flavor", &self.config.flavor)
            .field("queued", &self.queue.len())
            .finish_non_exhaustive()
    }
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
