//! What a task belongs to: what schedules it, and the list of tasks that it ends with.

use std::sync::Arc;

use super::local::Local;
use super::scheduler::Scheduler;
use super::task_list::TaskList;

/// What a task holds of its runtime: this, and nothing else.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    Scheduler(Arc<Scheduler>),
    Local(Arc<Local>),
}

impl Owner {
    #[inline]
    pub(super) fn tasks(&self) -> &TaskList {
        match self {
            Self::Scheduler(scheduler) => &scheduler.tasks,
            Self::Local(local) => &local.tasks,
        }
    }
}
