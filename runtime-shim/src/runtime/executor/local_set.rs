//! The tasks of a `LocalSet`, which stay on its thread and are polled where the set is polled.

use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use super::local_tasks::{self, LocalOwner, Outer};
use super::queue::Queue;
use super::task::{self, JoinHandle, Owner, Runnable, TaskList};
use super::{budget, scheduler};
use crate::runtime::context;
use crate::runtime::metrics::{self, Ending, LateCounters};
use crate::waker::Kept;

/// The number of tasks that run in one poll of the set. Then what polls the set gives others a turn.
const BATCH: usize = 61;

/// A poll that uses up its budget counts as this many additional tasks.
const LONG: usize = 24;

thread_local! {
    /// The set that this thread polls.
    static POLLED: Cell<*const Set> = const { Cell::new(ptr::null()) };
}

/// The set as its tasks see it. They may be woken on any thread.
#[derive(Debug, Default)]
struct Set {
    tasks: TaskList,
    /// Any thread may push to it, by waking a task, but only the thread of the set pops from it.
    queue: Queue,
    /// The number of tasks that have not ended.
    alive: AtomicUsize,
    /// Wakes what polls the set.
    waker: Mutex<Option<Kept>>,
    counters: LateCounters,
}

impl Set {
    /// Lets the next wake-up of a task wake the current task.
    fn register(&self, cx: &Context<'_>) {
        if self
            .waker()
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx))
        {
            return;
        }
        // A waker may run any code, so the lock is not held while it is cloned or dropped.
        let waker = Kept::of(cx);
        let old = self.waker().replace(waker);
        drop(old);
    }

    fn waker(&self) -> MutexGuard<'_, Option<Kept>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Owner for Set {
    fn tasks(&self) -> &TaskList {
        &self.tasks
    }

    fn schedule(&self, runnable: Runnable) {
        self.queue.push(runnable);
        // The thread looks at the queue at the end of the poll that it is inside of.
        if POLLED.get() != ptr::from_ref(self) {
            let waker = self.waker().take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable> {
        self.schedule(runnable);
        Ok(())
    }

    // The tasks run on a thread that counts for no runtime meanwhile, so each end comes here.
    fn ended_elsewhere(&self, how: Ending) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
        self.counters.ended(how);
    }
}

impl LocalOwner for Set {
    fn spawned(&self) {
        self.alive.fetch_add(1, Ordering::Relaxed);
        self.counters.spawned();
    }
}

/// The tasks of a `LocalSet`. It stays on its thread, and dropping it ends the tasks.
#[derive(Debug, Default)]
pub(crate) struct LocalSet {
    set: Arc<Set>,
    stays: PhantomData<*const ()>,
}

impl LocalSet {
    fn meet(&self) {
        self.set
            .counters
            .meet(|| Some(scheduler::current()?.counters.clone()));
    }

    /// Runs ready tasks, within limits. Returns whether more may be ready.
    fn run(&self) -> bool {
        // The polls of the tasks have budgets of their own, and leave that of the current task.
        let _budget = budget::unlimited();
        let _counts = metrics::outside();
        budget::within(|| {
            let mut left = BATCH;
            while left > 0 {
                left -= 1;
                let Some(runnable) = self.set.queue.pop() else {
                    return false;
                };
                if task::run(runnable) {
                    left = left.saturating_sub(LONG);
                }
            }
            !self.set.queue.is_empty()
        })
    }

    /// Makes this set the one that this thread polls.
    fn begin_poll(&self) -> impl Drop {
        struct Polled<D> {
            outer: *const Set,
            _here: Outer,
            _local: D,
        }

        impl<D> Drop for Polled<D> {
            fn drop(&mut self) {
                POLLED.set(self.outer);
            }
        }

        Polled {
            outer: POLLED.replace(Arc::as_ptr(&self.set)),
            _here: local_tasks::enter(self.set.clone()),
            _local: context::enter_local(),
        }
    }

    pub(super) fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.meet();
        // SAFETY: This type stays on its thread. Only its `run` and its end take tasks from the
        // queue, and its end comes after that of the last task. If this value is leaked, so is the
        // queue, and no task is run or dropped any more.
        unsafe { local_tasks::spawn(self.set.clone(), future) }
    }

    pub(super) fn enter(&self) -> Outer {
        self.meet();
        local_tasks::enter(self.set.clone())
    }

    pub(super) fn poll_until<F: Future>(
        &self,
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output> {
        self.meet();
        self.set.register(cx);
        let _polled = self.begin_poll();
        let polled = future.poll(cx);
        if polled.is_pending() && self.run() {
            cx.waker().wake_by_ref();
        }
        polled
    }

    pub(super) fn poll_all(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.meet();
        self.set.register(cx);
        let _polled = self.begin_poll();
        let is_more = self.run();
        if self.set.alive.load(Ordering::Relaxed) == 0 {
            return Poll::Ready(());
        }
        if is_more {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        // What the destructors spawn locally ends here too.
        let _polled = self.begin_poll();
        let _budget = budget::unlimited();
        let _counts = metrics::outside();
        budget::within(|| local_tasks::drain(&self.set.tasks, &self.set.queue));
        // A task that is leaked keeps the set, which need not keep a waker.
        let waker = self.set.waker().take();
        drop(waker);
    }
}
