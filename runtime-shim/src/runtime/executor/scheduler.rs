//! A running runtime as its tasks and threads see it: which threads run the tasks, and how a task
//! is spawned.

use std::cell::Cell;
use std::fmt;
use std::future::{Future, pending};
use std::io;
use std::marker::PhantomData;
use std::mem;
#[cfg(feature = "_workers")]
use std::pin::pin;
#[cfg(feature = "_workers")]
use std::sync::Barrier;
#[cfg(feature = "tokio-context")]
use std::sync::OnceLock;
use std::sync::{Arc, Weak};
use std::thread;
#[cfg(feature = "tokio-context")]
use std::time::Instant;

use super::budget;
#[cfg(feature = "test-util")]
use super::clock::Clock;
use super::closures::Closures;
use super::current_thread::CurrentThread;
#[cfg(feature = "_reactor")]
use super::elsewhere::Descriptors;
use super::hold::Hold;
#[cfg(feature = "_workers")]
use super::hooked::Hooked;
#[cfg(feature = "_workers")]
use super::metered::Metered;
use super::task::{self, JoinHandle, Owner, Runnable, Task, TaskList};
#[cfg(feature = "custom")]
use super::theirs::{Home, Key, Theirs};
#[cfg(feature = "tokio-context")]
use super::tokio_context::{self, TokioContext};
#[cfg(feature = "_workers")]
use super::{park, workers::Workers};
#[cfg(feature = "rayon")]
use crate::runtime::compute;
use crate::runtime::context::{self, Role, ThreadContext};
use crate::runtime::metrics::{self, Counters, Ending};
use crate::runtime::table::Kind;
use crate::runtime::{Config, Entry, Id, late, refused};

thread_local! {
    static CURRENT: Cell<Option<Arc<Scheduler>>> = const { Cell::new(None) };
}

/// Returns the scheduler that this thread belongs to.
#[inline]
pub(super) fn current() -> Option<Arc<Scheduler>> {
    let current = |current: &Cell<Option<Arc<Scheduler>>>| {
        let scheduler = current.take();
        let clone = scheduler.clone();
        current.set(scheduler);
        clone
    };
    CURRENT.try_with(current).ok().flatten()
}

/// Makes the thread belong to `scheduler` until the guard is dropped.
pub(super) fn enter(scheduler: &Arc<Scheduler>, role: Role) -> Entered<'_> {
    let inner = Some(scheduler.clone());
    Entered {
        #[cfg(feature = "tokio-context")]
        _tokio: scheduler.enter_tokio(),
        _scheduler: PhantomData,
        _counts: metrics::outside(),
        _budget: budget::unlimited(),
        outer: CURRENT
            .try_with(|current| current.replace(inner))
            .ok()
            .flatten(),
        _context: context::enter(ThreadContext::new(scheduler.kind(), role)),
    }
}

pub(super) struct Entered<'a> {
    // On the stack of the thread. In a thread-local it would abort the process when the thread
    // ends, and one for each poll would be dropped before guards of the user's that are older.
    #[cfg(feature = "tokio-context")]
    _tokio: Option<tokio_context::Guard<'a>>,
    _scheduler: PhantomData<&'a Scheduler>,
    _counts: metrics::Entered,
    _budget: budget::Outer,
    outer: Option<Arc<Scheduler>>,
    _context: context::Entered,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let outer = self.outer.take();
        let inner = CURRENT.try_with(|current| current.replace(outer));
        drop(inner);
    }
}

/// Makes this thread, which the Tokio runtime for dependencies has started, belong to the runtime
/// beside it: until [`leave`].
#[cfg(feature = "tokio-context")]
fn belong(scheduler: &Weak<Scheduler>, role: Role) {
    let Some(scheduler) = scheduler.upgrade() else {
        return;
    };
    context::set(Some(ThreadContext::new(scheduler.kind(), role)));
    budget::set_tokios();
    CURRENT.set(Some(scheduler));
}

/// Makes this thread belong to no runtime.
#[cfg(feature = "tokio-context")]
fn leave() {
    context::set(None);
    drop(CURRENT.take());
}

/// Makes calls from the thread go to `scheduler` until the guard is dropped. What the thread polls,
/// and which task's budget it spends, stays as it is.
pub(super) fn enter_by_hand(scheduler: &Arc<Scheduler>) -> Entry<ByHand> {
    let enter = |current: &Cell<Option<Arc<Scheduler>>>| {
        let outer = current.replace(Some(scheduler.clone()));
        let is_there = context::kind() == Some(scheduler.kind)
            && outer
                .as_ref()
                .is_some_and(|outer| Arc::ptr_eq(outer, scheduler));
        if is_there {
            return Entry::IsThere;
        }
        let role = context::role_by_hand();
        Entry::Entered(ByHand {
            outer,
            _context: context::enter(ThreadContext::new(scheduler.kind, role)),
        })
    };
    CURRENT.try_with(enter).unwrap_or(Entry::Destroyed)
}

