//! A timer that follows the clock of the runtime that polls it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::budget;
use super::clock::{self, Clock, Key};
use super::scheduler;
use crate::runtime::AsyncSleep;
use crate::time::Instant;

/// Returns what the clock of this thread's runtime shows, or `None` if that is the system's time.
#[inline]
pub(in crate::runtime) fn now() -> Option<std::time::Instant> {
    match clock::is_used() {
        true => Some(here()?.now()),
        false => None,
    }
}

/// Returns the clock of this thread's runtime, if the runtime has one.
fn here() -> Option<Arc<Clock>> {
    scheduler::current()?.clock.clone()
}

pin_project! {
    /// A timer of the system, and a place among the timers of the runtime's clock while a task waits.
    #[derive(Debug)]
    pub struct Sleep<T> {
        deadline: Instant,
        place: Place,
        // What the system's clock shows at the deadline.
        in_system: Instant,
        #[pin]
        timer: T,
    }
}

/// The place of a waiting task among the timers of a clock.
#[derive(Debug, Default)]
struct Place(Option<(Arc<Clock>, Key)>);

impl Place {
    fn leave(&mut self) {
        if let Some((clock, key)) = self.0.take() {
            // The waker may run any code, so it is dropped without the lock.
            drop(clock.leave(key));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}

impl<T> Sleep<T> {
    pub(super) fn new(deadline: Instant, timer: T) -> Self {
        Self {
            deadline,
            place: Place::default(),
            in_system: deadline,
            timer,
        }
    }
}

impl<T: AsyncSleep> Future for Sleep<T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        // Registers at each poll, because another task, on another runtime, may await the timer.
        this.place.leave();
        let in_system = match here() {
            None => *this.deadline,
            Some(clock) => {
                let Some((key, time)) = clock.wait(this.deadline.into_std(), cx) else {
                    return budget::poll_spend(cx);
                };
                this.place.0 = Some((clock, key));
                match time.in_system(this.deadline.into_std()) {
                    None => return Poll::Pending,
                    Some(in_system) => in_system.into(),
                }
            }
        };
        if *this.in_system != in_system {
            *this.in_system = in_system;
            this.timer.as_mut().reset(in_system);
        }
        ready!(this.timer.poll(cx));
        this.place.leave();
        Poll::Ready(())
    }
}

impl<T: AsyncSleep> AsyncSleep for Sleep<T> {
    /// Moves the deadline. The waiting task is woken at the new one.
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        *this.deadline = deadline;
        let mut in_system = Some(deadline);
        if let Some((clock, key)) = this.place.0.take()
            && let Some(waker) = clock.leave(key)
        {
            let (key, time) = clock.insert(deadline.into_std(), waker);
            in_system = time.in_system(deadline.into_std()).map(Instant::from);
            this.place.0 = Some((clock, key));
        }
        if let Some(in_system) = in_system {
            *this.in_system = in_system;
            this.timer.reset(in_system);
        }
    }
}
