//! The task that each thread polls, for the watchdog.

use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::runtime::fork;

/// The slots of all threads that have polled an observed task.
static SLOTS: Mutex<Vec<Arc<Slot>>> = Mutex::new(Vec::new());

thread_local! {
    static SLOT: OnceCell<Owned> = const { OnceCell::new() };
    /// The number of the last poll that began on this thread.
    static LAST: Cell<u64> = const { Cell::new(0) };
}

/// The poll that a thread is in.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// The number of the poll among those of the thread, or zero outside a poll.
    poll: AtomicU64,
    /// The address of the task's entry.
    task: AtomicUsize,
}

/// The slot of a thread, which is listed until the thread ends.
struct Owned(Arc<Slot>);

impl Owned {
    #[cold]
    fn new() -> Self {
        let slot = Arc::new(Slot::default());
        if !fork::has_forked() {
            lock().push(slot.clone());
        }
        Self(slot)
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // A thread that is not in the child may have held the lock.
        if fork::has_forked() {
            return;
        }
        lock().retain(|slot| !Arc::ptr_eq(slot, &self.0));
    }
}

fn lock() -> MutexGuard<'static, Vec<Arc<Slot>>> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    fn set(&self, (poll, task): (u64, usize)) {
        // The order in which the watchdog reads them, the other way round.
        self.task.store(task, Ordering::Relaxed);
        self.poll.store(poll, Ordering::Release);
    }

    fn get(&self) -> (u64, usize) {
        let poll = self.poll.load(Ordering::Acquire);
        (poll, self.task.load(Ordering::Relaxed))
    }
}

/// Notes that this thread polls the task, until the guard is dropped.
#[inline]
pub(super) fn enter(task: usize) -> impl Drop {
    struct Outer((u64, usize));

    impl Drop for Outer {
        #[inline]
        fn drop(&mut self) {
            let _ = SLOT.try_with(|slot| slot.get().map(|slot| slot.0.set(self.0)));
        }
    }

    let outer = SLOT.try_with(|slot| {
        let slot = &slot.get_or_init(Owned::new).0;
        let poll = LAST.get() + 1;
        LAST.set(poll);
        let outer = slot.get();
        slot.set((poll, task));
        outer
    });
    // Fails once the thread-local is destroyed, and then there is nothing to restore.
    Outer(outer.unwrap_or_default())
}

/// Calls `read` with each slot that is in a poll: with the number of the thread's slot, which is its
/// own while the thread lives, that of the poll, and the address of the task.
pub(super) fn for_each(mut read: impl FnMut(usize, u64, usize)) {
    for slot in lock().iter() {
        let (poll, task) = slot.get();
        if poll != 0 {
            read(Arc::as_ptr(slot).addr(), poll, task);
        }
    }
}
