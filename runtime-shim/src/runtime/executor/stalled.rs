//! A thread inside `block_on` that would wait for ever, because its clock is paused and no timer is pending.

use std::task::Context;
use std::time::{Duration, Instant};

use super::clock::Clock;
use crate::runtime::Id;
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

    /// Checks a thread that found nothing to do, and that `cx` wakes.
    ///
    /// # Panics
    ///
    /// Panics if the thread has waited in vain for a while.
    pub(super) fn check(&mut self, clock: &Clock, tasks: usize, id: Id, cx: &Context<'_>) {
        if !clock.is_stalled() {
            self.reset();
            return;
        }
        let wake = || {
            let at = Instant::now() + GRACE;
            (at, Timer::waiting(at.into(), Kept::of(cx)))
        };
        let (at, _) = self.0.get_or_insert_with(wake);
        if Instant::now() >= *at {
            self.reset();
            panic!("{}", message(tasks, id));
        }
    }
}

#[cold]
#[cfg_attr(not(feature = "inspect"), allow(unused_variables))]
fn message(tasks: usize, id: Id) -> String {
    #[cfg(feature = "inspect")]
    let list = crate::inspect::text("that wait", id).unwrap_or_default();
    #[cfg(not(feature = "inspect"))]
    let list = "the feature `inspect` lists the tasks here";
    format!(
        "portable: this waits for ever: the clock is paused, no timer is pending, and `main` and all tasks \
         ({tasks}) wait; if they wait for a thread or a process outside, keep a `time::hold()` meanwhile\n{list}"
    )
}
