//! The queue that any thread may add to and take from.

use super::sync::ConcurrentQueue;
use super::task::Runnable;

/// A queue without a bound.
///
/// The crate's queue has three forms, and each place that it is inlined into has code for all of
/// them. So only those places have it that each task comes by.
#[derive(Debug)]
pub(super) struct Queue(ConcurrentQueue<Runnable>);

impl Queue {
    pub(super) fn new() -> Self {
        Self(ConcurrentQueue::unbounded())
    }

    #[inline(always)]
    pub(super) fn push(&self, runnable: Runnable) {
        if self.0.push(runnable).is_err() {
            unreachable!("the queue has no bound and is never closed");
        }
    }

    #[inline(always)]
    pub(super) fn pop(&self) -> Option<Runnable> {
        self.0.pop().ok()
    }

    /// As [`push`](Self::push), where few tasks come by.
    #[inline(never)]
    pub(super) fn push_rarely(&self, runnable: Runnable) {
        self.push(runnable);
    }

    /// As [`pop`](Self::pop), where few tasks come by.
    #[inline(never)]
    pub(super) fn pop_rarely(&self) -> Option<Runnable> {
        self.pop()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    // For workers.
    #[allow(dead_code)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