/// The guard of [`enter_by_hand`].
pub(crate) struct ByHand {
    outer: Option<Arc<Scheduler>>,
    _context: context::Entered,
}

impl ByHand {
    /// Drops what the thread belonged to before, and leaves the thread where it is.
    pub(super) fn abandon(mut self) {
        drop(self.outer.take());
        mem::forget(self);
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        let outer = self.outer.take();
        let inner = CURRENT.try_with(|current| current.replace(outer));
        drop(inner);
    }
}

/// Returns whether the thread ends, and can belong to no scheduler any more.
pub(super) fn is_destroyed_here() -> bool {
    CURRENT.try_with(|_| ()).is_err()
}

/// Returns what is known of the descriptors of the runtime that this thread belongs to.
#[cfg(feature = "_reactor")]
pub(super) fn descriptors_here() -> Option<Arc<Descriptors>> {
    let descriptors = |current: &Cell<Option<Arc<Scheduler>>>| {
        let scheduler = current.take();
        let descriptors = scheduler
            .as_ref()
            .map(|scheduler| scheduler.descriptors.clone());
        current.set(scheduler);
        descriptors
    };
    CURRENT.try_with(descriptors).ok().flatten()
}

/// Where a thread waits for a descriptor, as the runtime of the descriptor sees it.
#[cfg(feature = "_reactor")]
pub(super) enum Here {
    /// On a thread of a runtime that ends or has ended.
    Over,
    /// On a thread that polls the tasks of the runtime, which end with it.
    Inside,
    /// Anywhere else.
    Elsewhere,
}

/// Returns where this thread is for a runtime's descriptors.
#[cfg(feature = "_reactor")]
#[inline]
pub(super) fn here(descriptors: Option<&Arc<Descriptors>>) -> Here {
    let here = |current: &Cell<Option<Arc<Scheduler>>>| {
        let scheduler = current.take();
        let is_its = |scheduler: &Scheduler| {
            descriptors.is_some_and(|those| Arc::ptr_eq(those, &scheduler.descriptors))
        };
        let here = match &scheduler {
            Some(scheduler) if scheduler.tasks.is_closed() => Here::Over,
            Some(scheduler) if is_its(scheduler) && context::polls() => Here::Inside,
            _ => Here::Elsewhere,
        };
        current.set(scheduler);
        here
    };
    CURRENT.try_with(here).unwrap_or(Here::Elsewhere)
}

/// A running runtime, as its tasks and threads see it.
pub(super) struct Scheduler {
    /// A reference to the scheduler itself, for the threads that it starts.
    this: Weak<Self>,
    kind: Kind,
    pub(super) id: Id,
    pub(super) config: Config,
    pub(super) tasks: TaskList,
    pub(super) threads: Threads,
    pub(super) closures: Closures,
    pub(super) counters: Arc<Counters>,
    /// Who waits elsewhere for the descriptors of this runtime.
    #[cfg(feature = "_reactor")]
    descriptors: Arc<Descriptors>,
    /// The clock, on the flavour on which it can be paused.
    #[cfg(feature = "test-util")]
    pub(super) clock: Option<Arc<Clock>>,
    /// The closures on rayon's pool.
    #[cfg(feature = "rayon")]
    pub(super) compute: Arc<compute::Closures>,
    /// The Tokio runtime for dependencies that need one, from the start of the threads on.
    #[cfg(feature = "tokio-context")]
    tokio: OnceLock<TokioContext>,
}

/// The threads that run the tasks, and their run queues.
#[allow(
    clippy::large_enum_variant,
    reason = "a runtime has one, and the queues keep its parts on cache lines of their own"
)]
pub(super) enum Threads {
    #[cfg(feature = "_workers")]
    Workers(Workers),
    Current(CurrentThread),
    /// Those of the user's own runtime.
    #[cfg(feature = "custom")]
    Theirs(Theirs),
}

impl Threads {
    pub(super) fn new(_config: &Config) -> Self {
        #[cfg(feature = "custom")]
        if let Some(custom) = &_config.custom {
            return Self::Theirs(Theirs::new(custom.lend()));
        }
        #[cfg(feature = "_workers")]
        if _config.flavor == crate::runtime::Flavor::MultiThread {
            return Self::Workers(Workers::new(_config.worker_threads));
        }
        Self::Current(CurrentThread::default())
    }
}

