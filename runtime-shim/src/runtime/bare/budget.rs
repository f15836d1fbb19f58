//! How much is done in one poll of a task.
//!
//! An operation that is always ready would keep its task polled for ever. After some of them each is
//! refused, and has its task polled again later, often enough in a row that no branch of a `select`
//! goes on in place of the others.

use core::sync::atomic::{AtomicI32, Ordering};
use core::task::{Context, Poll};

/// Operations between two refusals.
const BUDGET: i32 = 64;

/// Refusals in a row.
const REFUSALS: i32 = 8;

/// What is left, for all tasks together. Below zero it counts refusals.
///
/// Where an interrupt comes between the load and the store, one of two changes is lost, which only
/// makes the count a little longer. So a processor without more than loads and stores will do.
static LEFT: AtomicI32 = AtomicI32::new(BUDGET);

pub(crate) fn has_budget() -> bool {
    LEFT.load(Ordering::Relaxed) > 0
}

pub(crate) fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
    if has_budget() {
        return Poll::Ready(());
    }
    spend_budget();
    if LEFT.load(Ordering::Relaxed) < -REFUSALS {
        LEFT.store(BUDGET, Ordering::Relaxed);
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

pub(crate) fn spend_budget() {
    LEFT.store(LEFT.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
}
