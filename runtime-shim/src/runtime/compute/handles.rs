//! The handles that the public ones wrap: those of the runtime's own tasks, or those of closures.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::task;
use crate::runtime::{AsyncAbortHandle, AsyncJoinHandle, AsyncRuntime, Selected};
use crate::task::{Id, JoinError};

/// A handle to await a task of the runtime or a closure.
pub(crate) enum JoinHandle<T> {
    Task(<Selected as AsyncRuntime>::JoinHandle<T>),
    Closure(task::JoinHandle<T>),
}

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        match self {
            Self::Task(task) => task.abort(),
            Self::Closure(closure) => closure.abort(),
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        match self {
            Self::Task(task) => AbortHandle::Task(task.abort_handle()),
            Self::Closure(closure) => AbortHandle::Closure(closure.abort_handle()),
        }
    }

    fn is_finished(&self) -> bool {
        match self {
            Self::Task(task) => task.is_finished(),
            Self::Closure(closure) => closure.is_finished(),
        }
    }

    fn id(&self) -> Id {
        match self {
            Self::Task(task) => task.id(),
            Self::Closure(closure) => closure.id(),
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Task(task) => Pin::new(task).poll(cx),
            Self::Closure(closure) => Pin::new(closure).poll(cx),
        }
    }
}

/// A handle to abort a task of the runtime or a closure.
#[derive(Clone, Debug)]
pub(crate) enum AbortHandle {
    Task(<Selected as AsyncRuntime>::AbortHandle),
    Closure(task::AbortHandle),
}

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        match self {
            Self::Task(task) => task.abort(),
            Self::Closure(closure) => closure.abort(),
        }
    }

    fn is_finished(&self) -> bool {
        match self {
            Self::Task(task) => task.is_finished(),
            Self::Closure(closure) => closure.is_finished(),
        }
    }

    fn id(&self) -> Id {
        match self {
            Self::Task(task) => task.id(),
            Self::Closure(closure) => closure.id(),
        }
    }
}
