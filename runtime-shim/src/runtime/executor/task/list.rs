//! Tasks that end together.

use std::sync::PoisonError;
use std::task::Waker;

use slab::Slab;

use super::super::sync::atomic::{AtomicBool, Ordering};
use super::super::sync::{Mutex, MutexGuard};

/// Spreads the tasks over locks, so that threads seldom meet at one.
const SHARDS: usize = 8;

/// Tasks that end together: those of a runtime, or of `spawn_local` on one thread.
///
/// Only a task that waits is listed. One that never had to costs nothing here, and one that is
/// runnable is found in the queue.
#[derive(Debug)]
pub(crate) struct TaskList {
    closed: AtomicBool,
    // As many as there are shards. An array's elements would each be made, looked at and dropped by
    // code of their own.
    waiting: Vec<Mutex<Slab<Waker>>>,
}

impl Default for TaskList {
    fn default() -> Self {
        let mut waiting = Vec::with_capacity(SHARDS);
        waiting.resize_with(SHARDS, || Mutex::new(Slab::new()));
        Self {
            closed: AtomicBool::new(false),
            waiting,
        }
    }
}

/// The place of a task in its list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Key(u32);

impl Key {
    /// Fits an atomic.
    pub(crate) fn to_bits(self) -> u32 {
        self.0
    }

    pub(crate) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// # Panics
    ///
    /// If some five hundred million tasks wait in the shard.
    fn new(shard: usize, index: usize) -> Self {
        let bits = u32::try_from(index * SHARDS + shard).ok();
        // The last one stands for none.
        let bits = bits.filter(|bits| *bits != u32::MAX);
        Self(bits.expect("portable: too many tasks"))
    }

    fn shard(self) -> usize {
        self.0 as usize % SHARDS
    }

    fn index(self) -> usize {
        self.0 as usize / SHARDS
    }
}

impl TaskList {
    /// Whether the tasks are to end.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Tells the tasks to end, and wakes those that wait so that they do.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for shard in &self.waiting {
            // A waker may run anything, so the lock is not held.
            let mut wakers = Vec::new();
            for (_, waker) in lock(shard).iter() {
                wakers.push(waker.clone());
            }
            while let Some(waker) = wakers.pop() {
                waker.wake();
            }
        }
    }

    /// Lists a task that waits. It must look at [`is_closed`](Self::is_closed) after this.
    pub(crate) fn insert(&self, id: u64, waker: Waker) -> Key {
        let shard = id as usize % SHARDS;
        Key::new(shard, lock(&self.waiting[shard]).insert(waker))
    }

    pub(crate) fn remove(&self, key: Key) {
        let waker = lock(&self.waiting[key.shard()]).remove(key.index());
        drop(waker);
    }

    /// Wakes the task at `key`. If it has ended meanwhile this may wake another, which is
    /// harmless.
    pub(crate) fn wake(&self, key: Key) {
        let waker = lock(&self.waiting[key.shard()]).get(key.index()).cloned();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How many tasks wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.iter().map(|shard| lock(shard).len()).sum()
    }
}

fn lock(shard: &Mutex<Slab<Waker>>) -> MutexGuard<'_, Slab<Waker>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
