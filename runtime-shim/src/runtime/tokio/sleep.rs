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
    pub struct Sleep {
        deadline: Instant,
        #[pin]
        timer: Timer,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = TimerProjection]
    enum Timer {
        Tokio { #[pin] timer: tokio::time::Sleep },
        Outside { #[pin] timer: timers::Timer },
    }
}

impl Timer {
    fn at(deadline: Instant, is_inside: bool) -> Self {
        if is_inside {
            Self::Tokio {
                timer: tokio::time::sleep_until(deadline.into_std().into()),
            }
        } else {
            Self::Outside {
                timer: timers::Timer::at(deadline),
            }
        }
    }

    fn is_inside(&self) -> bool {
        matches!(self, Self::Tokio { .. })
    }
}

/// Whether a runtime of Tokio polls on this thread, ours or somebody else's.
fn is_inside() -> bool {
    match context::get() {
        Some((Kind::Tokio, role)) => role == Role::Polls,
        _ => tokio::task::try_id().is_some() || tokio::runtime::Handle::try_current().is_ok(),
    }
}

impl Sleep {
    pub(super) fn until(deadline: Instant) -> Self {
        Self {
            deadline,
            timer: Timer::at(deadline, is_inside()),
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let is_inside = is_inside();
        if this.timer.is_inside() != is_inside {
            // It has moved.
            this.timer.set(Timer::at(*this.deadline, is_inside));
        }
        match this.timer.project() {
            TimerProjection::Tokio { timer } => timer.poll(cx),
            TimerProjection::Outside { timer } => timer.poll(cx),
        }
    }
}

impl AsyncSleep for Sleep {
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let mut this = self.project();
        *this.deadline = deadline;
        match this.timer.as_mut().project() {
            TimerProjection::Tokio { timer } => timer.reset(deadline.into_std().into()),
            TimerProjection::Outside { timer } => timer.reset(deadline),
        }
    }
}
