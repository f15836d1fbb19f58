//! The end of a runtime, as its threads and its closures see it.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::runtime::refused;

/// The runtimes that have begun to end and are still there.
static ENDING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Has the end of the runtime that made this thread wait for it. It is the first thread-local
    /// of the thread, so the last whose destructor runs.
    static THREAD: RefCell<Option<Thread>> = const { RefCell::new(None) };
    /// That of the runtime whose closure this thread runs.
    static RUNNING: Cell<*const End> = const { Cell::new(ptr::null()) };
    /// Of the runtime that this thread is inside of.
    static CURRENT: RefCell<Option<Arc<End>>> = const { RefCell::new(None) };
}

/// Whether a runtime has begun to end, and what its end waits for.
#[derive(Debug)]
pub(super) struct End {
    /// That of the runtime, once it is there.
    runtime: OnceLock<tokio::runtime::Id>,
    has_begun: AtomicBool,
    workers: usize,
    /// Of the threads.
    stack_size: Option<usize>,
    state: Mutex<State>,
    /// Told of when all workers run, and of each change once the end has begun.
    changed: Condvar,
}

/// What is there.
#[derive(Debug)]
struct State {
    /// Workers that have not begun.
    unstarted: usize,
    /// Threads, workers and others.
    threads: usize,
    /// Closures, also those that wait for a thread.
    closures: usize,
    /// Closures that have a thread.
    running: usize,
}

impl End {
    pub(super) fn new(workers: usize, stack_size: Option<usize>) -> Self {
        Self {
            runtime: OnceLock::new(),
            has_begun: AtomicBool::new(false),
            workers,
            stack_size,
            state: Mutex::new(State {
                unstarted: workers,
                threads: 0,
                closures: 0,
                running: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Whose end it is.
    pub(super) fn set_runtime(&self, id: tokio::runtime::Id) {
        let _ = self.runtime.set(id);
    }

    #[cfg(feature = "_reactor")]
    pub(super) fn is_of(&self, id: tokio::runtime::Id) -> bool {
        self.runtime.get() == Some(&id)
    }

    pub(super) fn begin(&self) {
        if !self.has_begun.swap(true, Ordering::SeqCst) {
            ENDING.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// Has the end wait for a closure.
    pub(super) fn waits(self: &Arc<Self>) -> Closure {
        self.lock().closures += 1;
        Closure(self.clone())
    }

    /// Sees to it that a closure finds a thread, or says so: Tokio's own panic speaks of a worker.
    ///
    /// # Panics
    ///
    /// If there is no thread for closures, and none can be had.
    #[track_caller]
    pub(super) fn assure_thread(&self) {
        let state = self.lock();
        let has_one = state.threads + state.unstarted > self.workers;
        drop(state);
        if !has_one && let Err(error) = refused::threads(1, self.stack_size) {
            refused::end_call("cannot start a thread for a blocking closure", &error);
        }
    }

    /// Waits until nothing is left to wait for but what this thread itself is, at most for
    /// `timeout`; for closures if that is said.
    pub(super) fn wait(&self, timeout: Duration, for_closures: bool) {
        let own_closure = usize::from(ptr::eq(RUNNING.get(), self));
        let own_thread = THREAD.try_with(|thread| {
            let thread = thread.borrow();
            usize::from(thread.as_ref().is_some_and(|own| ptr::eq(&*own.0, self)))
        });
        let own_thread = own_thread.unwrap_or(0);
        let start = Instant::now();
        let mut state = self.lock();
        loop {
            let is_over = if for_closures {
                state.threads <= own_thread && state.closures <= own_closure
            } else {
                // A thread that runs no closure ends at once, or polls.
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

    /// Waits until all workers run: what a thread asks the system for at its beginning it dies without,
    /// and one that has not begun the end would not know of.
    pub(super) fn wait_for_workers(&self) {
        let state = self.lock();
        drop(
            self.changed
                .wait_while(state, |state| state.unstarted > 0)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Has the end wait for this thread, which the runtime has just made.
    pub(super) fn waits_for_this_thread(self: &Arc<Self>) {
        THREAD.set(Some(Thread(self.clone())));
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

    /// That of the runtime that this thread is inside of, if we have made that.
    pub(super) fn current() -> Option<Arc<Self>> {
        let end = |current: &RefCell<Option<Arc<Self>>>| current.borrow().clone();
        CURRENT.try_with(end).ok().flatten()
    }

    /// Makes it the current one until the guard is dropped.
    pub(super) fn enter(end: Option<Arc<Self>>) -> impl Drop {
        struct Outer(Option<Arc<End>>);

        impl Drop for Outer {
            fn drop(&mut self) {
                let outer = self.0.take();
                drop(CURRENT.try_with(|current| current.replace(outer)));
            }
        }

        Outer(
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

/// Whether the runtime that this thread is inside of has begun to end.
#[inline]
pub(super) fn is_late() -> bool {
    #[cold]
    fn is_late_here() -> bool {
        End::current().is_some_and(|end| end.has_begun())
    }

    ENDING.load(Ordering::Relaxed) > 0 && is_late_here()
}

/// The end of the runtime waits for the thread that has this.
#[derive(Debug)]
struct Thread(Arc<End>);

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
        self.0.tell();
    }
}

/// The end of the runtime waits until this is dropped.
#[derive(Debug)]
pub(super) struct Closure(Arc<End>);

impl Closure {
    /// Whether the end has begun.
    pub(super) fn is_late(&self) -> bool {
        self.0.has_begun()
    }

    /// It has this thread until the guard is dropped.
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
