//! The budget of operations in one poll of a task.
//!
//! A task whose operations are always ready would be polled for ever. After `BUDGET` operations the
//! next ones are refused: each is pending and wakes its task. Enough are refused in a row that no
//! branch of a `select` goes on in place of the others.

use core::sync::atomic::{AtomicI32, Ordering};
use core::task::{Context, Poll};

/// The number of operations between two series of refusals.
const BUDGET: i32 = 64;

/// The number of refusals in a row.
const REFUSALS: i32 = 8;

/// The budget that is left, for all tasks together. Below zero it counts refusals.
///
/// If an interrupt comes between the load and the store, one of two changes is lost. This only
/// makes the count a little longer, so a processor with only loads and stores is enough.
static LEFT: AtomicI32 = AtomicI32::new(BUDGET);

/// Spends one operation of the budget. If none is left, wakes the current task for its next turn.
// Not inlined: as a part of its callers it takes twice the flash.
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

/// The state of the budget before something else was polled. It makes no difference here.
pub(crate) struct Before;

impl Before {
    pub(crate) fn poll() -> Self {
        Self
    }

    pub(crate) fn poll_spend(self, cx: &mut Context<'_>) -> Poll<()> {
        poll_spend(cx)
    }
}
