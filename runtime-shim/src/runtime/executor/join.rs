//! The handles of a task.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::budget;
use super::meta::{Meta, Remote};
use super::task::{Outcome, Task};
use crate::runtime::{AsyncAbortHandle, AsyncJoinHandle};
use crate::task::{Id, JoinError};

/// A task that can be awaited.
#[derive(Debug)]
pub struct JoinHandle<T> {
    // Taken when the handle is dropped: dropping the `Task` itself would cancel it.
    task: Option<Task<T>>,
}

impl<T> JoinHandle<T> {
    pub(super) fn new(task: Task<T>) -> Self {
        Self { task: Some(task) }
    }

    #[inline]
    fn meta(&self) -> &Meta {
        self.task
            .as_ref()
            .expect("the task is taken only when the handle is dropped")
            .metadata()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(task) = &mut self.task else {
            return Poll::Pending;
        };
        // Tokio's text.
        assert!(
            !task.metadata().is_taken(),
            "JoinHandle polled after completion"
        );
        ready!(budget::poll(cx));
        let output = ready!(Pin::new(&mut *task).poll(cx));
        budget::spend();
        let meta = task.metadata();
        meta.set_taken();
        let id = || Id::ours(meta.id());
        Poll::Ready(match output.take() {
            Outcome::Done(output) => Ok(output),
            Outcome::Cancelled => Err(JoinError::cancelled(id())),
            Outcome::Panicked(payload) => Err(JoinError::panicked(id(), payload)),
        })
    }
}

impl<T> Unpin for JoinHandle<T> {}

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        if !self.is_finished() {
            self.meta().remote().abort();
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.meta().remote().clone())
    }

    fn is_finished(&self) -> bool {
        self.task.as_ref().is_none_or(Task::is_finished)
    }

    fn id(&self) -> Id {
        Id::ours(self.meta().id())
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.detach();
        }
    }
}

/// The right to abort a task.
#[derive(Clone, Debug)]
pub struct AbortHandle(Arc<Remote>);

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        self.0.abort();
    }

    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    fn id(&self) -> Id {
        Id::ours(self.0.id())
    }
}
