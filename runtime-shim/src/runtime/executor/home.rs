//! Where a task belongs: what schedules it, and the group that it ends with.

use std::sync::Arc;

use super::group::Group;
use super::local::Local;
use super::scheduler::Scheduler;

/// What a task holds of its runtime: this, and nothing else.
#[derive(Clone, Debug)]
pub(super) enum Home {
    Scheduler(Arc<Scheduler>),
    Local(Arc<Local>),
}

impl Home {
    #[inline]
    pub(super) fn group(&self) -> &Group {
        match self {
            Self::Scheduler(scheduler) => &scheduler.group,
            Self::Local(local) => &local.group,
        }
    }
}
