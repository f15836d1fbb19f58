//! Tasks that end together.

use std::sync::PoisonError;
use std::task::Waker;

use slab::Slab;

use super::sync::atomic::{AtomicBool, Ordering};
use super::sync::{Mutex, MutexGuard};

/// Spreads the tasks over locks, so that threads seldom meet at one.
const SHARDS: usize = 8;

/// Tasks that end together: those of a runtime, or of `spawn_local` on one thread.
///
/// Only a task that waits is listed. One that never had to costs nothing here, and one that is
/// runnable is found in the queue.
#[derive(Debug, Default)]
pub(super) struct Group {
    closed: AtomicBool,
    waiting: [Mutex<Slab<Waker>>; SHARDS],
}

/// The place of a task in its group.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Key(usize);

impl Key {
    /// Fits an atomic.
    pub(super) fn to_bits(self) -> usize {
        self.0
    }

    pub(super) fn from_bits(bits: usize) -> Self {
        Self(bits)
    }
}

impl Group {
    /// Whether the tasks are to end.
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Tells the tasks to end, and wakes those that wait so that they do.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for shard in &self.waiting {
            // A waker may run anything, so the lock is not held.
            let wakers: Vec<Waker> = lock(shard).iter().map(|(_, waker)| waker.clone()).collect();
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    /// Lists a task that waits. It must look at [`is_closed`](Self::is_closed) after this.
    pub(super) fn insert(&self, id: u64, waker: Waker) -> Key {
        let shard = id as usize % SHARDS;
        Key(lock(&self.waiting[shard]).insert(waker) * SHARDS + shard)
    }

    pub(super) fn remove(&self, key: Key) {
        let waker = lock(&self.waiting[key.0 % SHARDS]).remove(key.0 / SHARDS);
        drop(waker);
    }

    /// Wakes the task at `key`. If it has ended meanwhile this may wake another, which is
    /// harmless.
    pub(super) fn wake(&self, key: Key) {
        let waker = lock(&self.waiting[key.0 % SHARDS])
            .get(key.0 / SHARDS)
            .cloned();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether no task waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.iter().all(|shard| lock(shard).is_empty())
    }
}

fn lock(shard: &Mutex<Slab<Waker>>) -> MutexGuard<'_, Slab<Waker>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
