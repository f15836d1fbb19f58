//! A thread inside `block_on` that would wait for ever, because its clock is paused and no timer is pending.

use std::task::Context;
use std::time::{Duration, Instant};

use crate::runtime::timers::Timer;
use crate::waker::Kept;

/// The real time for which the thread waits, in case a thread or a process outside wakes a task.
const GRACE: Duration = Duration::from_secs(1);

/// The time since which the thread has found nothing to do and nothing to wait for.
#[derive(Debug, Default)]
pub(super) struct Stalled(Option<(Instant, Timer)>);

impl Stalled {
    pub(super) fn reset(&mut self) {
        self.0 = None;
    }

    /// Returns whether the thread, which has nothing to do, has waited in vain for a while. If it has not,
    /// wakes it by `cx` when it has.
    pub(super) fn is_over(&mut self, cx: &Context<'_>) -> bool {
        let wake = || {
            let at = Instant::now() + GRACE;
            (at, Timer::waiting(at.into(), Kept::of(cx)))
        };
        let (at, _) = self.0.get_or_insert_with(wake);
        Instant::now() >= *at
    }
}
