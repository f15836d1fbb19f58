//! The traits of every runtime's handles, with or without an operating system.

use core::fmt::Debug;
use core::future::Future;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;

use crate::task::{Id, JoinError};
use crate::time::Instant;

/// A marker for types that return a `T`. Like Tokio's handles, they are [`Send`] and [`Sync`] if
/// `T` is [`Send`].
#[cfg(feature = "std")]
pub(crate) type Gives<T> = core::marker::PhantomData<std::sync::Mutex<T>>;

/// A handle to await a task. Dropping it detaches the task.
pub trait AsyncJoinHandle<T>:
    Future<Output = Result<T, JoinError>> + Unpin + UnwindSafe + RefUnwindSafe
{
    /// The type of the handle that can abort the task.
    type AbortHandle: AsyncAbortHandle;

    /// Asks the task to stop. See [`JoinHandle::abort`](crate::task::JoinHandle::abort).
    fn abort(&self);

    /// Returns a handle that can abort the task, but not await it.
    fn abort_handle(&self) -> Self::AbortHandle;

    /// Returns whether the task has ended.
    fn is_finished(&self) -> bool;

    /// Returns the task's id.
    fn id(&self) -> Id;
}

/// A handle to abort a task.
pub trait AsyncAbortHandle:
    Clone + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// Asks the task to stop.
    fn abort(&self);

    /// Returns whether the task has ended.
    fn is_finished(&self) -> bool;

    /// Returns the task's id.
    fn id(&self) -> Id;
}

/// A timer that fires once for each deadline it is given, under any waker.
pub trait AsyncSleep:
    Future<Output = ()> + Debug + Send + Sync + UnwindSafe + RefUnwindSafe + 'static
{
    /// Moves the deadline.
    fn reset(self: Pin<&mut Self>, deadline: Instant);
}
