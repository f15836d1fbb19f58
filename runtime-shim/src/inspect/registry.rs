//! The entries of all tasks.

use std::ops::Deref;
use std::ptr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::entry::Entry;
use crate::runtime::fork;

/// A part of the registry, which has a lock of its own.
#[derive(Debug)]
struct Shard(Mutex<Vec<Arc<Entry>>>);

/// The logarithm of the number of shards.
const BITS: u32 = 6;

static SHARDS: [Shard; 1 << BITS] = [const { Shard(Mutex::new(Vec::new())) }; 1 << BITS];

impl Shard {
    /// Returns the shard of the entry with this address.
    #[inline]
    fn of(address: usize) -> &'static Self {
        // The golden ratio spreads addresses that differ in few bits.
        let hash = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &SHARDS[(hash >> (u64::BITS - BITS)) as usize]
    }

    #[inline]
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Entry>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns a number that no other entry has while this one is listed.
#[inline]
pub(super) fn address(entry: &Entry) -> usize {
    ptr::from_ref(entry).addr()
}

/// An entry that is listed until this is dropped.
#[derive(Debug)]
pub(super) struct Listed(Arc<Entry>);

impl Listed {
    #[inline]
    pub(super) fn new(entry: Entry) -> Self {
        let entry = Arc::new(entry);
        let mut entries = Shard::of(address(&entry)).lock();
        entry.index.store(entries.len(), Ordering::Relaxed);
        entries.push(entry.clone());
        drop(entries);
        Self(entry)
    }

    pub(super) fn entry(&self) -> &Arc<Entry> {
        &self.0
    }
}

impl Deref for Listed {
    type Target = Entry;

    #[inline]
    fn deref(&self) -> &Entry {
        &self.0
    }
}

impl Drop for Listed {
    #[inline]
    fn drop(&mut self) {
        // A thread that is not in the child may have held the lock.
        if fork::has_forked() {
            return;
        }
        let mut entries = Shard::of(address(&self.0)).lock();
        let index = self.0.index.load(Ordering::Relaxed);
        let entry = entries.swap_remove(index);
        if let Some(moved) = entries.get(index) {
            moved.index.store(index, Ordering::Relaxed);
        }
        drop(entries);
        // Dropped outside the lock: with the last reference goes a waker, which may run any code.
        drop(entry);
    }
}

/// Calls `read` with the entries of each shard in turn, under the lock of that shard alone.
pub(super) fn for_each_shard(mut read: impl FnMut(&[Arc<Entry>])) {
    if fork::has_forked() {
        return;
    }
    for shard in &SHARDS {
        read(&shard.lock());
    }
}

/// Reads the entry with this [`address`], if it is listed.
pub(super) fn find<T>(wanted: usize, read: impl FnOnce(&Entry) -> T) -> Option<T> {
    if fork::has_forked() {
        return None;
    }
    let entries = Shard::of(wanted).lock();
    let entry = entries.iter().find(|entry| address(entry) == wanted)?;
    Some(read(entry))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::task::observe::{Kind, Origin};

    fn listed() -> Listed {
        Listed::new(Entry::new(&Origin::here(Kind::Task), None))
    }

    fn is_listed(address: usize) -> bool {
        find(address, |_| ()).is_some()
    }

    #[test]
    fn entries_are_listed_until_they_are_dropped_in_any_order() {
        let threads = [0, 1, 2].map(|step| {
            thread::spawn(move || {
                let mut all: Vec<_> = (0..500).map(|_| listed()).collect();
                while !all.is_empty() {
                    let entry = all.swap_remove(step * all.len() / 3);
                    let address = address(&entry);
                    assert!(is_listed(address));
                    drop(entry);
                    // Each look takes time, so only the last ones are looked for.
                    if all.len() <= 20 {
                        assert!(all.iter().all(|other| is_listed(super::address(other))));
                    }
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
    }

    #[test]
    fn entries_spread_over_the_shards() {
        let all: Vec<_> = (0..6400).map(|_| listed()).collect();
        let mut most = 0;
        for_each_shard(|entries| most = most.max(entries.len()));
        assert!(most < 1000, "{most} of {} in one shard", all.len());
    }
}
