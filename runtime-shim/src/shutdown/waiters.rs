//! The tasks that wait for one event.

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use crate::runtime::selected::{poll_budget, spend_budget};
use crate::waker::Kept;

/// The id of a waiting task. A list never reuses one.
pub(super) type Key = u64;

/// The wakers of the waiting tasks. The thread that causes the event wakes each of them once.
#[derive(Debug, Default)]
pub(super) struct Waiters(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    wakers: HashMap<Key, Kept>,
    last: Key,
}

impl Waiters {
    /// Returns ready if the event `came`. Otherwise lists the waker under the key, which the first
    /// call sets.
    ///
    /// An event that comes before a [`wake_all`](Self::wake_all) is not missed: `wake_all` waits
    /// for the lock under which `came` is called.
    pub(super) fn poll(
        &self,
        key: &mut Option<Key>,
        cx: &mut Context<'_>,
        came: impl FnOnce() -> bool,
    ) -> Poll<()> {
        ready!(poll_budget(cx));
        let waker = Kept::of(cx);
        let mut list = self.lock();
        if came() {
            drop(list);
            spend_budget();
            self.forget(key.take());
            return Poll::Ready(());
        }
        let key = *key.get_or_insert_with(|| {
            list.last += 1;
            list.last
        });
        let old = list.wakers.insert(key, waker);
        // The destructor of the old waker may end a task that waits here too, so it runs without
        // the lock.
        drop(list);
        drop(old);
        Poll::Pending
    }

    /// Removes a waiting task from the list.
    pub(super) fn forget(&self, key: Option<Key>) {
        if let Some(key) = key {
            let old = self.lock().wakers.remove(&key);
            drop(old);
        }
    }

    /// Wakes all waiting tasks.
    pub(super) fn wake_all(&self) {
        let wakers = mem::take(&mut self.lock().wakers);
        wakers.into_values().for_each(Kept::wake);
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::task::{Wake, Waker};
    use std::thread;

    use super::*;

    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll(waiters: &Waiters, key: &mut Option<Key>, wakes: &Arc<Wakes>) -> Poll<()> {
        let waker = Waker::from(wakes.clone());
        waiters.poll(key, &mut Context::from_waker(&waker), || false)
    }

    fn listed(waiters: &Waiters) -> usize {
        waiters.lock().wakers.len()
    }

    #[test]
    fn each_is_woken_once_by_its_last_waker() {
        let waiters = Waiters::default();
        let (first, last, other) = (Arc::default(), Arc::default(), Arc::default());
        let (mut one, mut two) = (None, None);
        assert!(poll(&waiters, &mut one, &first).is_pending());
        assert!(poll(&waiters, &mut two, &other).is_pending());
        assert!(poll(&waiters, &mut one, &last).is_pending());
        assert_eq!(listed(&waiters), 2);
        waiters.wake_all();
        waiters.wake_all();
        let woken = [&first, &last, &other].map(|wakes| wakes.0.load(Ordering::SeqCst));
        assert_eq!(woken, [0, 1, 1]);
    }

    #[test]
    fn one_who_goes_is_not_woken_and_takes_nobody_along() {
        let waiters = Waiters::default();
        let (gone, stays) = (Arc::default(), Arc::default());
        let (mut one, mut two) = (None, None);
        assert!(poll(&waiters, &mut one, &gone).is_pending());
        waiters.wake_all();
        // If keys were reused, this task would get the first one's key.
        assert!(poll(&waiters, &mut two, &stays).is_pending());
        waiters.forget(one);
        waiters.forget(None);
        waiters.wake_all();
        assert_eq!(gone.0.load(Ordering::SeqCst), 1);
        assert_eq!(stays.0.load(Ordering::SeqCst), 1);
        assert_eq!(listed(&waiters), 0);
    }

    #[test]
    fn who_finds_the_event_leaves_the_list() {
        let waiters = Waiters::default();
        let mut key = None;
        assert!(poll(&waiters, &mut key, &Arc::default()).is_pending());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waiters.poll(&mut key, &mut cx, || true).is_ready());
        assert_eq!((listed(&waiters), key), (0, None));
    }

    #[test]
    fn a_waker_may_go_to_the_list_itself() {
        struct Forgets(Arc<Waiters>);

        impl Wake for Forgets {
            fn wake(self: Arc<Self>) {
                self.0.forget(Some(1));
            }
        }

        impl Drop for Forgets {
            fn drop(&mut self) {
                self.0.forget(Some(1));
            }
        }

        let waiters = Arc::new(Waiters::default());
        let mut key = None;
        for _ in 0..2 {
            let waker = Waker::from(Arc::new(Forgets(waiters.clone())));
            let mut cx = Context::from_waker(&waker);
            assert!(waiters.poll(&mut key, &mut cx, || false).is_pending());
        }
        waiters.wake_all();
        assert_eq!(listed(&waiters), 0);
    }

    #[test]
    fn no_event_is_missed() {
        for _ in 0..2_000 {
            let waiters = Waiters::default();
            let came = AtomicBool::new(false);
            let wakes = Arc::new(Wakes::default());
            let waker = Waker::from(wakes.clone());
            thread::scope(|scope| {
                scope.spawn(|| {
                    came.store(true, Ordering::Release);
                    waiters.wake_all();
                });
                let mut cx = Context::from_waker(&waker);
                let poll = waiters.poll(&mut None, &mut cx, || came.load(Ordering::Acquire));
                if poll.is_pending() {
                    while wakes.0.load(Ordering::SeqCst) == 0 {
                        thread::yield_now();
                    }
                }
            });
        }
    }
}
