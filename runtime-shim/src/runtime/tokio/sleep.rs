//! Timers: Tokio's own where a runtime of this crate polls, otherwise those of
//! [`timers`](crate::runtime::timers).

use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::end::End;
use super::{Tokio, foreign};
use crate::runtime::context::{self, Role};
use crate::runtime::table::Kind;
use crate::runtime::timers;
use crate::runtime::{AsyncSleep, Backend};
use crate::time::Instant;

pin_project! {
    /// A timer of the runtime that polls it.
    #[derive(Debug)]
    #[project = SleepProjection]
    pub enum Sleep {
        #[doc(hidden)]
        New { deadline: Instant },
        #[doc(hidden)]
        Inside {
            #[pin]
            timer: tokio::time::Sleep,
            // The number of the runtime, which may end before the sleep does.
            number: u32,
        },
        #[doc(hidden)]
        Outside {
            #[pin]
            timer: timers::Timer,
        },
    }
}

// Tokio's sockets and handles implement these traits too: no code outside can see a state that a
// panic left half done.
impl UnwindSafe for Sleep {}
impl RefUnwindSafe for Sleep {}

impl Sleep {
    #[inline]
    pub(super) fn until(deadline: Instant) -> Self {
        match number() {
            Some(number) => Self::inside(deadline, number),
            None => Self::New { deadline },
        }
    }

    #[inline]
    fn inside(deadline: Instant, number: u32) -> Self {
        Self::Inside {
            timer: tokio::time::sleep_until(deadline.into_std().into()),
            number,
        }
    }

    fn deadline(&self) -> Instant {
        match self {
            Self::New { deadline } => *deadline,
            Self::Inside { timer, .. } => timer.deadline().into_std().into(),
            Self::Outside { timer } => timer.deadline(),
        }
    }

    /// Polls a sleep that was made elsewhere, or that has no timer yet.
    #[cold]
    fn poll_anywhere(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let here = number().or_else(number_of_another);
        let there = match &*self {
            Self::New { .. } => None,
            Self::Inside { number, .. } => Some(Some(*number)),
            Self::Outside { .. } => Some(None),
        };
        if there != Some(here) {
            let deadline = self.deadline();
            self.set(match here {
                Some(number) => Self::inside(deadline, number),
                None => Self::Outside {
                    timer: timers::Timer::at(deadline),
                },
            });
        }
        match self.project() {
            SleepProjection::New { .. } => unreachable!("it was started above"),
            SleepProjection::Inside { timer, .. } => timer.poll(cx),
            SleepProjection::Outside { timer } => {
                ready!(Tokio.poll_budget(cx));
                ready!(timer.poll(cx));
                Tokio.spend_budget();
                Poll::Ready(())
            }
        }
    }
}

/// Returns the number of the runtime of this crate that polls on this thread.
#[inline]
fn number() -> Option<u32> {
    let here = context::current()?;
    let polls = here.kind == Kind::Tokio && here.role == Role::Polls;
    // The timers of a runtime stop when it ends.
    (polls && End::late().is_none()).then_some(here.number)
}

/// Returns the number for a runtime that other code has made, if its timers must be used.
fn number_of_another() -> Option<u32> {
    let is_ours = context::kind() == Some(Kind::Tokio);
    let is_inside =
        || tokio::task::try_id().is_some() || tokio::runtime::Handle::try_current().is_ok();
    (!is_ours && is_inside() && foreign::is_clock_paused()).then_some(0)
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.as_mut().project() {
            SleepProjection::Inside {
                timer,
                number: there,
            } if number() == Some(*there) => timer.poll(cx),
            _ => self.poll_anywhere(cx),
        }
    }
}

impl AsyncSleep for Sleep {
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        match self.project() {
            SleepProjection::New { deadline: old } => *old = deadline,
            SleepProjection::Inside { timer, .. } => timer.reset(deadline.into_std().into()),
            SleepProjection::Outside { timer } => timer.reset(deadline),
        }
    }
}
