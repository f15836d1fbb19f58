//! How much a task may do in one poll.
//!
//! An operation that is always ready (a socket with a fast peer, a channel that is never empty, an overdue tick)
//! would keep its task polled for ever, and everything else on the thread from its turn. So each
//! poll of a task, and of `main`, starts with a budget, each such operation spends one of it, and
//! when nothing is left the next operation is pending and has its task polled again later.
//!
//! Tokio has the same for its own tasks, which is what is spent on Tokio. This one is for tasks on
//! the shared executor. Tokio's channels, its locks and its `select!` know Tokio's budget alone, so
//! where there are any the tasks on the shared executor have that too: see [`channels`].

use std::cell::Cell;
use std::task::{Context, Poll, ready};

#[cfg(feature = "_tokio_budget")]
mod channels;

/// Operations in one poll, as many as on Tokio.
const BUDGET: i64 = 128;

/// The budget of a thread that polls no task, and of a future that is not to be stopped.
const UNLIMITED: i64 = i64::MAX;

/// Operations that are refused before there is a new budget without a new poll of the task.
///
/// It is for a task that blocks in the `block_on` of another executor: that polls again and again,
/// and the poll of the task does not end before. It is more than a `select` has branches, so
/// that none of those goes on instead of the one that was refused.
const PATIENCE: i64 = 1024;

thread_local! {
    /// The budget that is left for the task that is being polled. Below zero it counts refusals.
    static LEFT: Cell<i64> = const { Cell::new(UNLIMITED) };
}

#[inline]
fn left() -> i64 {
    // It never fails. `LocalKey::get` does the same and is often not inlined.
    LEFT.try_with(Cell::get).unwrap_or(UNLIMITED)
}

#[inline]
fn set(left: i64) {
    let _ = LEFT.try_with(|cell| cell.set(left));
}

/// Starts a poll of a task.
#[inline]
pub(in crate::runtime) fn start() {
    set(BUDGET);
}

/// Ends a poll that may have used up a budget. Returns whether it has.
pub(in crate::runtime) fn end() -> bool {
    #[cfg(feature = "_tokio_budget")]
    if channels::renew() {
        return true;
    }
    !has_some()
}

/// Runs `f`, within which this thread polls tasks that may use channels.
#[inline]
pub(in crate::runtime) fn within<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(feature = "_tokio_budget")]
    return channels::within(f);
    #[cfg(not(feature = "_tokio_budget"))]
    f()
}

/// Whether one more operation may be done.
#[inline]
pub(in crate::runtime) fn has_some() -> bool {
    left() > 0
}

/// Whether one more operation may be done, be it one that spends Tokio's budget.
pub(in crate::runtime) fn has_remaining() -> bool {
    #[cfg(feature = "_tokio_budget")]
    if has_some() && !channels::has_some() {
        // The polls before may have left nothing of Tokio's, which says nothing of this one.
        return channels::fill_emptied() || left() == BUDGET;
    }
    has_some()
}

/// Whether one more operation may be done. If not, the task is woken for its next turn.
#[inline]
pub(in crate::runtime) fn poll(cx: &mut Context<'_>) -> Poll<()> {
    if has_some() {
        return Poll::Ready(());
    }
    refuse(cx)
}

#[cold]
#[inline(never)]
fn refuse(cx: &mut Context<'_>) -> Poll<()> {
    let left = left() - 1;
    if left < -PATIENCE {
        set(BUDGET);
        #[cfg(feature = "_tokio_budget")]
        channels::fill();
        return Poll::Ready(());
    }
    set(left);
    // A `select!` is not to go on with a branch that spends nothing.
    #[cfg(feature = "_tokio_budget")]
    use_up(cx);
    #[cfg(not(feature = "_tokio_budget"))]
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Notes that an operation was done.
#[inline]
pub(in crate::runtime) fn spend() {
    set(left() - 1);
}

/// Does one more operation, or has the task do it at its next turn.
///
/// With the last one, Tokio's `select!` and locks see at once that the budget is used up.
#[inline]
pub(in crate::runtime) fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    ready!(poll(cx));
    spend();
    #[cfg(feature = "_tokio_budget")]
    if !has_some() {
        use_up(cx);
    }
    Poll::Ready(())
}

/// Empties Tokio's budget. The task is woken, so that the end of its poll fills the budget again.
#[cfg(feature = "_tokio_budget")]
#[cold]
#[inline(never)]
fn use_up(cx: &mut Context<'_>) {
    channels::empty();
    cx.waker().wake_by_ref();
}

/// Sets no limit, until the guard is dropped, which puts back what was left.
pub(in crate::runtime) fn unlimited() -> Outer {
    let outer = Outer(left());
    set(UNLIMITED);
    outer
}

/// The budget of whatever this thread did before.
#[derive(Debug)]
pub(in crate::runtime) struct Outer(i64);

impl Drop for Outer {
    fn drop(&mut self) {
        set(self.0);
    }
}

/// Runs `f` with a budget that it cannot use up, and puts back the present one.
pub(in crate::runtime) fn unconstrained<R>(f: impl FnOnce() -> R) -> R {
    let _outer = unlimited();
    #[cfg(feature = "_tokio_budget")]
    return channels::unconstrained(f);
    #[cfg(not(feature = "_tokio_budget"))]
    f()
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// How often an operation that is always ready is done before it has to wait.
    fn done() -> usize {
        let mut cx = Context::from_waker(Waker::noop());
        (0..10_000)
            .take_while(|_| {
                let may = poll(&mut cx).is_ready();
                if may {
                    spend();
                }
                may
            })
            .count()
    }

    #[test]
    fn a_poll_has_its_budget_and_what_is_outside_or_unconstrained_has_no_limit() {
        assert_eq!(done(), 10_000);
        let outer = unlimited();
        start();
        assert_eq!(unconstrained(done), 10_000);
        assert_eq!(done(), BUDGET as usize);
        assert!(!has_some());
        assert_eq!(done(), 0);
        start();
        assert_eq!(done(), BUDGET as usize);
        drop(outer);
        assert_eq!(done(), 10_000);
    }

    #[test]
    fn a_task_that_blocks_its_poll_goes_on_after_many_refusals() {
        start();
        assert_eq!(done(), BUDGET as usize);
        let refused = (0..10_000).take_while(|_| done() == 0).count();
        assert_eq!(refused, PATIENCE as usize - 1);
    }
}
