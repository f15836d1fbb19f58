//! Tokio's budget on threads of the shared executor.
//!
//! Tokio's channels and locks spend what is left of Tokio's budget, and none of Tokio's public
//! functions gives one to a task of another executor. But whoever is about to spend some gets a
//! [`RestoreOnPending`], which puts the budget back to what it was, whenever it is dropped. A task of
//! a `LocalSet` has a full budget, and needs no runtime: so one of those is had from there, and
//! dropped outside.
//!
//! The two budgets are used up together where ours is first: then nothing is left of Tokio's either,
//! which its `select!` looks at. Where Tokio's is first, the task has to wait for its turn all the same.
//!
//! A poll may find less than a full budget, which the tasks before it have left: then it is refused
//! once, and has a full one at its next turn.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use portable_primitives::tokio::task::LocalSet;
use portable_primitives::tokio::task::coop::{self, RestoreOnPending};

thread_local! {
    /// Whether this thread has a budget that this file has given to it.
    static IS_GIVEN: Cell<bool> = const { Cell::new(false) };
    /// Puts the budget back to one operation. The end of the thread must not do so.
    static LAST: Cell<Option<ManuallyDrop<RestoreOnPending>>> = const { Cell::new(None) };
}

/// Runs `f` with a budget that [`renew`] fills, and puts back what there was before.
pub(super) fn within<R>(f: impl FnOnce() -> R) -> R {
    unconstrained(|| {
        let _outer = given(true);
        fill();
        f()
    })
}

/// Notes whether there is a budget, until the guard is dropped.
fn given(is_given: bool) -> impl Drop {
    struct Outer(bool);

    impl Drop for Outer {
        fn drop(&mut self) {
            IS_GIVEN.set(self.0);
        }
    }

    Outer(IS_GIVEN.replace(is_given))
}

/// Runs `f` without a budget, and puts back what there was before.
pub(super) fn unconstrained<R>(f: impl FnOnce() -> R) -> R {
    let _outer = given(false);
    let mut f = Some(f);
    let future = poll_fn(|_| match f.take() {
        Some(f) => Poll::Ready(f()),
        None => Poll::Pending,
    });
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(coop::unconstrained(future)).poll(&mut cx) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("it is ready at its first poll"),
    }
}

/// Fills the budget if nothing is left of it, and returns whether that is so.
#[inline]
pub(super) fn renew() -> bool {
    let is_used_up = !coop::has_budget_remaining();
    if is_used_up {
        fill();
    }
    is_used_up
}

#[cold]
fn fill() {
    let full = Rc::new(Cell::new(None));
    let set = LocalSet::new();
    set.spawn_local({
        let full = full.clone();
        async move { full.set(restore()) }
    });
    let _ended = pin!(set).poll(&mut Context::from_waker(Waker::noop()));
    // Outside the task, whose end has put back what there was before it.
    drop(full.take());
}

/// Takes what is left of the budget.
#[cold]
pub(super) fn empty() {
    if !IS_GIVEN.get() {
        return;
    }
    match LAST.take() {
        Some(last) => drop(ManuallyDrop::into_inner(last)),
        None => drop_all_but_one(),
    }
    // This has the last operation, and keeps the way back to it.
    LAST.set(restore().map(ManuallyDrop::new));
}

/// Spends the budget up to its last operation.
fn drop_all_but_one() {
    let mut before = None::<RestoreOnPending>;
    while let Some(restore) = restore() {
        if let Some(before) = before.replace(restore) {
            before.made_progress();
        }
    }
    // It was taken when one was left.
    drop(before);
}

/// What puts the budget back to what it is now.
fn restore() -> Option<RestoreOnPending> {
    match coop::poll_proceed(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(restore) => Some(restore),
        Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much is left, up to a thousand.
    fn left() -> usize {
        let mut cx = Context::from_waker(Waker::noop());
        (0..1000)
            .take_while(|_| match coop::poll_proceed(&mut cx) {
                Poll::Ready(restore) => {
                    restore.made_progress();
                    true
                }
                Poll::Pending => false,
            })
            .count()
    }

    #[test]
    fn it_is_filled_within_and_as_before_without() {
        for _ in 0..2 {
            within(|| {
                for _ in 0..3 {
                    assert_eq!(left(), 128);
                    assert!(renew());
                }
                assert_eq!(unconstrained(left), 1000);
                for _ in 0..2 {
                    renew();
                    empty();
                    assert_eq!(left(), 0);
                    assert!(renew());
                }
                unconstrained(|| {
                    empty();
                    assert_eq!(left(), 1000);
                });
            });
            empty();
            assert_eq!(left(), 1000);
        }
    }
}
