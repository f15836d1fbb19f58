//! A runtime of the user's own, which runs the tasks.
//!
//! The user's runtime never holds a task itself. It gets a [`Runnable`], which stands for a task that
//! is to be polled, while the task stays here. So the end of the runtime finds every task, whatever
//! the user's runtime has done with its runnable.

use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use slab::Slab;

use super::task;
use crate::panics::{contain, ignore};
#[allow(unused_imports, reason = "the documentation names it")]
use crate::runtime::CustomRuntime;
use crate::runtime::custom::{Lent, Shared};
use crate::task::Id;
use crate::waker;

/// The number of locks among which the tasks are spread, so that threads rarely contend for one.
const SHARDS: usize = 8;

thread_local! {
    /// True while this thread is inside the user's [`schedule`](CustomRuntime::schedule).
    static SCHEDULES: Cell<bool> = const { Cell::new(false) };
    /// The innermost runtime whose task this thread polls.
    static POLLS: Cell<*const Theirs> = const { Cell::new(ptr::null()) };
}

/// A task of `portable` that is to be polled, as a [`CustomRuntime`] gets it.
///
/// A runtime with a queue of its own keeps the runnable and calls [`run`](Self::run). An executor
/// that takes futures can be given the runnable as one: it polls the task once and is then ready.
///
/// A runnable stands for one poll. When the task is woken again, the runtime gets another one. If a
/// runnable is dropped, its task is cancelled: the future of the task is dropped within the call, and
/// its handle returns a [`JoinError`](crate::task::JoinError). After the end of the runtime a
/// runnable does nothing.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{CustomRuntime, Runnable};
/// use std::collections::VecDeque;
/// use std::sync::Mutex;
///
/// #[derive(Default)]
/// struct Queue(Mutex<VecDeque<Runnable>>);
///
/// impl Queue {
///     /// Polls each task that is ready once.
///     fn tick(&self) {
///         let ready = std::mem::take(&mut *self.0.lock().unwrap());
///         ready.into_iter().for_each(Runnable::run);
///     }
/// }
///
/// impl CustomRuntime for Queue {
///     fn schedule(&self, runnable: Runnable) {
///         self.0.lock().unwrap().push_back(runnable);
///     }
/// }
/// # Queue::default().tick();
/// ```
#[must_use = "a task is cancelled when its runnable is dropped"]
pub struct Runnable {
    home: Weak<dyn Home>,
    key: Key,
}

// Nobody can see what a panic leaves half done in the scheduler.
impl UnwindSafe for Runnable {}
impl RefUnwindSafe for Runnable {}

/// What a [`Runnable`] asks of the scheduler that its task belongs to.
pub(super) trait Home: Send + Sync {
    /// Polls the task at `key` once.
    fn run(&self, key: Key);

    /// Cancels the task at `key`.
    fn cancel(&self, key: Key);
}

impl Runnable {
    /// Polls the task once, on this thread.
    ///
    /// A panic of the task does not leave this call: it arrives in the task's handle.
    ///
    /// # Panics
    ///
    /// Panics inside [`CustomRuntime::schedule`], because a task must not be polled within the call
    /// that wakes it. The task is cancelled then.
    pub fn run(self) {
        assert!(
            !SCHEDULES.get(),
            "portable: `Runnable::run` was called within `CustomRuntime::schedule`; put the \
             runnable into a queue there, and run it once `schedule` has returned"
        );
        let home = self.home.upgrade();
        let key = self.key;
        self.forget();
        if let Some(home) = home {
            home.run(key);
        }
    }

    /// Returns the id of the task, which is that of its
    /// [`JoinHandle`](crate::task::JoinHandle::id).
    pub fn id(&self) -> Id {
        Id::ours(self.key.id)
    }

    /// Drops the reference without cancelling the task.
    fn forget(mut self) {
        self.key.place = None;
    }
}

impl Future for Runnable {
    type Output = ();

    /// Polls the task as [`run`](Self::run) does. The context is not used, because the task has a
    /// waker of its own.
    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        let key = self.key;
        let runnable = Self {
            home: mem::replace(&mut self.home, Weak::<Nowhere>::new()),
            key,
        };
        self.key.place = None;
        if key.place.is_some() {
            runnable.run();
        } else {
            runnable.forget();
        }
        Poll::Ready(())
    }
}

/// The home of a runnable that has been polled.
struct Nowhere;

impl Home for Nowhere {
    fn run(&self, _key: Key) {}
    fn cancel(&self, _key: Key) {}
}

impl Drop for Runnable {
    fn drop(&mut self) {
        if self.key.place.is_some()
            && let Some(home) = self.home.upgrade()
        {
            home.cancel(self.key);
        }
    }
}

impl fmt::Debug for Runnable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runnable").field("id", &self.id()).finish()
    }
}

