//! The number of operations that a task may do in one poll.
//!
//! An operation that is always ready (a socket with a fast peer, a channel that is never empty, an
//! overdue tick) would keep its task in one poll for ever, and everything else on the thread would
//! never get a turn. So each poll of a task, and of `main`, starts with a budget, and each such
//! operation spends one unit of it. When nothing is left, the next operation is pending and wakes
//! its task for a later turn.
//!
//! Tokio has the same budget for its own tasks, and operations on the Tokio runtime spend that one.
//! The budget of this module is for tasks on the shared executor. Tokio's channels, its locks and
//! its `select!` know only Tokio's budget. In a build that has any of them, the tasks on the shared
//! executor have Tokio's budget too: see `channels`.
//!
//! With the feature `tokio-context` a Tokio runtime polls tasks on threads of its own, which belong
//! to a runtime of ours. What such a task asks of this crate spends Tokio's budget.

use std::cell::Cell;
use std::task::{Context, Poll, ready};

#[cfg(feature = "_tokio_budget")]
mod channels;

/// The number of operations in one poll, the same as on Tokio.
const BUDGET: i64 = 128;

/// The budget of a thread that polls no task, and of an unconstrained future.
const UNLIMITED: i64 = i64::MAX;

/// The budget of a thread on which Tokio polls tasks: Tokio's own counts.
#[cfg(feature = "tokio-context")]
const TOKIOS: i64 = i64::MIN;

/// The number of refusals after which a task gets a new budget within the same poll.
///
/// The limit is for a task that blocks in the `block_on` of another executor, which polls again and
/// again while the poll of the task does not end. It exceeds the number of branches of a `select`,
/// so that no other branch goes on in place of the refused one.
const PATIENCE: i64 = 1024;

thread_local! {
    /// The budget that is left for the task that is being polled. A negative number counts
    /// refusals.
    static LEFT: Cell<i64> = const { Cell::new(UNLIMITED) };
}

#[inline]
fn left() -> i64 {
    // This never fails. `LocalKey::get` does the same and is often not inlined.
    LEFT.try_with(Cell::get).unwrap_or(UNLIMITED)
}

#[inline]
fn set(left: i64) {
    let _ = LEFT.try_with(|cell| cell.set(left));
}

/// From here on Tokio's budget is that of this thread.
#[cfg(feature = "tokio-context")]
pub(super) fn set_tokios() {
    set(TOKIOS);
}

/// Starts a poll of a task with a full budget.
#[inline]
pub(in crate::runtime) fn start() {
    set(BUDGET);
}

/// Ends a poll that may have used up a budget. Returns whether it has used one up.
pub(in crate::runtime) fn end() -> bool {
    #[cfg(feature = "_tokio_budget")]
    if channels::renew() {
        return true;
    }
    !has_some()
}

/// Runs `f`, which polls tasks that may use Tokio's channels.
#[inline]
pub(in crate::runtime) fn within<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(feature = "_tokio_budget")]
    return channels::within(f);
    #[cfg(not(feature = "_tokio_budget"))]
    f()
}

/// Returns whether the current task may do one more operation.
#[inline]
pub(in crate::runtime) fn has_some() -> bool {
    left() > 0 || has_some_of_tokios()
}

/// Returns whether Tokio's budget is that of this thread, and anything is left of it.
// Asked only where nothing is left of ours, so that a poll of ours costs nothing more.
#[cfg(feature = "tokio-context")]
#[cold]
#[inline(never)]
fn has_some_of_tokios() -> bool {
    left() == TOKIOS && channels::has_some()
}

/// No thread has Tokio's budget.
#[cfg(not(feature = "tokio-context"))]
#[inline]
fn has_some_of_tokios() -> bool {
    false
}

/// Returns whether the current task may do one more operation, even one that spends Tokio's budget.
pub(in crate::runtime) fn has_remaining() -> bool {
    #[cfg(feature = "_tokio_budget")]
    if has_some() && !channels::has_some() {
        // Earlier polls may have used up Tokio's budget, which says nothing about this poll.
        return channels::fill_emptied() || left() == BUDGET;
    }
    has_some()
}

/// Returns ready if the current task may do one more operation. Otherwise wakes it for its next
/// turn.
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
    #[cfg(feature = "tokio-context")]
    if left() == TOKIOS {
        return channels::poll(cx);
    }
    let left = left() - 1;
    if left < -PATIENCE {
        set(BUDGET);
        #[cfg(feature = "_tokio_budget")]
        channels::fill();
        return Poll::Ready(());
    }
    set(left);
    // Empties Tokio's budget too, or a `select!` would go on with a branch that spends nothing.
    #[cfg(feature = "_tokio_budget")]
    use_up(cx);
    #[cfg(not(feature = "_tokio_budget"))]
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Records that an operation was done.
#[inline]
pub(in crate::runtime) fn spend() {
    let left = left();
    #[cfg(feature = "tokio-context")]
    if left <= 0 {
        return spend_more(left);
    }
    set(left - 1);
}

/// Records an operation where nothing is left of our budget.
#[cfg(feature = "tokio-context")]
#[cold]
#[inline(never)]
fn spend_more(left: i64) {
    match left {
        TOKIOS => channels::spend(),
        _ => set(left - 1),
    }
}

/// Spends one operation. If none is left, wakes the current task for its next turn.
///
/// The last operation empties Tokio's budget too, so that Tokio's `select!` and locks see at once
/// that nothing is left.
#[inline]
pub(in crate::runtime) fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    ready!(poll(cx));
    spend();
    #[cfg(feature = "_tokio_budget")]
    if left() <= 0 {
        use_up(cx);
    }
    Poll::Ready(())
}

/// Empties Tokio's budget. Wakes the task, so that the end of its poll fills the budget again.
#[cfg(feature = "_tokio_budget")]
#[cold]
#[inline(never)]
fn use_up(cx: &mut Context<'_>) {
    // What Tokio's tasks do is Tokio's to count.
    #[cfg(feature = "tokio-context")]
    if left() == TOKIOS {
        return;
    }
    channels::empty();
    cx.waker().wake_by_ref();
}

/// Removes the limit until the guard is dropped, which restores the budget that was left.
pub(in crate::runtime) fn unlimited() -> Outer {
    let outer = Outer(left());
    set(UNLIMITED);
    outer
}

/// A guard that restores the previous budget of this thread.
#[derive(Debug)]
pub(in crate::runtime) struct Outer(i64);

impl Drop for Outer {
    fn drop(&mut self) {
        set(self.0);
    }
}

/// Runs `f` without a limit, and restores the present budget afterwards.
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

    /// Returns how often an operation that is always ready is done before it has to wait.
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
