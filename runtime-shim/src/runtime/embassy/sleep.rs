//! Timers: embassy-time's on a thread where Embassy polls, otherwise those of `runtime/timers.rs`.

use std::future::Future;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::host::{self, Timers};
use crate::runtime::AsyncSleep;
use crate::runtime::executor::budget;
use crate::runtime::timers::{Key, Timer};
use crate::time::Instant;
use crate::waker::Kept;

/// A timer that waits on the thread that polls it.
#[derive(Debug)]
pub struct Sleep {
    deadline: Instant,
    place: Registration,
}

/// The timers that it waits in.
#[derive(Debug)]
enum Registration {
    Nowhere,
    Host(Arc<Timers>, Key),
    Elsewhere(Timer),
}

impl Registration {
    /// Starts to wait in the timers of this thread.
    fn here(deadline: Instant, waker: Kept) -> Self {
        match Timers::current() {
            Some(here) => {
                host::assure_alarm();
                let key = here.lock().insert(deadline.into_std(), waker);
                Self::Host(here, key)
            }
            None => Self::Elsewhere(Timer::waiting(deadline, waker)),
        }
    }

    /// Stops waiting. Returns the waker, if it has not been woken.
    fn leave(&mut self) -> Option<Kept> {
        match mem::replace(self, Self::Nowhere) {
            Self::Nowhere => None,
            // The lock is released before the waker is dropped, which may run any code.
            Self::Host(timers, key) => timers.lock().remove(key),
            Self::Elsewhere(mut timer) => timer.leave(),
        }
    }
}

// No code outside can see a state that a panic left half done. This is so on every runtime.
impl UnwindSafe for Sleep {}
impl RefUnwindSafe for Sleep {}

impl Sleep {
    pub(super) fn until(deadline: Instant) -> Self {
        Self {
            deadline,
            place: Registration::Nowhere,
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(budget::poll(cx));
        // Registers at each poll, because the sleep may have moved to another thread or task.
        drop(self.place.leave());
        if std::time::Instant::now() >= self.deadline.into_std() {
            budget::spend();
            return Poll::Ready(());
        }
        self.place = Registration::here(self.deadline, Kept::of(cx));
        Poll::Pending
    }
}

impl AsyncSleep for Sleep {
    /// Moves the deadline. The waiting task is woken at the new one.
    fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        self.deadline = deadline;
        if let Some(waker) = self.place.leave() {
            self.place = Registration::here(deadline, waker);
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        drop(self.place.leave());
    }
}
