//! Stands in for where a task belongs.

use std::sync::Arc;

use super::group::Group;

#[derive(Clone, Debug, Default)]
pub(crate) struct Home(pub(crate) Arc<Group>);

impl Home {
    pub(crate) fn group(&self) -> &Group {
        &self.0
    }
}
