//! Wakers that run any code.

use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// A call of a waker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Call {
    Clone,
    Wake,
    Drop,
}

struct Hook(Box<dyn Fn(Call) + Send + Sync>);

/// Returns a waker that calls `hook` before it does what it is asked to.
pub(crate) fn hooked(hook: impl Fn(Call) + Send + Sync + 'static) -> Waker {
    let hook = Arc::new(Hook(Box::new(hook)));
    // SAFETY: The functions of the table take the pointer of `into_raw`, are safe on any thread,
    // and each waker has a reference of its own, which `wake` and `drop` take.
    unsafe { Waker::from_raw(RawWaker::new(Arc::into_raw(hook).cast(), &TABLE)) }
}

/// Returns a waker that panics in these calls.
pub(crate) fn panics_in(calls: &'static [Call]) -> Waker {
    hooked(move |call| {
        if calls.contains(&call) {
            panic!("{call:?} of a waker panics");
        }
    })
}

static TABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        // SAFETY: The pointer comes from `into_raw`, and a reference is there as long as the waker
        // is.
        let hook = unsafe { &*data.cast::<Hook>() };
        (hook.0)(Call::Clone);
        // SAFETY: The pointer comes from `into_raw`, and a reference is there as long as the waker
        // is.
        unsafe { Arc::increment_strong_count(data.cast::<Hook>()) };
        RawWaker::new(data, &TABLE)
    },
    |data| {
        // SAFETY: The pointer comes from `into_raw`, and the waker's reference is given up.
        let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
        (hook.0)(Call::Wake);
    },
    |data| {
        // SAFETY: The pointer comes from `into_raw`, and a reference is there as long as the waker
        // is.
        let hook = unsafe { &*data.cast::<Hook>() };
        (hook.0)(Call::Wake);
    },
    |data| {
        // SAFETY: The pointer comes from `into_raw`, and the waker's reference is given up.
        let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
        (hook.0)(Call::Drop);
    },
);
