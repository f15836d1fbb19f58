use core::future::Future;

use crate::task::{JoinHandle, Spawnable};

/// A value that can be spawned: a call of a `#[portable::task]` and, with the feature `alloc`, any
/// future.
///
/// With an operating system every future can be spawned.
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
// A build for an operating system without `embassy` is a library's, whose manifest lacks `std`.
#[cfg_attr(
    all(not(feature = "alloc"), not(feature = "embassy"), any(unix, windows)),
    diagnostic::on_unimplemented(
        message = "portable: without the feature `std` only a `#[portable::task]` can be spawned",
        label = "this future needs the feature `std`",
        note = "turn on the feature `std` in Cargo.toml: portable = {{ version = \"0.1\", \
                default-features = false, features = [\"std\"] }}",
        note = "or, in a crate for firmware, the feature `alloc`; without an allocator, make the future \
                an `async fn` with `#[portable::task]` and spawn a call of that"
    )
)]
#[cfg_attr(
    all(
        not(feature = "alloc"),
        any(feature = "embassy", not(any(unix, windows)))
    ),
    diagnostic::on_unimplemented(
        message = "portable: without an allocator only a `#[portable::task]` can be spawned",
        label = "there is no room for this future",
        note = "make it an `async fn` with `#[portable::task]` and spawn a call of that",
        note = "or give it room: `static POOL: portable::task::Pool<SIZE, COUNT> = \
                portable::task::Pool::new();` and `spawn_task!(pool = POOL, …)`",
        note = "or, if the firmware has an allocator, turn on the feature `alloc` of `portable`",
        note = "or, where there is an operating system, turn on the feature `std`"
    )
)]
pub trait IntoTask {
    /// The output of the task.
    type Output;

    /// Implements [`spawn`](crate::task::spawn).
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
        // SAFETY: the output of the task is that of this future.
        JoinHandle(unsafe { super::join::JoinHandle::new(task) })
    }

    #[cfg(not(feature = "embassy"))]
    #[track_caller]
    fn __spawn(self) -> JoinHandle<F::Output> {
        super::none()
    }
}
