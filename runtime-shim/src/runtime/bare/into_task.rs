use core::future::Future;

use crate::task::{JoinHandle, Spawnable};

/// What can be spawned: what a `#[portable::task]` gives, and with the feature `alloc` any future.
///
/// Where there is an operating system any future can be.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::{IntoTask, JoinHandle, spawn};
///
/// # #[allow(dead_code)]
/// fn twice<T: IntoTask>(make: impl Fn() -> T) -> [JoinHandle<T::Output>; 2] {
///     [spawn(make()), spawn(make())]
/// }
/// ```
#[cfg_attr(
    not(feature = "alloc"),
    diagnostic::on_unimplemented(
        message = "portable: without an allocator only a `#[portable::task]` can be spawned",
        label = "there is no room for this future",
        note = "make it an `async fn` with `#[portable::task]` and spawn a call of that",
        note = "or give it room: `static POOL: portable::task::Pool<SIZE, COUNT> = \
                portable::task::Pool::new();` and `spawn_task!(pool = POOL, …)`",
        note = "or, if the firmware has an allocator, enable the feature `alloc` of `portable`"
    )
)]
pub trait IntoTask {
    /// What the task gives.
    type Output;

    /// What [`spawn`](crate::task::spawn) does.
    #[doc(hidden)]
    #[track_caller]
    fn __spawn(self) -> JoinHandle<Self::Output>;
}

impl<F> IntoTask for Spawnable<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    type Output = F::Output;

    #[track_caller]
    fn __spawn(self) -> JoinHandle<F::Output> {
        self.spawn()
    }
}

#[cfg(feature = "alloc")]
impl<F> IntoTask for F
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    type Output = F::Output;

    #[cfg(feature = "embassy")]
    #[track_caller]
    fn __spawn(self) -> JoinHandle<F::Output> {
        let task = super::heap::spawn(self);
        // SAFETY: that is the output of this future.
        JoinHandle(unsafe { super::join::JoinHandle::new(task) })
    }

    #[cfg(not(feature = "embassy"))]
    #[track_caller]
    fn __spawn(self) -> JoinHandle<F::Output> {
        super::none()
    }
}
