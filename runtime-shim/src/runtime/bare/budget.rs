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

/// The budget that is left, for all tasks together. Below zero it counts refusals.
///
/// Where an interrupt comes between the load and the store, one of two changes is lost, which only
/// makes the count a little longer. So a processor without more than loads and stores will do.
static LEFT: AtomicI32 = AtomicI32::new(BUDGET);

/// Does one more operation, or has the task that is being polled do it at its next turn.
// A function of its own: as part of its callers it takes twice the flash.
#[inline(never)]
pub(crate) fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    let left = LEFT.load(Ordering::Relaxed) - 1;
    let is_last_refusal = left == -REFUSALS;
    LEFT.store(
        if is_last_refusal { BUDGET } else { left },
        Ordering::Relaxed,
    );
    if left >= 0 {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// The budget before something else was polled, which makes no difference here.
pub(crate) struct Before;

impl Before {
    pub(crate) fn poll() -> Self {
        Self
    }

    pub(crate) fn poll_spend(self, cx: &mut Context<'_>) -> Poll<()> {
        poll_spend(cx)
    }
}
