//! The end of a runtime as those see it who wait for its descriptors on threads of others.
//!
//! The tasks of a runtime are dropped when it ends, and what they wait for with them. A future on
//! another thread stays, so its waker is kept here until its wait is over.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use slab::Slab;

/// Whether a runtime has ended, and who waits for its descriptors elsewhere.
#[derive(Debug, Default)]
pub(super) struct Descriptors {
    is_over: AtomicBool,
    wakers: Mutex<Slab<Waker>>,
}

impl Descriptors {
    /// Returns whether the runtime ends or has ended.
    #[inline]
    pub(super) fn are_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Ends the waits.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        let wakers = std::mem::take(&mut *self.lock());
        for (_, waker) in wakers {
            wake(waker);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slab<Waker>> {
        self.wakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes a task. A waker that panics must not keep others from being woken.
fn wake(waker: Waker) {
    let _ = panic::catch_unwind(AssertUnwindSafe(|| waker.wake()));
}

/// The place of one waker. It is empty at first, and when it is dropped.
///
/// It is a waker itself, which wakes the one that it has. What watches the descriptor gets this one: it
/// may keep it longer than the runtime lives, and the waker of a task may own the descriptor.
#[derive(Debug)]
pub(super) struct Place {
    of: Arc<Descriptors>,
    key: Mutex<Option<usize>>,
}

impl Place {
    pub(super) fn new(of: &Arc<Descriptors>) -> Arc<Self> {
        Arc::new(Self {
            of: of.clone(),
            key: Mutex::default(),
        })
    }

    /// Returns places for both directions.
    pub(super) fn pair(of: &Arc<Descriptors>) -> Box<[Arc<Self>; 2]> {
        Box::new([Self::new(of), Self::new(of)])
    }

    /// Keeps the waker, in place of an earlier one. Returns whether the runtime has not ended.
    pub(super) fn keep(&self, cx: &Context<'_>) -> bool {
        // A foreign waker may do anything when it is cloned or dropped: no lock is held.
        let mut waker = Some(cx.waker().clone());
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wakers = self.of.lock();
        // The end takes the wakers after this store, or this sees that it has taken them.
        if !self.of.are_over() {
            match key.and_then(|key| wakers.get_mut(key)) {
                Some(kept) => waker = waker.map(|waker| std::mem::replace(kept, waker)),
                None => *key = waker.take().map(|waker| wakers.insert(waker)),
            }
        }
        drop(wakers);
        drop(key);
        drop(waker);
        !self.of.are_over()
    }

    /// Drops the waker.
    pub(super) fn clear(&self) {
        drop(self.take());
    }

    fn take(&self) -> Option<Waker> {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        key.take().and_then(|key| self.of.lock().try_remove(key))
    }
}

impl Wake for Place {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let taken = self.take();
        taken.into_iter().for_each(wake);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn the_last_waker_of_each_place_is_woken_once() {
        let descriptors = Arc::<Descriptors>::default();
        let woken: [Arc<Woken>; 4] = Default::default();
        let places = [(); 3].map(|()| Place::new(&descriptors));
        let keep = |place: usize, woken: &Arc<Woken>| {
            places[place].keep(&Context::from_waker(&Waker::from(woken.clone())))
        };
        assert!(keep(0, &woken[0]) && keep(0, &woken[1]));
        assert!(keep(1, &woken[2]) && keep(2, &woken[3]));
        places[2].clear();
        assert_eq!(Arc::strong_count(&woken[0]), 1);
        Waker::from(places[1].clone()).wake();
        descriptors.end();
        let counts = woken.each_ref().map(|one| one.0.load(Ordering::SeqCst));
        assert_eq!(
            counts,
            [0, 1, 1, 0],
            "the place has woken the third, and the end the second"
        );
        assert!(!keep(2, &woken[3]) && descriptors.are_over());
        drop(places);
        assert!(woken.iter().all(|one| Arc::strong_count(one) == 1));
    }
}
