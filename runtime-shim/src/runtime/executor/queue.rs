//! The run queue, which any thread may push to and pop from.

use super::sync::ConcurrentQueue;
use super::task::Runnable;

/// An unbounded queue.
///
/// [`ConcurrentQueue`] has three forms, and every place where it is inlined has code for all three.
/// Inlining it everywhere makes a small program 5 KiB bigger. Calling it everywhere costs 15 of the
/// 940 instructions that one task takes to spawn another.
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

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Queue {
    fn default() -> Self {
        Self::new()
    }
}