impl Scheduler {
    pub(super) fn new(kind: Kind, config: Config, threads: Threads) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            kind,
            id: Id::next(),
            tasks: TaskList::default(),
            threads,
            closures: Closures::default(),
            counters: Arc::default(),
            #[cfg(feature = "_reactor")]
            descriptors: Arc::default(),
            #[cfg(feature = "test-util")]
            clock: config
                .has_clock
                .then(|| Arc::new(Clock::new(config.start_paused))),
            #[cfg(feature = "rayon")]
            compute: Arc::default(),
            #[cfg(feature = "tokio-context")]
            tokio: OnceLock::new(),
            config,
        })
    }

    #[inline]
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn spawn<F>(self: Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.counters.spawned();
        // SAFETY: The future is `Send`.
        let (runnable, task) = unsafe { task::create(self, future, true) };
        // `self` has moved into the task, and `task` keeps it alive.
        match task.metadata().owner().schedule_new(runnable) {
            Ok(()) => JoinHandle::new(task),
            Err(runnable) => late(runnable, task),
        }
    }

    /// Queues a task and makes sure that a thread runs it. Returns whether the task is on the run
    /// queue of this thread, which runs it in any case.
    #[inline]
    fn push(&self, runnable: Runnable) -> bool {
        match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => {
                let is_here = workers.push(runnable);
                workers.wake_one(&|index| self.start_worker(index, None));
                is_here
            }
            Threads::Current(current) => current.push(runnable),
            #[cfg(feature = "custom")]
            Threads::Theirs(theirs) => {
                let key = theirs.keep(runnable);
                // The end of the runtime takes the task from where it is kept.
                if !self.tasks.is_closed() {
                    theirs.schedule(self.this.clone(), key);
                }
                false
            }
        }
    }

    /// Starts the threads that the runtime needs from the beginning.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system refuses a thread, or what the Tokio runtime for
    /// dependencies starts with.
    pub(super) fn start(&self) -> io::Result<()> {
        #[cfg(feature = "tokio-context")]
        {
            let this = self.this.clone();
            let belong = move |role| belong(&this, role);
            let tokio = TokioContext::start(
                &self.config,
                self.tokios_thread(),
                belong,
                leave,
                #[cfg(feature = "test-util")]
                self.clock.as_ref(),
            )?;
            let _ = self.tokio.set(tokio);
        }
        let started = self.start_threads();
        #[cfg(feature = "tokio-context")]
        if started.is_err() {
            self.end_tokio(None, false);
        }
        started
    }

    fn start_threads(&self) -> io::Result<()> {
        match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => {
                workers
                    .start_first(&|index| {
                        let start = Arc::new(Barrier::new(2));
                        let thread = self.start_worker(index, Some(start.clone()))?;
                        // Waits until the thread runs. If the system refuses what a thread asks for
                        // at its beginning, the thread dies.
                        start.wait();
                        Ok(thread)
                    })
                    .map_err(|error| refused::told("a worker thread", &error))?;
                // The function may wait for all of them, or prepare what a task looks for on each.
                if self.config.hooks.start.is_some() {
                    workers.start_others(&|index| self.start_worker(index, None));
                }
                Ok(())
            }
            // Closures run on threads whose stack has this size, which the system may refuse for
            // every thread.
            _ if self.config.thread_stack_size.is_some() => {
                refused::threads(1, self.config.thread_stack_size)
                    .map_err(|error| refused::told("a thread", &error))
            }
            _ => Ok(()),
        }
    }

    /// Starts the thread of a worker. If `start` is given, the thread first waits at this barrier.
    #[cfg(feature = "_workers")]
    pub(super) fn start_worker(
        &self,
        index: usize,
        start: Option<Arc<Barrier>>,
    ) -> io::Result<thread::JoinHandle<()>> {
        let scheduler = self.this.upgrade().ok_or(io::ErrorKind::Other)?;
        self.new_thread().spawn(move || {
            if let Some(start) = start {
                start.wait();
            }
            let Threads::Workers(workers) = &scheduler.threads else {
                return;
            };
            let _entered = enter(&scheduler, Role::Polls);
            let start_more = |index| scheduler.start_worker(index, None);
            let _counts = scheduler.counters.enter(Some(index));
            let config = &scheduler.config;
            if let Some(hook) = &config.hooks.start {
                hook.call();
            }
            let mut worker = pin!(workers.worker(index, &start_more));
            worker.set_intervals(config.event_interval, config.global_queue_interval);
            let worker = pin!(Metered::new(worker, |worker| worker.is_idle()));
            let hooks = &config.hooks;
            if hooks.are_for_parking() {
                let worker = pin!(Hooked::new(worker, |worker| worker.is_idle(), hooks));
                budget::within(|| park::park_on(scheduler.kind, worker));
            } else {
                budget::within(|| park::park_on(scheduler.kind, worker));
            }
            // The end of the runtime waits for the worker, which exists until here.
            if let Some(hook) = &config.hooks.stop {
                hook.call();
            }
        })
    }

    /// Returns a builder for a thread that drives or ends the Tokio runtime for dependencies.
    #[cfg(feature = "tokio-context")]
    fn tokios_thread(&self) -> thread::Builder {
        self.new_thread_called(self.config.thread_name.fixed())
    }

    /// Makes the Tokio runtime for dependencies the context of the thread until the guard is dropped.
    #[cfg(feature = "tokio-context")]
    pub(super) fn enter_tokio(&self) -> Option<tokio_context::Guard<'_>> {
        self.tokio.get().and_then(TokioContext::enter)
    }

    /// Ends the Tokio runtime for dependencies, and waits for it until `deadline`.
    #[cfg(feature = "tokio-context")]
    pub(super) fn end_tokio(&self, deadline: Option<Instant>, waits_for_closures: bool) {
        if let Some(tokio) = self.tokio.get() {
            tokio.end(self.tokios_thread(), deadline, waits_for_closures);
        }
    }

    /// Returns a builder for a thread with this runtime's name and stack size.
    pub(super) fn new_thread(&self) -> thread::Builder {
        self.new_thread_called(self.config.thread_name.next())
    }

    fn new_thread_called(&self, name: String) -> thread::Builder {
        let thread = thread::Builder::new().name(name);
        match self.config.thread_stack_size {
            Some(bytes) => thread.stack_size(bytes),
            None => thread,
        }
    }

    /// Begins the end of the runtime. From here on a task ends instead of being polled, and a new
    /// task ends at once.
    pub(super) fn close(&self) {
        #[cfg(feature = "rayon")]
        self.compute.refuse();
        self.tasks.close();
        #[cfg(feature = "_reactor")]
        self.descriptors.end();
        self.closures.close();
        #[cfg(feature = "rayon")]
        self.compute.cancel();
        #[cfg(feature = "_workers")]
        if let Threads::Workers(workers) = &self.threads {
            workers.close();
        }
    }

    /// Returns the number of threads that run tasks, not counting the threads inside `block_on`. On a
    /// runtime of the user's own it is the number of threads that poll a task at this moment.
    pub(super) fn count_workers(&self) -> usize {
        match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => workers.count(),
            Threads::Current(_) => 0,
            #[cfg(feature = "custom")]
            Threads::Theirs(theirs) => theirs.polls(),
        }
    }

    /// Returns the number of threads for closures. A closure on another thread of rayon's counts as
    /// one.
    pub(super) fn count_closures(&self) -> usize {
        #[cfg(feature = "rayon")]
        return self.closures.count() + self.compute.count_elsewhere();
        #[cfg(not(feature = "rayon"))]
        self.closures.count()
    }

    /// Returns whether this thread is a worker.
    pub(super) fn is_worker_here(&self) -> bool {
        match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => workers.are_here(),
            Threads::Current(_) => false,
            #[cfg(feature = "custom")]
            Threads::Theirs(theirs) => theirs.polls_here(),
        }
    }

    /// Returns the index of the worker that this thread is. The thread that runs the tasks of the
    /// current-thread flavour counts as the only one.
    pub(super) fn worker_index_here(&self) -> Option<usize> {
        match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => {
                let index = workers.index_here();
                // Stand-ins have indices beyond.
                index.filter(|index| *index < self.config.worker_threads)
            }
            Threads::Current(current) => current.is_here().then_some(0),
            #[cfg(feature = "custom")]
            Threads::Theirs(_) => None,
        }
    }

    /// Joins the threads that have ended, which waits for the destructors of their thread-locals.
    pub(super) fn join(&self) {
        #[cfg(feature = "_workers")]
        if let Threads::Workers(workers) = &self.threads {
            workers.join();
        }
        self.closures.join();
    }

    /// Keeps the clock from being advanced.
    #[inline]
    pub(super) fn hold(&self) -> Hold {
        #[cfg(feature = "test-util")]
        return Hold::new(self.clock.clone());
        #[cfg(not(feature = "test-util"))]
        Hold::nothing()
    }

    /// Returns the number of tasks in the shared queue.
    pub(super) fn queued(&self) -> usize {
        match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => workers.queued(),
            Threads::Current(current) => current.queued(),
            #[cfg(feature = "custom")]
            Threads::Theirs(theirs) => theirs.len(),
        }
    }

    /// Runs the tasks in all queues. This includes the queues of the workers, because a worker may
    /// be inside a destructor that waits for a task. The list of tasks is closed, so each task ends
    /// at once.
    pub(super) fn drain(&self) {
        let pop = || match &self.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(workers) => workers.pop_any(),
            Threads::Current(current) => current.pop_any(),
            #[cfg(feature = "custom")]
            Threads::Theirs(theirs) => theirs.take_any(),
        };
        while let Some(runnable) = pop() {
            task::run(runnable);
        }
    }

    /// Drains the queues after a task was queued so late that no thread may look for it.
    #[cold]
    fn drain_late(&self) {
        let Some(this) = self.this.upgrade() else {
            return;
        };
        let _entered = enter(&this, Role::Polls);
        self.drain();
    }
}

