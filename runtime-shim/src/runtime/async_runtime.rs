//! The public trait of a runtime, for code that takes a runtime as a parameter.

use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use crate::handle_traits::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};
use crate::task::Id;
use crate::time::Instant;

/// A runtime, as a type to be generic over.
///
/// Each runtime that is compiled in has a unit type that implements this trait: `Tokio`, `Smol`,
/// `AsyncStd`, `Embassy`, `Pollster`. [`Any`](super::Any) stands for the one that the calling
/// thread belongs to. The free functions ([`task::spawn`](crate::task::spawn),
/// [`time::sleep`](crate::time::sleep) and so on) are these methods on the selected runtime.
///
/// Every implementation keeps the same contract. A task starts lazily and is detached when its
/// handle is dropped. A panic arrives in the [`JoinError`](crate::task::JoinError).
/// [`abort`](AsyncJoinHandle::abort) needs no await. The handle is an associated type, so nothing
/// is boxed.
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
/// A generic function whose future is itself spawned adds `R::JoinHandle<u32>: Send` to its bounds.
/// The handle is [`Send`] if the output is, but a trait cannot state this for every `T`.
///
/// The trait is sealed: only the runtimes of this crate implement it.
pub trait AsyncRuntime:
    Sealed + Copy + Debug + Default + Eq + Hash + Send + Sync + Unpin + 'static
{
    /// The handle that [`spawn`](Self::spawn) returns.
    type JoinHandle<T>: AsyncJoinHandle<T, AbortHandle = Self::AbortHandle>;
    /// The handle that can abort a task, but not await its output.
    type AbortHandle: AsyncAbortHandle;
    /// The future that [`sleep_until`](Self::sleep_until) returns.
    type Sleep: AsyncSleep;
    /// The reference to a running runtime.
    type Handle: AsyncHandle;

    /// Returns the runtime's name, as in the feature list: `"tokio"`.
    fn name(&self) -> &'static str;

    /// Returns a reference to the runtime that calls from this thread go to. Starts one if there is
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
    /// Panics on a thread that is not inside the `block_on` of a runtime.
    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static;

    /// Runs a closure that may block, on a thread for blocking closures.
    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> Self::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Runs a closure that keeps a processor busy, on rayon's pool. The handle is of the same type on
    /// every runtime.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Returns a future that is ready at `deadline`, not before.
    fn sleep_until(&self, deadline: Instant) -> Self::Sleep;

    /// Returns a future that is ready once `duration` has passed since this call.
    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.sleep_until(Instant::after(duration))
    }

    /// Lets the other tasks run.
    fn yield_now(&self) -> impl Future<Output = ()> + Send;

    /// Runs `future` on this thread until it is done.
    ///
    /// # Panics
    ///
    /// Panics on a thread that polls tasks.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Returns the id of the current task.
    fn task_id(&self) -> Option<Id>;
}

/// A reference to a running runtime, for any thread.
///
/// The trait is sealed: only the runtimes of this crate implement it.
pub trait AsyncHandle:
    Sealed + Clone + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
    /// The handle that [`spawn`](Self::spawn) returns.
    type JoinHandle<T>: AsyncJoinHandle<T>;

    /// Returns the id of this runtime.
    fn id(&self) -> super::Id;

    /// Returns the name of this runtime. See [`Builder::name`](super::Builder::name).
    fn name(&self) -> Option<&str> {
        None
    }

    /// Returns the flavour of this runtime. Embassy and pollster have only
    /// [`CurrentThread`](super::Flavor::CurrentThread).
    fn flavor(&self) -> super::Flavor;

    /// Spawns a task on this runtime.
    #[track_caller]
    fn spawn<F>(&self, future: F) -> Self::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static;

    /// Runs a closure that may block, on one of this runtime's blocking threads.
    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> Self::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Runs a closure that keeps a processor busy, on rayon's pool, as a closure of this runtime. The
    /// handle is of the same type on every runtime.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static;

    /// Runs `future` on this thread until it is done. Tasks that it spawns go to this runtime.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// The trait that seals others: no other crate can implement it or the traits that require it.
mod sealed {
    pub trait Sealed {}
}
pub(super) use self::sealed::Sealed;
