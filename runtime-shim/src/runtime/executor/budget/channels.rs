//! Tokio's budget on the threads of the shared executor.
//!
//! Tokio's channels and locks spend Tokio's budget, and no public function of Tokio gives a budget
//! to a task of another executor. But an operation that is about to spend one unit gets a
//! [`RestoreOnPending`]. Dropping this guard, at any time, sets the budget to the value that it had
//! before. So each thread keeps two guards: one that was taken while the budget was full, and one
//! that was taken when one operation was left. Dropping the first one fills the budget, and
//! dropping the second one leaves one operation. The first guard comes from a task of a `LocalSet`,
//! which has a budget and needs no runtime.
//!
//! A poll may start with less than a full budget, because earlier polls have spent some of it, or
//! the last poll of a task all of it. An operation is then refused once, and the task has a full
//! budget at its next turn. Checking for this at the start or the end of each poll would cost a
//! spawn 11 to 24 instructions.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread::LocalKey;

use portable_primitives::tokio::task::LocalSet;
use portable_primitives::tokio::task::coop::{self, RestoreOnPending};

/// A number that exceeds any budget of Tokio's.
const MOST: usize = 1024;

/// A guard that a thread keeps. Dropping it sets the thread's budget, which must not happen when
/// the thread ends.
type Kept = Cell<Option<ManuallyDrop<RestoreOnPending>>>;

thread_local! {
    /// Fills the budget when it is dropped.
    static FULL: Kept = const { Cell::new(None) };
    /// Leaves one operation when it is dropped.
    static LAST: Kept = const { Cell::new(None) };
    /// True if the budget was emptied and has not been filled since.
    static IS_EMPTIED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f` with a budget that [`renew`] fills, and restores the previous budget afterwards.
pub(super) fn within<R>(f: impl FnOnce() -> R) -> R {
    unconstrained(|| {
        fill();
        f()
    })
}

/// Runs `f` without a budget, and restores the previous budget afterwards.
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

/// Returns whether anything is left of the budget.
pub(super) fn has_some() -> bool {
    coop::has_budget_remaining()
}

/// Returns ready if anything is left of the budget. Otherwise wakes the task for its next turn.
#[cfg(feature = "tokio-context")]
#[cold]
#[inline(never)]
pub(super) fn poll(cx: &mut Context<'_>) -> Poll<()> {
    // Dropping the returned value leaves the budget unchanged.
    coop::poll_proceed(cx).map(drop)
}

/// Spends one operation of the budget.
#[cfg(feature = "tokio-context")]
#[cold]
#[inline(never)]
pub(super) fn spend() {
    if let Some(restore) = take() {
        restore.made_progress();
    }
}

/// Fills the budget if nothing is left of it. Returns whether nothing was left.
#[inline]
pub(super) fn renew() -> bool {
    let is_used_up = !has_some();
    if is_used_up {
        fill();
    }
    is_used_up
}

/// Makes Tokio refuse the next operation, as our own budget would.
#[cold]
#[inline(never)]
pub(super) fn empty() {
    IS_EMPTIED.set(true);
    drop(kept(&LAST));
    for _ in 0..MOST {
        let Some(restore) = take() else { return };
        if !coop::has_budget_remaining() {
            LAST.set(Some(ManuallyDrop::new(restore)));
            return;
        }
        restore.made_progress();
    }
}

/// Fills the budget if it was emptied, as the end of a poll may leave it. Returns whether it was
/// emptied.
pub(super) fn fill_emptied() -> bool {
    let is_emptied = IS_EMPTIED.get();
    if is_emptied {
        fill();
    }
    is_emptied
}

/// Fills the budget. The first call fills it completely. Each later call leaves out the one
/// operation that it spends on the guard for the next call.
#[cold]
#[inline(never)]
pub(super) fn fill() {
    IS_EMPTIED.set(false);
    match kept(&FULL) {
        Some(full) => drop(full),
        None => return fill_first(),
    }
    FULL.set(take().map(ManuallyDrop::new));
}

fn fill_first() {
    let set = LocalSet::new();
    let full = [const { Cell::new(None) }; 2].map(Rc::new);
    for full in &full {
        let full = full.clone();
        set.spawn_local(async move { full.set(take()) });
    }
    let _ended = pin!(set).poll(&mut Context::from_waker(Waker::noop()));
    let [first, second] = full.map(|full| full.take());
    FULL.set(first.map(ManuallyDrop::new));
    drop(second);
}

fn kept(kept: &'static LocalKey<Kept>) -> Option<RestoreOnPending> {
    kept.take().map(ManuallyDrop::into_inner)
}

/// Takes a guard that sets the budget to its value before this call. The call itself spends one
/// operation.
fn take() -> Option<RestoreOnPending> {
    match coop::poll_proceed(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(restore) => Some(restore),
        Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how many operations are left, up to a thousand.
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
        for whole in [128, 127] {
            within(|| {
                assert_eq!(left(), whole);
                for _ in 0..3 {
                    assert!(renew());
                    assert!(!renew());
                    assert_eq!(left(), 127);
                    renew();
                    empty();
                    assert_eq!(left(), 0);
                }
                renew();
                assert_eq!(unconstrained(left), 1000);
            });
            assert_eq!(left(), 1000);
        }
    }
}
