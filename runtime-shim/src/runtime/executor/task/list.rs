//! The list of the tasks that end together.

use std::sync::PoisonError;
use std::task::Waker;

use slab::Slab;

use super::super::sync::atomic::{AtomicBool, Ordering};
use super::super::sync::{Mutex, MutexGuard};

/// The number of locks among which the tasks are spread, so that threads rarely contend for one.
const SHARDS: usize = 8;

/// The tasks that end together: those of a runtime, or those of `spawn_local` on one thread.
///
/// A task enters the list when it first has to wait, and leaves it when it ends. A task that never
/// waits costs nothing here, and a runnable task is found in its run queue.
#[derive(Debug)]
pub(crate) struct TaskList {
    closed: AtomicBool,
    // Has `SHARDS` elements. For an array, the compiler would write out the code that makes, visits
    // and drops each element.
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
    /// Returns the key as a number that fits an atomic.
    pub(crate) fn to_bits(self) -> u32 {
        self.0
    }

    pub(crate) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Makes the key of an element of a shard.
    ///
    /// # Panics
    ///
    /// Panics if about five hundred million tasks wait in the shard.
    fn new(shard: usize, index: usize) -> Self {
        let bits = u32::try_from(index * SHARDS + shard).ok();
        // The last number stands for no key.
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
    /// Returns whether the tasks must end.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Closes the list, which ends each task at its next poll. Wakes the waiting tasks, so that
    /// they are polled.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for shard in &self.waiting {
            // A waker may run any code, so the lock is not held meanwhile.
            let mut wakers = Vec::new();
            for (_, waker) in lock(shard).iter() {
                wakers.push(waker.clone());
            }
            while let Some(waker) = wakers.pop() {
                waker.wake();
            }
        }
    }

    /// Adds a task that waits. The task must check [`is_closed`](Self::is_closed) after this call.
    pub(crate) fn insert(&self, id: u64, waker: Waker) -> Key {
        let shard = id as usize % SHARDS;
        Key::new(shard, lock(&self.waiting[shard]).insert(waker))
    }

    pub(crate) fn remove(&self, key: Key) {
        let waker = lock(&self.waiting[key.shard()]).remove(key.index());
        drop(waker);
    }

    /// Wakes the task at `key`. If this task has ended meanwhile, the call may wake another one,
    /// which is harmless.
    pub(crate) fn wake(&self, key: Key) {
        let waker = lock(&self.waiting[key.shard()]).get(key.index()).cloned();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Returns the number of listed tasks.
    pub(crate) fn len(&self) -> usize {
        self.waiting.iter().map(|shard| lock(shard).len()).sum()
    }
}

fn lock(shard: &Mutex<Slab<Waker>>) -> MutexGuard<'_, Slab<Waker>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
