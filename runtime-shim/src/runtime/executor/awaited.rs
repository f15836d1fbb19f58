//! The descriptors that tasks wait for. A paused clock does not advance while one of them is ready: the
//! reactor is about to wake its task.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::runtime::fd::{BorrowedFd, RawFd};

/// The number of times that a ready descriptor keeps the clock from being advanced. The task that waited
/// for it may be gone, or may not want it any more.
const LOOKS: u32 = 1000;

/// The descriptors that the tasks of one runtime wait for.
#[derive(Debug, Default)]
pub(super) struct Awaited(Mutex<BTreeMap<Key, Entry>>);

/// A descriptor, and whether somebody waits to write to it.
pub(super) type Key = (RawFd, bool);

#[derive(Debug, Default)]
struct Entry {
    waiting: usize,
    /// How often it was found ready since somebody began to wait.
    looks: u32,
}

impl Awaited {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, key: Key) {
        let mut entries = self.lock();
        let entry = entries.entry(key).or_default();
        entry.waiting += 1;
        entry.looks = 0;
    }

    pub(super) fn remove(&self, key: Key) {
        let mut entries = self.lock();
        if let Some(entry) = entries.get_mut(&key) {
            entry.waiting -= 1;
            if entry.waiting == 0 {
                entries.remove(&key);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Returns whether one of the descriptors is ready.
    pub(super) fn is_one_ready(&self) -> bool {
        let mut entries = self.lock();
        let entries: Vec<_> = entries
            .iter_mut()
            .filter(|(_, entry)| entry.looks < LOOKS)
            .collect();
        let mut polled: Vec<_> = entries
            .iter()
            .map(|((fd, is_write), _)| {
                let flags = if *is_write {
                    PollFlags::OUT
                } else {
                    PollFlags::IN
                };
                // SAFETY: The descriptor is open: its `Mark` ends before it is closed, and waits for
                // the lock of the entries.
                PollFd::from_borrowed_fd(unsafe { BorrowedFd::borrow_raw(*fd) }, flags)
            })
            .collect();
        if polled.is_empty() || poll(&mut polled, Some(&Timespec::default())).is_err() {
            return false;
        }
        let mut is_one_ready = false;
        for (polled, (_, entry)) in polled.iter().zip(entries) {
            if !polled.revents().is_empty() {
                entry.looks += 1;
                is_one_ready = true;
            }
        }
        is_one_ready
    }
}
