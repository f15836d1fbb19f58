//! Tokio's budget on threads of the shared executor.
//!
//! Tokio's channels and locks spend what is left of Tokio's budget, and none of Tokio's public
//! functions gives one to a task of another executor. But whoever is about to spend some gets a
//! [`RestoreOnPending`], which puts the budget back to what it was, whenever it is dropped. A task of
//! a `LocalSet` has a full budget, and needs no runtime: so one of those is had from there, and
//! dropped outside.
//!
//! A poll may find less than a full budget, which the tasks before it have left: then it is refused
//! once, and has a full one at its next turn.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use portable_primitives::tokio::task::LocalSet;
use portable_primitives::tokio::task::coop::{self, RestoreOnPending};

/// Runs `f` with a budget that [`renew`] fills, and puts back what there was before.
pub(super) fn within<R>(f: impl FnOnce() -> R) -> R {
    unconstrained(|| {
        fill();
        f()
    })
}

/// Runs `f` without a budget, and puts back what there was before.
pub(super) fn unconstrained<R>(f: impl FnOnce() -> R) -> R {
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
            });
            assert_eq!(left(), 1000);
        }
    }
}
