//! The queue that any thread may add to and take from.

use super::sync::ConcurrentQueue;
use super::task::Runnable;

/// A queue without a bound.
///
/// The crate's queue has three forms, and each place that it is inlined into has code for all of
/// them. Inlined everywhere it makes a small program 5 KiB bigger; called everywhere it costs the spawn
/// of a task from a task 15 instructions of 940.
#[derive(Debug)]
pub(super) struct Queue(ConcurrentQueue<Runnable>);

impl Queue {
    pub(super) fn new() -> Self {
        Self(ConcurrentQueue::unbounded())
    }

    #[inline(never)]
    pub(super) fn push(&self, runnable: Runnable) {
        if self.0.push(runnable).is_err() {
            unreachable!("the queue has no bound and is never closed");
        }
    }

    #[inline(never)]
    pub(super) fn pop(&self) -> Option<Runnable> {
        self.0.pop().ok()
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
