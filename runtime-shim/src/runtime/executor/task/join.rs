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

/// A handle to a task, which awaits its output.
#[derive(Debug)]
pub struct JoinHandle<T> {
    // `drop` takes the `Task` and detaches it, because dropping a `Task` cancels the task.
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
            // The message is the same as on Tokio.
            assert!(
                !task.metadata().is_taken(),
                "JoinHandle polled after completion"
            );
        } else if !foreign::is_ours(cx.waker()) {
            // A task that has ended stores no waker, so only a pending task needs this.
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

/// Detaches a task whose output was not taken. If the output is there already, it is dropped inside
/// the task.
#[cold]
fn detach_untaken<T>(task: Task<T>) {
    let _task = current::enter_task(task.metadata().id());
    task.detach();
}

/// A handle that aborts a task.
#[derive(Clone, Debug)]
pub struct AbortHandle(Arc<AbortState>);

// Tokio's handle is unwind safe too.
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
