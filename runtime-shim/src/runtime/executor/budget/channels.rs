//! Tokio's budget on threads of the shared executor.
//!
//! Tokio's channels and locks spend what is left of Tokio's budget, and none of Tokio's public
//! functions gives one to a task of another executor. But whoever is about to spend some gets a
//! [`RestoreOnPending`], which puts the budget back to what it was, whenever it is dropped. So one
//! that was taken while the budget was full is kept on each thread; dropping it fills the budget
//! again. The first comes from a task of a `LocalSet`, which has a budget and needs no runtime.
//!
//! A poll may find less than a full budget, which the tasks before it have left: then it is refused
//! once, and has a full one at its next turn.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use portable_primitives::tokio::task::LocalSet;
use portable_primitives::tokio::task::coop::{self, RestoreOnPending};

thread_local! {
    /// Fills this thread's budget when it is dropped, which the end of the thread must not do.
    static FULL: Cell<Option<ManuallyDrop<RestoreOnPending>>> = const { Cell::new(None) };
}

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
    let full = FULL.take();
    if full.is_none() {
        take_first();
    }
    drop(full.or_else(|| FULL.take()).map(ManuallyDrop::into_inner));
    take();
}

/// Keeps what fills the budget up to where it is.
fn take() {
    let mut cx = Context::from_waker(Waker::noop());
    if let Poll::Ready(restore) = coop::poll_proceed(&mut cx) {
        FULL.set(Some(ManuallyDrop::new(restore)));
    }
}

fn take_first() {
    let set = LocalSet::new();
    set.spawn_local(async { take() });
    let _ended = pin!(set).poll(&mut Context::from_waker(Waker::noop()));
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
                    let left = left();
                    assert!((100..=128).contains(&left), "{left}");
                    renew();
                }
                assert_eq!(unconstrained(left), 1000);
            });
            assert_eq!(left(), 1000);
        }
    }
}
