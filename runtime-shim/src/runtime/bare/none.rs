//! Stand-ins for tasks in a build without a runtime, such as that of a library. No task can be
//! started.

use core::convert::Infallible;
use core::future::Future;
use core::task::{Context, Poll};

use crate::task::Id;

/// A slot without memory.
pub(super) struct Slot<const SIZE: usize>;

impl<const SIZE: usize> Slot<SIZE> {
    pub(super) const fn new() -> Self {
        Self
    }

    pub(super) fn claim(&'static self) -> Option<Claim> {
        Some(Claim)
    }
}

pub(super) struct Claim;

impl Claim {
    /// # Safety
    ///
    /// This has no conditions: it always panics.
    #[track_caller]
    pub(super) unsafe fn start<F: Future>(self, _future: F) -> Task {
        super::none()
    }
}

pub(super) struct Task(Infallible);

impl Task {
    pub(super) fn abort(&self) {
        match self.0 {}
    }

    pub(super) fn abort_handle(&self) -> Abort {
        match self.0 {}
    }

    pub(super) fn is_finished(&self) -> bool {
        match self.0 {}
    }

    pub(super) fn id(&self) -> Id {
        match self.0 {}
    }

    /// # Safety
    ///
    /// No such task exists, so this is never called.
    pub(super) unsafe fn poll<T>(&self, _cx: &mut Context<'_>) -> Poll<(Id, Option<T>)> {
        match self.0 {}
    }
}

#[derive(Clone, Copy)]
pub(super) struct Abort(Infallible);

impl Abort {
    pub(super) fn abort(&self) {
        match self.0 {}
    }

    pub(super) fn is_finished(&self) -> bool {
        match self.0 {}
    }

    pub(super) fn id(&self) -> Id {
        match self.0 {}
    }
}
