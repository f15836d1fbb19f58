//! Timers: Tokio's own where Tokio polls, else those of [`timers`](crate::runtime::timers).

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::runtime::AsyncSleep;
use crate::runtime::context::{self, Role};
use crate::runtime::table::Kind;
use crate::runtime::timers;
use crate::time::Instant;

pin_project! {
    /// A timer of whoever polls it.
    #[derive(Debug)]
    #[project = SleepProjection]
    pub enum Sleep {
        #[doc(hidden)]
        New { deadline: Instant },
        #[doc(hidden)]
        Inside {
            #[pin]
            timer: tokio::time::Sleep,
        },
        #[doc(hidden)]
        Outside {
            #[pin]
            timer: timers::Timer,
        },
    }
}

impl Sleep {
    #[inline]
    pub(super) fn until(deadline: Instant) -> Self {
        Self::New { deadline }
    }

    // Apart, so that what it makes is not moved from place to place.
    #[inline(never)]
    fn start_inside(mut self: Pin<&mut Self>) {
        let deadline = self.deadline().into_std().into();
        self.set(Self::Inside {
            timer: tokio::time::sleep_until(deadline),
        });
    }

    #[cold]
    fn start_outside(mut self: Pin<&mut Self>) {
        let timer = timers::Timer::at(self.deadline());
        self.set(Self::Outside { timer });
    }

    fn deadline(&self) -> Instant {
        match self {
            Self::New { deadline } => *deadline,
            Self::Inside { timer } => timer.deadline().into_std().into(),
            Self::Outside { timer } => timer.deadline(),
        }
    }
}

/// Whether a runtime of Tokio polls on this thread, ours or somebody else's.
#[inline]
fn is_inside() -> bool {
    match context::get() {
        Some((Kind::Tokio, role)) => role == Role::Polls,
        _ => is_inside_another(),
    }
}

#[cold]
fn is_inside_another() -> bool {
    tokio::task::try_id().is_some() || tokio::runtime::Handle::try_current().is_ok()
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let is_inside = is_inside();
        match (&*self, is_inside) {
            (Self::Inside { .. }, true) | (Self::Outside { .. }, false) => {}
            // It is polled for the first time, or has moved.
            (_, true) => self.as_mut().start_inside(),
            (_, false) => self.as_mut().start_outside(),
        }
        match self.project() {
            SleepProjection::New { .. } => unreachable!("it was started above"),
            SleepProjection::Inside { timer } => timer.poll(cx),
            SleepProjection::Outside { timer } => timer.poll(cx),
        }
    }
}

impl AsyncSleep for Sleep {
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        match self.project() {
            SleepProjection::New { deadline: old } => *old = deadline,
            SleepProjection::Inside { timer } => timer.reset(deadline.into_std().into()),
            SleepProjection::Outside { timer } => timer.reset(deadline),
        }
    }
}
