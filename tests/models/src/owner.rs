//! Stands in for where a task belongs.

use std::sync::Arc;

use super::task_list::TaskList;

#[derive(Clone, Debug, Default)]
pub(crate) struct Owner(pub(crate) Arc<TaskList>);

impl Owner {
    pub(crate) fn tasks(&self) -> &TaskList {
        &self.0
    }
}
