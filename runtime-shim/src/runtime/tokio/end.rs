//! The end of a runtime, and its threads and closures that the end waits for.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

#[cfg(feature = "test-util")]
use super::stalled::Watch;
#[cfg(feature = "test-util")]
use crate::runtime::Id;
#[cfg(feature = "rayon")]
use crate::runtime::compute;
use crate::runtime::metrics::{self, ClosureReading, Counters};
use crate::runtime::refused;

/// The number of runtimes that have begun to end and still exist.
static ENDING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Makes the end of the thread's runtime wait for the thread. It is the first thread-local of
    /// the thread, so its destructor runs last.
    static THREAD: RefCell<Option<Thread>> = const { RefCell::new(None) };
    /// The end of the runtime whose closure this thread runs.
    static RUNNING: Cell<*const End> = const { Cell::new(ptr::null()) };
    /// The end of the runtime that this thread is inside of.
    static CURRENT: RefCell<Option<Arc<End>>> = const { RefCell::new(None) };
}

/// The state of a runtime's end: whether it has begun, and what it waits for.
#[derive(Debug)]
pub(super) struct End {
    /// The id of the runtime, once the runtime exists.
    runtime: OnceLock<tokio::runtime::Id>,
    has_begun: AtomicBool,
    workers: usize,
    /// The stack size of the threads.
    stack_size: Option<usize>,
    /// The closures on rayon's pool.
    #[cfg(feature = "rayon")]
    compute: Arc<compute::Closures>,
    state: Mutex<State>,
    counters: Arc<Counters>,
    /// Notified when all workers run, and of each change once the end has begun.
    changed: Condvar,
    /// What is known of a thread that waits while the clock is paused.
    #[cfg(feature = "test-util")]
    watch: Watch,
}

/// The threads and closures that exist.
#[derive(Debug)]
struct State {
    /// The number of workers that have not started.
    unstarted: usize,
    /// The number of threads, both workers and others.
    threads: usize,
    /// The number of closures, including those that wait for a thread.
    closures: usize,
    /// The number of closures that have a thread.
    running: usize,
}

impl End {
    pub(super) fn new(workers: usize, stack_size: Option<usize>) -> Self {
        Self {
            runtime: OnceLock::new(),
            has_begun: AtomicBool::new(false),
            workers,
            stack_size,
            counters: Arc::default(),
            #[cfg(feature = "rayon")]
            compute: Arc::default(),
            state: Mutex::new(State {
                unstarted: workers,
                threads: 0,
                closures: 0,
                running: 0,
            }),
            changed: Condvar::new(),
            #[cfg(feature = "test-util")]
            watch: Watch::default(),
        }
    }

    /// Sets the id of the runtime.
    pub(super) fn set_runtime(&self, id: tokio::runtime::Id) {
        let _ = self.runtime.set(id);
    }

    /// Returns the id of the runtime, once the runtime exists.
    #[cfg(feature = "test-util")]
    pub(super) fn id(&self) -> Option<Id> {
        self.runtime.get().copied().map(Id::of_tokio)
    }

    #[cfg(feature = "test-util")]
    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    #[cfg(all(unix, feature = "_reactor"))]
    pub(super) fn is_of(&self, id: tokio::runtime::Id) -> bool {
        self.runtime.get() == Some(&id)
    }

    pub(super) fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Returns the numbers of threads and closures.
    pub(super) fn read(&self) -> ClosureReading {
        let state = self.lock();
        ClosureReading {
            threads: (state.threads + state.unstarted).saturating_sub(self.workers),
            running: state.running,
            queued: state.closures.saturating_sub(state.running),
        }
    }

    pub(super) fn begin(&self) {
        #[cfg(feature = "rayon")]
        self.compute.refuse();
        if !self.has_begun.swap(true, Ordering::SeqCst) {
            ENDING.fetch_add(1, Ordering::SeqCst);
            #[cfg(feature = "rayon")]
            self.compute.cancel();
        }
    }

    #[cfg(feature = "rayon")]
    pub(super) fn compute(&self) -> &Arc<compute::Closures> {
        &self.compute
    }

    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// Makes the end wait for a closure.
    pub(super) fn waits(self: &Arc<Self>) -> Closure {
        self.lock().closures += 1;
        Closure(self.clone())
    }

    /// Makes sure that a closure finds a thread. Otherwise ends the call with an error, because
    /// Tokio's own panic would mention a worker.
    ///
    /// # Panics
    ///
    /// Panics if there is no thread for closures and the operating system refuses one.
    #[track_caller]
    pub(super) fn assure_thread(&self) {
        let state = self.lock();
        let has_one = state.threads + state.unstarted > self.workers;
        drop(state);
        if !has_one && let Err(error) = refused::threads(1, self.stack_size) {
            refused::end_call("cannot start a thread for a blocking closure", &error);
        }
    }

