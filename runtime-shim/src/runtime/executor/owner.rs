//! The owner of a task, which schedules it and has the list of the tasks that end together.

use std::sync::Arc;

use super::local::Local;
use super::scheduler::Scheduler;
use super::task_list::TaskList;

/// The one reference to its runtime that a task holds.
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
