//! Destructors of tasks and closures that are spawned after the end of their runtime.
//!
//! Such a future is dropped within the call that spawns it. Its destructor may spawn another, and
//! so on. From some depth on, destructors are put off until the first of these calls has run its
//! own, so that a chain of them does not overflow the stack.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The number of destructors that may run within one another.
const DEEPEST: u32 = 16;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static PUT_OFF: RefCell<VecDeque<Box<dyn Any>>> = const { RefCell::new(VecDeque::new()) };
}

/// Lets a destructor run here until the guard is dropped. Returns `None` if the chain is too deep:
/// the value must then be [put off](put_off).
pub(super) fn enter() -> Option<Inside> {
    let depth = DEPTH.get();
    if depth == DEEPEST {
        return None;
    }
    DEPTH.set(depth + 1);
    Some(Inside)
}

/// Drops the value once the first destructor on this thread has ended.
pub(super) fn put_off(what: Box<dyn Any>) {
    let mut what = Some(what);
    let put_off = PUT_OFF.try_with(|put_off| put_off.borrow_mut().extend(what.take()));
    // If the thread-local is destroyed, this thread is about to end and drops the value here.
    drop((put_off, what));
}

/// The guard of a running destructor.
pub(super) struct Inside;

impl Drop for Inside {
    fn drop(&mut self) {
        if DEPTH.get() == 1 {
            let next = || {
                let next = |put_off: &RefCell<VecDeque<_>>| put_off.borrow_mut().pop_front();
                PUT_OFF.try_with(next).ok().flatten()
            };
            while let Some(next) = next() {
                // The panic hook has reported the panic, and no caller is left to see it.
                if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop::<Box<_>>(next))) {
                    std::mem::forget(payload);
                }
            }
        }
        DEPTH.set(DEPTH.get() - 1);
    }
}