/// The place of a task that is to be polled.
#[derive(Clone, Copy)]
pub(super) struct Key {
    id: u64,
    /// The place in the shard, or nothing if the runnable has been used.
    place: Option<usize>,
}

/// The user's runtime, and the tasks that it is to poll.
pub(super) struct Theirs {
    // The running `Instance` owns it.
    runtime: Lent,
    ready: Vec<Mutex<Slab<task::Runnable>>>,
    /// The number of polls that are under way.
    polls: AtomicUsize,
}

impl Theirs {
    pub(super) fn new(runtime: Lent) -> Self {
        Self {
            runtime,
            ready: (0..SHARDS).map(|_| Mutex::default()).collect(),
            polls: AtomicUsize::new(0),
        }
    }

    /// Returns the user's runtime, unless it has ended.
    pub(super) fn runtime(&self) -> Option<Shared> {
        self.runtime.get()
    }

    fn shard(&self, id: u64) -> MutexGuard<'_, Slab<task::Runnable>> {
        lock(&self.ready[id as usize % SHARDS])
    }

    /// Keeps a task that is to be polled.
    pub(super) fn keep(&self, runnable: task::Runnable) -> Key {
        let id = runnable.metadata().id();
        let place = Some(self.shard(id).insert(runnable));
        Key { id, place }
    }

    /// Hands a task to the user's runtime. If that panics, the task is cancelled.
    pub(super) fn schedule(&self, home: Weak<dyn Home>, key: Key) {
        struct Outer(bool);

        impl Drop for Outer {
            fn drop(&mut self) {
                SCHEDULES.set(self.0);
            }
        }

        let runnable = Runnable { home, key };
        let Some(runtime) = self.runtime.get() else {
            // The end of the runtime takes the task from where it is kept.
            return runnable.forget();
        };
        let _outer = Outer(SCHEDULES.replace(true));
        ignore(contain(|| runtime.schedule(runnable)));
    }

    /// Takes a task out, unless the end of the runtime or another thread has done so.
    pub(super) fn take(&self, key: Key) -> Option<task::Runnable> {
        let place = key.place?;
        let mut shard = self.shard(key.id);
        // The end of the runtime may have taken the task, and another one may be in its place.
        let is_there = |runnable: &task::Runnable| runnable.metadata().id() == key.id;
        shard
            .get(place)
            .is_some_and(is_there)
            .then(|| shard.remove(place))
    }

    /// Takes any task out.
    pub(super) fn take_any(&self) -> Option<task::Runnable> {
        self.ready.iter().find_map(|shard| {
            let mut shard = lock(shard);
            let (place, _) = shard.iter().next()?;
            Some(shard.remove(place))
        })
    }

    /// Returns the number of tasks that are to be polled.
    pub(super) fn len(&self) -> usize {
        self.ready.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Counts a poll until the guard is dropped.
    pub(super) fn begin_poll(&self) -> impl Drop + use<'_> {
        struct Poll<'a> {
            polls: &'a AtomicUsize,
            outer: *const Theirs,
        }

        impl Drop for Poll<'_> {
            fn drop(&mut self) {
                POLLS.set(self.outer);
                self.polls.fetch_sub(1, Ordering::SeqCst);
            }
        }

        self.polls.fetch_add(1, Ordering::SeqCst);
        Poll {
            polls: &self.polls,
            outer: POLLS.replace(self),
        }
    }

    /// Returns the number of polls that are under way.
    pub(super) fn polls(&self) -> usize {
        self.polls.load(Ordering::SeqCst)
    }

    /// Returns whether this thread polls one of the tasks.
    pub(super) fn polls_here(&self) -> bool {
        ptr::eq(POLLS.get(), self)
    }
}

/// Waits for `main` in the user's `block_on`.
///
/// # Panics
///
/// Panics if `block_on` panics, or returns before `main` is done.
pub(super) fn block_on(runtime: &Shared, mut main: Pin<&mut dyn Future<Output = ()>>) {
    let mut is_done = false;
    // The waker of the user's own, and the one around it that does not panic.
    let mut wakers: Option<(Waker, Waker)> = None;
    runtime.block_on(pin!(poll_fn(|cx| {
        if is_done {
            return Poll::Ready(());
        }
        let known = wakers.take().filter(|(own, _)| own.will_wake(cx.waker()));
        let (_, contained) =
            wakers.insert(known.unwrap_or_else(|| (cx.waker().clone(), waker::contained(cx))));
        let polled = main.as_mut().poll(&mut Context::from_waker(contained));
        is_done = polled.is_ready();
        polled
    })));
    assert!(
        is_done,
        "portable: `CustomRuntime::block_on` of the runtime `{}` has returned before its \
         future was done",
        runtime.name()
    );
}

fn lock(shard: &Mutex<Slab<task::Runnable>>) -> MutexGuard<'_, Slab<task::Runnable>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