#[cfg(feature = "custom")]
impl Scheduler {
    /// Takes the task at `key` from where it is kept, and runs `f` with it as a thread of this
    /// runtime.
    fn with_theirs(&self, key: Key, f: impl FnOnce(Runnable)) {
        let Threads::Theirs(theirs) = &self.threads else {
            return;
        };
        // Counted before the task is taken, so that the end of the runtime misses neither.
        let _poll = theirs.begin_poll();
        let (Some(runnable), Some(this)) = (theirs.take(key), self.this.upgrade()) else {
            return;
        };
        if is_inside(&this) {
            let _budget = budget::unlimited();
            f(runnable);
        } else {
            let _entered = enter(&this, Role::Polls);
            budget::within(|| f(runnable));
        }
        // A task that was woken while it was polled is kept again, and nobody else would end it.
        if self.tasks.is_closed() {
            self.drain_late();
        }
    }
}

/// Returns whether this thread runs tasks of `scheduler` already.
#[cfg(feature = "custom")]
fn is_inside(scheduler: &Arc<Scheduler>) -> bool {
    let polls = context::current().is_some_and(|context| context.role == Role::Polls);
    polls && current().is_some_and(|current| Arc::ptr_eq(&current, scheduler))
}

#[cfg(feature = "custom")]
impl Home for Scheduler {
    fn run(&self, key: Key) {
        self.with_theirs(key, |runnable| {
            task::run(runnable);
        });
    }

