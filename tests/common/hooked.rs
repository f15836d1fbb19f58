//! Wakers that run anything.

use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What is done with a waker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Call {
    Clone,
    Wake,
    Drop,
}

struct Hook(Box<dyn Fn(Call) + Send + Sync>);

/// A waker that tells `hook` of each call, before it does it.
pub(crate) fn hooked(hook: impl Fn(Call) + Send + Sync + 'static) -> Waker {
    let hook = Arc::new(Hook(Box::new(hook)));
    // SAFETY: The functions of the table take what `into_raw` gives, are safe on any thread, and each
    // waker has a reference of its own, which `wake` and `drop` take.
    unsafe { Waker::from_raw(RawWaker::new(Arc::into_raw(hook).cast(), &TABLE)) }
}

/// A waker that panics in these calls, from the second waker on: the first is that of the test.
pub(crate) fn panics_in(calls: &'static [Call]) -> Waker {
    hooked(move |call| {
        if calls.contains(&call) {
            panic!("{call:?} of a waker panics");
        }
    })
}

static TABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        // SAFETY: It is of `into_raw`, and a reference is there as long as the waker is.
        let hook = unsafe { &*data.cast::<Hook>() };
        (hook.0)(Call::Clone);
        // SAFETY: As above.
        unsafe { Arc::increment_strong_count(data.cast::<Hook>()) };
        RawWaker::new(data, &TABLE)
    },
    |data| {
        // SAFETY: It is of `into_raw`, and the waker's reference is given up.
        let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
        (hook.0)(Call::Wake);
    },
    |data| {
        // SAFETY: As for a clone.
        let hook = unsafe { &*data.cast::<Hook>() };
        (hook.0)(Call::Wake);
    },
    |data| {
        // SAFETY: As for a wake.
        let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
        (hook.0)(Call::Drop);
    },
);
