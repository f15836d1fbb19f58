//! A waker that tells of what is done with it.
//!
//! tokio-console warns of a task that has lost its waker. For that it counts the clones of the waker
//! and how many of them are gone, which the safe trait `Wake` does not tell: hence the table of
//! functions.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

use tracing::{Level, trace};

use crate::panics::{contain, ignore};

/// The target of the events. One that begins with that of the spans would be turned on with them.
const TARGET: &str = "runtime::waker";

/// The waker of a task, which tells of each wake-up, clone and drop.
pub(super) struct Telling {
    inner: Waker,
    /// The number of the task's span. The span itself would stay open.
    span: u64,
}

/// Returns whether somebody listens to the events.
#[inline]
pub(super) fn is_heard() -> bool {
    tracing::event_enabled!(target: TARGET, Level::TRACE)
}

thread_local! {
    /// Whether the thread tells of a waker now. A subscriber may wake tasks.
    static TELLS: Cell<bool> = const { Cell::new(false) };
}

impl Telling {
    #[inline(never)]
    pub(super) fn new(inner: Waker, span: u64) -> Arc<Self> {
        let this = Arc::new(Self { inner, span });
        // It panics as little as the runtime's own, which it wakes.
        #[cfg(feature = "_executor")]
        crate::runtime::executor_knows_waker(&this.as_waker());
        this
    }

    /// Returns whether it wakes what `inner` wakes.
    #[inline]
    pub(super) fn wakes(&self, inner: &Waker) -> bool {
        // Tokio's and async-task's tables of functions may have several addresses, so that
        // `will_wake` would say no. The task is the same as long as the data is, which the clone
        // here keeps.
        let data = self.inner.data();
        self.inner.will_wake(inner) || (!data.is_null() && ptr::eq(data, inner.data()))
    }

    /// Returns the waker, without a clone that would have to be told of.
    #[inline]
    pub(super) fn as_waker(self: &Arc<Self>) -> impl Deref<Target = Waker> + '_ {
        // SAFETY: The functions of the table keep the contract of a waker: they may be called on
        // any thread, as `Telling` is `Send` and `Sync`, and each waker is one reference of the
        // `Arc`. This one is the reference that is borrowed, as `ManuallyDrop` never drops it.
        ManuallyDrop::new(unsafe { Waker::from_raw(raw(Arc::as_ptr(self))) })
    }

    fn tell(&self, op: &'static str) {
        let Ok(false) = TELLS.try_with(|tells| tells.replace(true)) else {
            return;
        };
        // A panic of the subscriber's would meet code that relies on wakers.
        ignore(contain(|| {
            trace!(target: TARGET, op, task.id = self.span);
        }));
        let _ = TELLS.try_with(|tells| tells.set(false));
    }
}

/// The functions of the waker. Their first argument is the pointer that [`Arc::as_ptr`] returns.
static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

fn raw(this: *const Telling) -> RawWaker {
    RawWaker::new(this.cast(), &TABLE)
}

unsafe fn clone(data: *const ()) -> RawWaker {
    let this: *const Telling = data.cast();
    // SAFETY: The pointer is that of an `Arc`, of which the waker that is cloned is a reference.
    unsafe {
        Arc::increment_strong_count(this);
        (*this).tell("waker.clone");
    }
    raw(this)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: The pointer is that of an `Arc`, and the waker, which ends here, is one reference.
    let this = unsafe { Arc::from_raw(data.cast::<Telling>()) };
    this.tell("waker.wake");
    this.inner.wake_by_ref();
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: The waker is a reference of the `Arc` and lives during the call.
    let this = unsafe { &*data.cast::<Telling>() };
    this.tell("waker.wake_by_ref");
    this.inner.wake_by_ref();
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: The pointer is that of an `Arc`, and the waker, which ends here, is one reference.
    let this = unsafe { Arc::from_raw(data.cast::<Telling>()) };
    this.tell("waker.drop");
}