    /// Waits until the other threads of the runtime have ended, at most for `timeout`. With
    /// `for_closures` it also waits for closures that have no thread yet, and without it not for
    /// threads that run a closure.
    pub(super) fn wait(&self, timeout: Duration, for_closures: bool) {
        #[cfg(feature = "rayon")]
        let start = Instant::now();
        self.wait_for_threads(timeout, for_closures);
        #[cfg(feature = "rayon")]
        if for_closures {
            self.compute.wait(timeout.saturating_sub(start.elapsed()));
        }
    }

    fn wait_for_threads(&self, timeout: Duration, for_closures: bool) {
        let own_closure = usize::from(ptr::eq(RUNNING.get(), self));
        let own_thread = THREAD.try_with(|thread| {
            let thread = thread.borrow();
            usize::from(thread.as_ref().is_some_and(|own| ptr::eq(&*own.end, self)))
        });
        let own_thread = own_thread.unwrap_or(0);
        let start = Instant::now();
        let mut state = self.lock();
        loop {
            let is_over = if for_closures {
                state.threads <= own_thread && state.closures <= own_closure
            } else {
                // A thread of the runtime that runs no closure either ends at once or polls.
                let own_poll = own_thread - own_thread.min(own_closure);
                state.threads <= state.running + own_poll
            };
            if is_over {
                return;
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return;
            }
            (state, _) = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until all workers run. A worker that the system refuses something at its start dies,
    /// and the end would not know of a worker that has not started.
    pub(super) fn wait_for_workers(&self) {
        let state = self.lock();
        drop(
            self.changed
                .wait_while(state, |state| state.unstarted > 0)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Makes the end wait for this thread, which the runtime has just started.
    pub(super) fn waits_for_this_thread(self: &Arc<Self>) {
        THREAD.set(Some(Thread {
            end: self.clone(),
            counts: Some(self.counters.enter(None)),
        }));
        CURRENT.set(Some(self.clone()));
        let mut state = self.lock();
        state.threads += 1;
        let is_last = state.unstarted == 1;
        state.unstarted = state.unstarted.saturating_sub(1);
        drop(state);
        if is_last {
            self.changed.notify_all();
        }
    }

    /// Returns the end of the runtime that this thread is inside of, if this crate made the
    /// runtime.
    pub(super) fn current() -> Option<Arc<Self>> {
        let end = |current: &RefCell<Option<Arc<Self>>>| current.borrow().clone();
        CURRENT.try_with(end).ok().flatten()
    }

    /// Returns the end of the runtime that this thread is inside of, if it has begun.
    #[inline]
    pub(super) fn late() -> Option<Arc<Self>> {
        #[cold]
        fn late_here() -> Option<Arc<End>> {
            End::current().filter(|end| end.has_begun())
        }

        if ENDING.load(Ordering::Relaxed) == 0 {
            return None;
        }
        late_here()
    }

    /// Makes `end` the current one until the guard is dropped.
    pub(super) fn enter(end: Option<Arc<Self>>) -> CurrentEnd {
        CurrentEnd(
            CURRENT
                .try_with(|current| current.replace(end))
                .ok()
                .flatten(),
        )
    }

    fn tell(&self) {
        if self.has_begun() {
            self.changed.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if *self.has_begun.get_mut() {
            ENDING.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The guard of [`End::enter`].
pub(super) struct CurrentEnd(Option<Arc<End>>);

impl Drop for CurrentEnd {
    fn drop(&mut self) {
        let outer = self.0.take();
        drop(CURRENT.try_with(|current| current.replace(outer)));
    }
}

/// Makes the end of the runtime wait for the thread that owns this.
#[derive(Debug)]
struct Thread {
    end: Arc<End>,
    counts: Option<metrics::Entered>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        // What the thread has counted is there when the end stops waiting for it.
        drop(self.counts.take());
        self.end.lock().threads -= 1;
        self.end.tell();
    }
}

/// Makes the end of the runtime wait until this is dropped.
#[derive(Debug)]
pub(super) struct Closure(Arc<End>);

impl Closure {
    /// Returns whether the end has begun.
    pub(super) fn is_late(&self) -> bool {
        self.0.has_begun()
    }

    /// Marks the closure as running on this thread until the guard is dropped.
    pub(super) fn runs(&self) -> impl Drop + '_ {
        struct Running<'a>(&'a End);

        impl Drop for Running<'_> {
            fn drop(&mut self) {
                RUNNING.set(ptr::null());
                self.0.lock().running -= 1;
                self.0.tell();
            }
        }

        self.0.lock().running += 1;
        RUNNING.set(&raw const *self.0);
        Running(&self.0)
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        self.0.lock().closures -= 1;
        self.0.tell();
    }
}