    fn cancel(&self, key: Key) {
        self.with_theirs(key, |runnable| {
            runnable.metadata().abort_state().abort();
            task::run(runnable);
        });
    }
}

impl Owner for Scheduler {
    fn tasks(&self) -> &TaskList {
        &self.tasks
    }

    fn schedule(&self, runnable: Runnable) {
        self.push(runnable);
    }

    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable> {
        if self.tasks.is_closed() {
            return Err(runnable);
        }
        // The runtime may have ended since the check above.
        if !self.push(runnable) && self.tasks.is_closed() {
            self.drain_late();
        }
        Ok(())
    }

    fn ended_elsewhere(&self, how: Ending) {
        self.counters.ended_elsewhere(how);
    }
}

/// Ends a task that is spawned after the end of the runtime. Its future is dropped here without a
/// poll, or a little later if this happens too deep inside other destructors. In either case the
/// returned handle is finished.
#[cold]
#[inline(never)]
pub(super) fn late<T: Send + 'static>(runnable: Runnable, task: Task<T>) -> JoinHandle<T> {
    // This thread may poll tasks of another runtime.
    let _counts = metrics::outside();
    if let Some(_inside) = late::enter() {
        task::run(runnable);
        return JoinHandle::new(task);
    }
    let owner = task.metadata().owner().clone();
    task.detach();
    late::put_off(Box::new(RunOnDrop(Some(runnable))));
    // SAFETY: The future is `Send`.
    let (runnable, task) = unsafe { task::create(owner, pending(), false) };
    task::run(runnable);
    JoinHandle::new(task)
}

/// A guard that runs a task of a closed list when it is dropped, which ends the task.
struct RunOnDrop(Option<Runnable>);

impl Drop for RunOnDrop {
    fn drop(&mut self) {
        if let Some(runnable) = self.0.take() {
            task::run(runnable);
        }
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("runtime", &self.kind.name())
            .field("flavor", &self.config.flavor)
            .field("queued", &self.queued())
            .finish_non_exhaustive()
    }
}
