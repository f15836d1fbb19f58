//! The timers of the page, on one `setTimeout`.

use std::cell::RefCell;
use std::task::{Context, Poll};

use super::heap::{Heap, Key};
use crate::time::Instant;
use crate::waker::Kept;
use portable_browser::{self as js, Call, Callback};

/// The longest delay that the browser takes. A longer one it would take for zero.
const LONGEST: f64 = 2_147_483_647.0;

thread_local! {
    static TIMERS: RefCell<Timers> = const { RefCell::new(Timers { waiting: Heap::new(), asked: None }) };
    static FIRE: Callback = js::callback(fire);
}

struct Timers {
    waiting: Heap<Kept>,
    /// The earliest time at which the browser calls, and what it calls this call.
    asked: Option<(Instant, Call)>,
}

impl Timers {
    /// Asks the browser for a call at the first time. A call that comes too early does no harm.
    fn ask(&mut self) {
        let Some(first) = self.waiting.first() else {
            return;
        };
        if let Some((asked, call)) = &self.asked {
            if *asked <= first {
                return;
            }
            js::clear_timeout(call);
        }
        let millis = first.0.millis_left().min(LONGEST);
        self.asked = Some((first, FIRE.with(|fire| js::set_timeout(fire, millis))));
    }
}

/// Wakes the tasks whose time has come.
fn fire() {
    let due = TIMERS.with_borrow_mut(|timers| {
        timers.asked = None;
        let now = Instant::now();
        let mut due = Vec::new();
        while timers.waiting.first().is_some_and(|first| first <= now) {
            due.extend(timers.waiting.pop());
        }
        timers.ask();
        due
    });
    // A waker may run any code.
    due.into_iter().for_each(Kept::wake);
}

/// A timer. It takes a place among those that wait at its first poll.
#[derive(Debug)]
pub(super) struct Timer {
    deadline: Instant,
    key: Option<Key>,
}

impl Timer {
    pub(super) fn at(deadline: Instant) -> Self {
        Self {
            deadline,
            key: None,
        }
    }

    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        let old = self.leave();
        if self.deadline <= Instant::now() {
            return Poll::Ready(());
        }
        self.wait_with(match old {
            Some(old) if old.will_wake(cx) => old,
            _ => Kept::of(cx),
        });
        Poll::Pending
    }

    /// Moves the deadline. A task that waits is woken at the new one.
    pub(super) fn reset(&mut self, deadline: Instant) {
        let waiting = self.leave();
        self.deadline = deadline;
        if let Some(waker) = waiting {
            self.wait_with(waker);
        }
    }

    fn wait_with(&mut self, waker: Kept) {
        TIMERS.with_borrow_mut(|timers| {
            self.key = Some(timers.waiting.push(self.deadline, waker));
            timers.ask();
        });
    }

    /// Takes the waker out, if the timer has not fired.
    fn leave(&mut self) -> Option<Kept> {
        let key = self.key.take()?;
        TIMERS.with_borrow_mut(|timers| timers.waiting.remove(key))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        drop(self.leave());
    }
}
