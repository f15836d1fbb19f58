//! The handles of a task.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, replace};
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use super::slot::{Abort, Task};
use crate::runtime::{AsyncAbortHandle, AsyncJoinHandle};
use crate::task::{Id, JoinError, PoolFull};

/// A handle to await a task.
pub(crate) struct JoinHandle<T> {
    state: State,
    output: PhantomData<T>,
}

enum State {
    Started(ManuallyDrop<Task>),
    /// The task was not started.
    Full(PoolFull),
    /// The output was returned.
    Taken(Id),
}

// SAFETY: a shared reference gives no access to the output.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> Unpin for JoinHandle<T> {}

// With `std` the types implement these traits too.
impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}
impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl<T> JoinHandle<T> {
    /// # Safety
    ///
    /// The task's output must be a `T`.
    pub(super) unsafe fn new(task: Task) -> Self {
        Self {
            state: State::Started(ManuallyDrop::new(task)),
            output: PhantomData,
        }
    }

    pub(super) fn full(full: PoolFull) -> Self {
        Self {
            state: State::Full(full),
            output: PhantomData,
        }
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        if let State::Started(task) = &mut self.state {
            // SAFETY: the task is not used again.
            unsafe { ManuallyDrop::drop(task) }
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let error = match &this.state {
            State::Started(task) => {
                // SAFETY: the output is a `T`, and the task is forgotten when it is ready.
                let (id, output) = ready!(unsafe { task.poll(cx) });
                this.state = State::Taken(id);
                return Poll::Ready(output.ok_or_else(|| JoinError::cancelled(id)));
            }
            State::Full(_) => match replace(&mut this.state, State::Taken(NO_TASK)) {
                State::Full(full) => JoinError::full(NO_TASK, full),
                _ => JoinError::cancelled(NO_TASK),
            },
            // Tokio's text.
            State::Taken(_) => panic!("JoinHandle polled after completion"),
        };
        Poll::Ready(Err(error))
    }
}

/// The id of a task that was not started.
const NO_TASK: Id = Id::NONE;

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        if let State::Started(task) = &self.state {
            task.abort();
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        AbortHandle(match &self.state {
            State::Started(task) => Ok(task.abort_handle()),
            State::Full(_) => Err(NO_TASK),
            State::Taken(id) => Err(*id),
        })
    }

    fn is_finished(&self) -> bool {
        match &self.state {
            State::Started(task) => task.is_finished(),
            State::Full(_) | State::Taken(_) => true,
        }
    }

    fn id(&self) -> Id {
        match &self.state {
            State::Started(task) => task.id(),
            State::Full(_) => NO_TASK,
            State::Taken(id) => *id,
        }
    }
}

/// A handle to abort a task, or the id of one that has ended or was never started.
#[derive(Clone)]
pub(crate) struct AbortHandle(Result<Abort, Id>);

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        if let Ok(task) = &self.0 {
            task.abort();
        }
    }

    fn is_finished(&self) -> bool {
        self.0.as_ref().map_or(true, Abort::is_finished)
    }

    fn id(&self) -> Id {
        match &self.0 {
            Ok(task) => task.id(),
            Err(id) => *id,
        }
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}
