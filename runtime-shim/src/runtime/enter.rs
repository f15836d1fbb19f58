//! Entering a runtime by hand: calls from the thread go to that runtime until a guard is dropped.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::MutexGuard;
use std::thread;

use super::context::{self, ThreadContext};
use super::{AsyncHandle, AsyncRuntime, Selected};

thread_local! {
    /// The number of guards on this thread.
    // Needs no destructor, so it works in the destructors of other thread-locals.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// How a thread enters the runtime of a handle.
pub(crate) trait Enter: AsyncHandle {
    /// Makes the thread belong to where it was before, when dropped.
    type Entered;

    /// Makes calls from this thread go to the runtime.
    fn enter(&self) -> Entry<Self::Entered>;

    /// Throws away what [`enter`](Self::enter) has returned, and leaves the thread where it is.
    fn abandon(entered: Self::Entered) {
        mem::forget(entered);
    }

    /// Enters the context that other crates ask for. It comes after [`enter`](Self::enter).
    fn enter_foreign(&self) -> Foreign<'_> {
        Foreign::default()
    }
}

/// What has come of an attempt to enter a runtime.
pub(crate) enum Entry<E> {
    Entered(E),
    /// Calls from this thread go to that runtime already.
    IsThere,
    /// The thread ends, and what it keeps its runtime in exists no more.
    Destroyed,
}

impl<E> Entry<E> {
    // Used where there are several runtimes.
    #[allow(dead_code)]
    pub(crate) fn map<T>(self, wrap: impl FnOnce(E) -> T) -> Entry<T> {
        match self {
            Self::Entered(entered) => Entry::Entered(wrap(entered)),
            Self::IsThere => Entry::IsThere,
            Self::Destroyed => Entry::Destroyed,
        }
    }
}

/// The context that other crates ask for: Tokio's.
#[derive(Default)]
pub(crate) struct Foreign<'a> {
    #[cfg(feature = "tokio")]
    pub(super) _tokio: Option<tokio::runtime::EnterGuard<'a>>,
    /// That of the Tokio runtime beside a runtime.
    #[cfg(all(feature = "_executor", feature = "tokio-context"))]
    pub(super) _beside: Option<portable_reactor::tokio::runtime::EnterGuard<'a>>,
    pub(super) _handle: PhantomData<&'a ()>,
}

/// A guard that makes the calls from its thread go to a runtime.
///
/// Equivalent to `tokio::runtime::EnterGuard`.
///
/// [`Handle::enter`](super::Handle::enter) and [`Runtime::enter`](super::Runtime::enter) return it.
///
/// The guard is not [`Send`]. So a future that is [`Send`] does not hold one across an `.await`, and
/// neither does a task of [`spawn`](crate::task::spawn):
///
/// ```compile_fail
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::Handle;
/// use portable::task;
///
/// # fn spawns(handle: Handle) {
/// task::spawn(async move {
///     let _guard = handle.enter();
///     task::yield_now().await; // `_guard` is still there.
/// });
/// # }
/// ```
///
/// # Panics
///
/// Dropping a guard panics if a later guard of the thread still exists, or if the guard outlives the
/// `block_on` or the task in which it was made. (In the latter case Tokio's `block_on` panics before.)
/// From then on the thread may belong to the wrong runtime. There is no second panic while the thread
/// panics already.
#[must_use = "dropping the guard at once leaves the runtime again"]
pub struct EnterGuard<'a> {
    // Has no lifetime, so that the runtime may be shut down while the guard exists. Dropped first.
    _place: Place<<Selected as AsyncRuntime>::Handle>,
    _foreign: Foreign<'a>,
}

// A panic leaves nothing half done in it.
impl UnwindSafe for EnterGuard<'_> {}
impl RefUnwindSafe for EnterGuard<'_> {}

impl fmt::Debug for EnterGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterGuard").finish_non_exhaustive()
    }
}

/// Enters the runtime of `handle`.
#[track_caller]
pub(super) fn enter(handle: &<Selected as AsyncRuntime>::Handle) -> EnterGuard<'_> {
    let (entered, context) = match handle.enter() {
        Entry::Entered(entered) => (Some(entered), context::current()),
        Entry::IsThere => (None, None),
        Entry::Destroyed => panic!(
            "portable: `Handle::enter` was called in the destructor of a thread-local, when this \
             thread could belong to no runtime any more; use the methods of the handle there"
        ),
    };
    let depth = DEPTH.get() + 1;
    DEPTH.set(depth);
    EnterGuard {
        _place: Place {
            entered,
            context,
            depth,
            stays: PhantomData,
        },
        _foreign: handle.enter_foreign(),
    }
}

/// The runtime that the thread belongs to while this is the last of the thread's guards.
struct Place<H: Enter> {
    /// `None` if the thread belonged to that runtime before.
    entered: Option<H::Entered>,
    context: Option<ThreadContext>,
    /// The number of guards, including this one.
    depth: u32,
    /// A mutex's guard has to stay on its thread too, and can be shared with others.
    stays: PhantomData<MutexGuard<'static, ()>>,
}

impl<H: Enter> Drop for Place<H> {
    #[track_caller]
    fn drop(&mut self) {
        let is_last = DEPTH.get() == self.depth;
        if is_last {
            DEPTH.set(self.depth - 1);
        }
        // Within or after a `block_on` that was not there when the guard was made, the thread is
        // elsewhere.
        let is_here = self.entered.is_none() || context::current() == self.context;
        if is_last && is_here {
            return;
        }
        // What the thread belongs to is that of another guard, or of a `block_on`.
        if let Some(entered) = self.entered.take() {
            H::abandon(entered);
        }
        if !thread::panicking() {
            panic!(
                "portable: a guard of `Handle::enter` or `Runtime::enter` was dropped out of order; \
                 drop the guards of a thread in the reverse order of their calls, and each within \
                 the `block_on` in which it was made"
            );
        }
    }
}
