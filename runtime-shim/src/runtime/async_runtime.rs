//! The public trait of a runtime, for code that takes a runtime as a parameter.

use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use crate::handles::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};
use crate::task::Id;
use crate::time::Instant;

/// A runtime as a type to be generic over.
///
/// Each runtime that is compiled in has a unit type that implements this trait: `Tokio`, `Smol`,
/// `AsyncStd`, `Embassy`, `Pollster`. [`Any`](super::Any) stands for whichever of them the calling
/// thread belongs to. The free functions ([`task::spawn`](crate::task::spawn), [`time::sleep`](crate::time::sleep) …) are
/// these methods on the selected runtime.
///
/// Every implementation keeps the same contract: a task starts lazily and is detached when its
/// handle is dropped, a panic arrives in the [`JoinError`](crate::task::JoinError),
/// [`abort`](AsyncJoinHandle::abort) needs no await. The handle is an associated type, so nothing is
/// boxed.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::AsyncRuntime;
/// use std::time::Duration;
///
/// # #[allow(dead_code)]
/// async fn twice<R: AsyncRuntime>(rt: R, n: u32) -> u32 {
///     let task = rt.spawn(async move { n * 2 });
///     rt.sleep(Duration::from_millis(1)).await;
///     task.await.expect("the task does not panic")
/// }
///
/// # #[cfg(feature = "tokio")]
/// # {
/// use portable::runtime::Tokio;
/// assert_eq!(Tokio.block_on(twice(Tokio, 21)), 42);
/// # }
/// # #[cfg(feature = "smol")]
/// # {
/// use portable::runtime::Smol;
/// assert_eq!(Smol.block_on(twice(Smol, 21)), 42);
/// # }
/// ```
///
/// A generic function whose future is itself spawned adds `R::JoinHandle<u32>: Send` to its
/// bounds: the handle is [`Send`] when the output is, which a trait cannot say of every `T`.
///
/// The trait is sealed: it is implemented for the runtimes of this crate alone.
pub trait AsyncRuntime:
    Sealed + Copy + Debug + Default + Eq + Hash + Send + Sync + Unpin + 'static
{
    /// The handle that [`spawn`](Self::spawn) returns.
    type JoinHandle<T>: AsyncJoinHandle<T, AbortHandle = Self::AbortHandle>;
    /// The right to abort a task, without its output.
    type AbortHandle: AsyncAbortHandle;
    /// The future that [`sleep_until`](Self::sleep_until) returns.
    type Sleep: AsyncSleep;
    /// A reference to a running runtime.
    type Handle: AsyncHandle;

    /// Returns the runtime's name, as in the feature list: `"tokio"`.
    fn name(&self) -> &'static str;

    /// Returns a reference to the runtime that calls from this thread go to, which is started if there is
    /// none.
    fn handle(&self) -> Self::Handle;

    /// Spawns a task on the runtime that this thread belongs to.
    #[track_caller]
    fn spawn<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static;

    /// Spawns a task that stays on this thread.
    ///
    /// # Panics
    ///
    /// On a thread that is not inside the `block_on` of a runtime.
    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static;

    /// Runs a closure that may block on a thread kept for such closures.
    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> Self::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Returns a future that is ready at `deadline`, not before.
    fn sleep_until(&self, deadline: Instant) -> Self::Sleep;

    /// Returns a future that is ready once `duration` has passed since this call.
    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.sleep_until(Instant::after(duration))
    }

    /// Gives the other tasks a turn.
    fn yield_now(&self) -> impl Future<Output = ()> + Send;

    /// Runs `future` on this thread until it is done.
    ///
    /// # Panics
    ///
    /// On a thread that polls tasks.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Returns the id of the task that is being polled on this thread.
    fn task_id(&self) -> Option<Id>;
}

/// A reference to a running runtime, from any thread.
///
/// The trait is sealed: it is implemented for the runtimes of this crate alone.
pub trait AsyncHandle:
    Sealed + Clone + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// The handle that [`spawn`](Self::spawn) returns.
    type JoinHandle<T>: AsyncJoinHandle<T>;

    /// Returns the name that this runtime was given; see [`Builder::name`](super::Builder::name).
    fn name(&self) -> Option<&str> {
        None
    }

    /// Spawns a task on this runtime.
    #[track_caller]
    fn spawn<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static;

    /// Runs a closure that may block on one of this runtime's blocking threads.
    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> Self::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Runs `future` on this thread until it is done; what it spawns goes to this runtime.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// A trait that no other crate can implement, nor the traits that require it.
mod sealed {
    pub trait Sealed {}
}
pub(super) use self::sealed::Sealed;
