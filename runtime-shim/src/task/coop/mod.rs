//! Cooperative scheduling: makes tasks that are always ready give the others a turn.
//!
//! A task whose next operation is always ready would never return from its poll. Examples are a
//! loop over a socket with a fast peer, over a channel that is never empty, or over overdue ticks.
//! The other tasks and the timers of the thread would wait for ever, and so would a [`timeout`]
//! around the loop. To prevent this, each poll of a task has a budget of 128 operations. Sockets,
//! pipes, files, standard streams, timers, handles of tasks, signals, and the channels and locks of
//! `portable::sync` spend it. When nothing is left, the next operation is pending, and the task is
//! polled again after the others.
//!
//! Tokio does the same for its own types. On Tokio, the budget is Tokio's own; on the other
//! runtimes, this crate keeps it.
//!
//! A future of your own that is always ready should call [`consume_budget`] now and then.
//! [`unconstrained`] polls a future without a budget.
//!
//! A thread that polls no task has no budget: in the `block_on` of another executor on a plain
//! thread, every operation may proceed. Without the feature `std`, only [`timeout`] and
//! [`interval`](crate::time::interval) give the other tasks a turn in this way.
//!
//! Equivalent to [`tokio::task::coop`](https://docs.rs/tokio/latest/tokio/task/coop/index.html).
//!
//! [`timeout`]: crate::time::timeout

mod consume_budget;
mod cooperative;
mod unconstrained;

use std::cell::Cell;
use std::marker::PhantomData;
use std::task::{Context, Poll, ready};

pub use self::consume_budget::consume_budget;
pub use self::cooperative::{Coop, cooperative};
pub use self::unconstrained::{Unconstrained, unconstrained};
use crate::runtime::selected::{self, poll_budget, spend_budget};

/// Returns whether the current task may do one more operation before it has to give the others a
/// turn.
///
/// On a thread that polls no task, this is always `true`.
///
/// Equivalent to `tokio::task::coop::has_budget_remaining`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::task::coop;
///
/// # portable::runtime::block_on(async {
/// let mut lines = 0;
/// while coop::has_budget_remaining() {
///     coop::consume_budget().await;
///     lines += 1;
/// }
/// assert!(lines <= 128);
/// # });
/// # }
/// ```
pub fn has_budget_remaining() -> bool {
    selected::has_budget_remaining()
}

/// Polls for the budget to do one more operation, in a future written by hand.
///
/// When this is ready, try the operation, and call [`RestoreOnPending::made_progress`] if the
/// operation was ready. When this is pending, return [`Poll::Pending`]: the task is woken for its
/// next turn.
///
/// Equivalent to `tokio::task::coop::poll_proceed`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::coop;
/// use std::collections::VecDeque;
/// use std::task::{Context, Poll, ready};
///
/// # #[allow(dead_code)]
/// fn poll_pop(queue: &mut VecDeque<u8>, cx: &mut Context<'_>) -> Poll<Option<u8>> {
///     let coop = ready!(coop::poll_proceed(cx));
///     let next = queue.pop_front();
///     coop.made_progress();
///     Poll::Ready(next)
/// }
/// ```
#[inline]
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<RestoreOnPending> {
    ready!(poll_budget(cx));
    Poll::Ready(RestoreOnPending {
        has_spent: Cell::new(false),
        _not_send: PhantomData,
    })
}

/// Permission to do one operation, returned by [`poll_proceed`].
///
/// Dropping it spends nothing unless [`made_progress`](Self::made_progress) was called.
///
/// Equivalent to `tokio::task::coop::RestoreOnPending`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::coop::poll_proceed;
/// use std::task::{Context, Poll, Waker};
///
/// let mut cx = Context::from_waker(Waker::noop());
/// if let Poll::Ready(coop) = poll_proceed(&mut cx) {
///     coop.made_progress();
/// }
/// ```
#[derive(Debug)]
#[must_use = "without `made_progress` the operation is not counted"]
pub struct RestoreOnPending {
    has_spent: Cell<bool>,
    /// The budget belongs to this thread.
    _not_send: PhantomData<*mut ()>,
}

impl RestoreOnPending {
    /// Counts the operation.
    pub fn made_progress(&self) {
        if !self.has_spent.replace(true) {
            spend_budget();
        }
    }
}
