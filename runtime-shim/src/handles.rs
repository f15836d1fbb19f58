//! What the handles of every runtime can do, with or without an operating system.

use core::fmt::Debug;
use core::future::Future;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;

use crate::task::{Id, JoinError};
use crate::time::Instant;

/// Gives a `T` to whoever has it: what holds this is [`Send`] and [`Sync`] where `T` is [`Send`], as
/// Tokio's handles are.
#[cfg(feature = "std")]
pub(crate) type Gives<T> = core::marker::PhantomData<std::sync::Mutex<T>>;

/// A task that can be awaited. Dropping it detaches the task.
pub trait AsyncJoinHandle<T>:
    Future<Output = Result<T, JoinError>> + Unpin + UnwindSafe + RefUnwindSafe
{
    /// The right to abort the task.
    type AbortHandle: AsyncAbortHandle;

    /// Asks the task to stop; see [`JoinHandle::abort`](crate::task::JoinHandle::abort).
    fn abort(&self);

    /// A handle that can abort the task and does not await it.
    fn abort_handle(&self) -> Self::AbortHandle;

    /// Whether the task has ended.
    fn is_finished(&self) -> bool;

    /// The task's id.
    fn id(&self) -> Id;
}

/// The right to abort a task.
pub trait AsyncAbortHandle:
    Clone + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// Asks the task to stop.
    fn abort(&self);

    /// Whether the task has ended.
    fn is_finished(&self) -> bool;

    /// The task's id.
    fn id(&self) -> Id;
}

/// A timer that fires once for each deadline it is given, under any waker.
pub trait AsyncSleep:
    Future<Output = ()> + Debug + Send + Sync + UnwindSafe + RefUnwindSafe + 'static
{
    /// Moves the deadline.
    fn reset(self: Pin<&mut Self>, deadline: Instant);
}
