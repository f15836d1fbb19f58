//! The handles of a task.

use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::super::budget;
use super::future::{Outcome, Task};
use super::header::{AbortState, Header};
use super::{current, foreign};
use crate::handle_traits::Gives;
use crate::runtime::{AsyncAbortHandle, AsyncJoinHandle};
use crate::task::{Id, JoinError};

/// A task that can be awaited.
#[derive(Debug)]
pub struct JoinHandle<T> {
    // Taken when the handle is dropped: dropping the `Task` itself would cancel it.
    task: Option<Task<T>>,
    _gives: Gives<T>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(task: Task<T>) -> Self {
        Self {
            task: Some(task),
            _gives: Gives::default(),
        }
    }

    #[inline]
    fn header(&self) -> &Header {
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
        if task.is_finished() {
            // Tokio's text.
            assert!(
                !task.metadata().is_taken(),
                "JoinHandle polled after completion"
            );
        } else if !foreign::is_ours(cx.waker()) {
            // One that has ended takes no waker.
            return foreign::poll(self, cx);
        }
        ready!(budget::poll(cx));
        let output = ready!(Pin::new(&mut *task).poll(cx));
        budget::spend();
        let header = task.metadata();
        header.set_taken();
        let id = || Id::ours(header.id());
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
            self.header().abort_state().abort();
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.header().abort_state().clone())
    }

    fn is_finished(&self) -> bool {
        self.task.as_ref().is_none_or(Task::is_finished)
    }

    fn id(&self) -> Id {
        Id::ours(self.header().id())
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            if task.metadata().is_taken() {
                task.detach();
            } else {
                detach_untaken(task);
            }
        }
    }
}

/// An output that is there already is dropped inside the task.
#[cold]
fn detach_untaken<T>(task: Task<T>) {
    let _task = current::enter_task(task.metadata().id());
    task.detach();
}

/// The right to abort a task.
#[derive(Clone, Debug)]
pub struct AbortHandle(Arc<AbortState>);

// As Tokio's.
impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

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
