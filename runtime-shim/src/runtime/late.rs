//! Destructors of what is spawned when its runtime has ended.
//!
//! What is spawned then is dropped within the call. Its destructor may spawn the next, and so on:
//! from some depth on they are put off until the first of these calls has done its part, so that
//! no chain of them outgrows the stack.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// So many destructors run within one another.
const DEEPEST: u32 = 16;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static PUT_OFF: RefCell<VecDeque<Box<dyn Any>>> = const { RefCell::new(VecDeque::new()) };
}

/// Lets a destructor run here until the guard is dropped; none if it is too deep for that, and is
/// to be [put off](put_off).
pub(super) fn enter() -> Option<Inside> {
    let depth = DEPTH.get();
    if depth == DEEPEST {
        return None;
    }
    DEPTH.set(depth + 1);
    Some(Inside)
}

/// Drops it once the first destructor on this thread has ended.
pub(super) fn put_off(what: Box<dyn Any>) {
    let mut what = Some(what);
    let put_off = PUT_OFF.try_with(|put_off| put_off.borrow_mut().extend(what.take()));
    // Else this thread is about to end, and drops it here.
    drop((put_off, what));
}

/// A destructor runs.
pub(super) struct Inside;

impl Drop for Inside {
    fn drop(&mut self) {
        if DEPTH.get() == 1 {
            let next = || {
                let next = |put_off: &RefCell<VecDeque<_>>| put_off.borrow_mut().pop_front();
                PUT_OFF.try_with(next).ok().flatten()
            };
            while let Some(next) = next() {
                // Its hook has told of a panic, and nobody else is to hear of it.
                if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop::<Box<_>>(next))) {
                    std::mem::forget(payload);
                }
            }
        }
        DEPTH.set(DEPTH.get() - 1);
    }
}
