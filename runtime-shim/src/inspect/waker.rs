//! The waker that notes that its task is woken.

use std::ptr;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use super::entry::Entry;
#[cfg(feature = "_executor")]
use crate::runtime::executor_knows_waker;
use crate::waker::Kept;

impl Wake for Entry {
    #[inline]
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    #[inline]
    fn wake_by_ref(self: &Arc<Self>) {
        self.note_wake();
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }
}

/// The waker that an observed future is polled with. It is made once, so that `will_wake` tells a
/// future that it is polled with the same waker again.
#[derive(Debug, Default)]
pub(super) struct Wakers {
    waker: Option<Waker>,
    /// The last waker of the runtime that is not the first one.
    other: Option<Arc<Other>>,
}

impl Wakers {
    /// Returns whether the task has not been polled yet.
    #[inline]
    pub(super) fn are_new(&self) -> bool {
        self.waker.is_none()
    }

    /// Returns the waker that wakes both the entry and the waker of `cx`.
    #[inline]
    pub(super) fn of(&mut self, entry: &Arc<Entry>, cx: &Context<'_>) -> &Waker {
        let is_first = |cx: &Context<'_>| match entry.waker.get() {
            Some(first) => is_same(first, cx.waker()),
            None => false,
        };
        if self.waker.is_none() || self.other.is_some() || !is_first(cx) {
            self.renew(entry, cx);
        }
        self.waker.get_or_insert_with(|| Waker::from(entry.clone()))
    }

    #[cold]
    fn renew(&mut self, entry: &Arc<Entry>, cx: &Context<'_>) {
        let first = entry.waker.get_or_init(|| Kept::of(cx));
        if is_same(first, cx.waker()) {
            if self.other.take().is_some() || self.waker.is_none() {
                self.set(Waker::from(entry.clone()));
            }
            return;
        }
        let is_known = |other: &Arc<Other>| is_same(&other.waker, cx.waker());
        if !self.other.as_ref().is_some_and(is_known) {
            let other = Arc::new(Other {
                entry: entry.clone(),
                waker: Kept::of(cx),
            });
            self.set(Waker::from(other.clone()));
            self.other = Some(other);
        }
    }

    fn set(&mut self, waker: Waker) {
        // The table of a clone may be at another address than that of the original. All clones have
        // the same.
        let clone = waker.clone();
        #[cfg(feature = "_executor")]
        {
            executor_knows_waker(&waker);
            executor_knows_waker(&clone);
        }
        self.waker = Some(clone);
    }
}

/// Returns whether the wakers are of the same task. `will_wake` alone may say no, as the table of a
/// clone may be at another address. The data of a waker that is kept is that of no other task.
#[inline]
fn is_same(kept: &Kept, waker: &Waker) -> bool {
    kept.get().is_some_and(|kept| {
        let is_same_data = !kept.data().is_null() && ptr::eq(kept.data(), waker.data());
        is_same_data || kept.will_wake(waker)
    })
}

/// A waker of the runtime that is not the one of the first poll.
#[derive(Debug)]
struct Other {
    entry: Arc<Entry>,
    waker: Kept,
}

impl Wake for Other {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.entry.note_wake();
        self.waker.wake_by_ref();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::task::observe::{Kind, Origin};

    #[derive(Default)]
    struct Counts(AtomicUsize);

    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_waker_stays_while_that_of_the_runtime_does() {
        let entry = Arc::new(Entry::new(&Origin::here(Kind::Task), None));
        let mut wakers = Wakers::default();
        let counts = [(); 2].map(|()| Arc::new(Counts::default()));
        let [first, second] = counts.clone().map(Waker::from);
        let mut of = |waker: &Waker| wakers.of(&entry, &Context::from_waker(waker)).clone();
        let at_first = of(&first);
        assert!(at_first.will_wake(&of(&first.clone())));
        let then = of(&second);
        assert!(!at_first.will_wake(&then));
        assert!(then.will_wake(&of(&second)));
        then.wake();
        assert!(at_first.will_wake(&of(&first)));
        at_first.wake_by_ref();
        at_first.wake();
        let counts = counts.map(|counts| counts.0.load(Ordering::Relaxed));
        assert_eq!(counts, [2, 1]);
    }
}
