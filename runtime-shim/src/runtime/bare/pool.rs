use core::future::Future;

use super::fits::Fits;
use super::join;
use super::slot::{Claim, Slot};
use crate::task::{JoinHandle, PoolFull, Spawnable};

/// A pool of `COUNT` places for tasks of at most `SIZE` bytes each. It needs no allocator.
///
/// A pool is a `static`. The place of a task is free again once the task has ended and its output
/// is taken or its handle is dropped. A future needs room for the values that it keeps across its
/// awaits, and its output takes the same place. A future that is too large for the pool does not
/// compile, and the error names both sizes. With an operating system only `COUNT` matters, because
/// futures are larger there.
///
/// `#[portable::task]` makes a pool of the right size for one function.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::{JoinHandle, Pool};
///
/// static POOL: Pool<64, 4> = Pool::new();
///
/// # #[allow(dead_code)]
/// fn square(n: u32) -> JoinHandle<u32> {
///     POOL.spawn(async move { n * n })
/// }
/// ```
///
/// ```compile_fail,E0080
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::{self, JoinHandle, Pool};
///
/// static POOL: Pool<64, 4> = Pool::new();
///
/// pub fn sum(bytes: [u8; 100]) -> JoinHandle<u8> {
///     POOL.spawn(async move {
///         task::yield_now().await;
///         bytes.iter().sum()
///     })
/// }
/// # fn main() { sum([0; 100]); }
/// ```
pub struct Pool<const SIZE: usize, const COUNT: usize> {
    // All zeros, so that a static takes no room in the image. So the pool has no other field.
    slots: [Slot<SIZE>; COUNT],
}

impl<const SIZE: usize, const COUNT: usize> Pool<SIZE, COUNT> {
    /// Creates a pool whose places are all free.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            slots: [const { Slot::new() }; COUNT],
        }
    }

    /// Starts a task. See [`spawn`](crate::task::spawn).
    ///
    /// If the pool is full, the task is not started and its handle returns an error.
    ///
    /// # Panics
    ///
    /// Panics if no executor runs yet.
    #[track_caller]
    pub fn spawn<F>(&'static self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let () = Fits::<F, SIZE>::CHECK;
        // SAFETY: the task fits into the place.
        unsafe { self.start(future) }.unwrap_or_else(JoinHandle::full)
    }

    /// Starts a task, if a place is free.
    ///
    /// # Errors
    ///
    /// Returns [`PoolFull`] if no place is free. The future is dropped.
    ///
    /// # Panics
    ///
    /// Panics if no executor runs yet.
    #[track_caller]
    pub fn try_spawn<F>(&'static self, future: F) -> Result<JoinHandle<F::Output>, PoolFull>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let () = Fits::<F, SIZE>::CHECK;
        // SAFETY: the task fits into the place.
        unsafe { self.start(future) }
    }

    /// # Safety
    ///
    /// The future and its output must fit into a place.
    #[track_caller]
    unsafe fn start<F>(&'static self, future: F) -> Result<JoinHandle<F::Output>, PoolFull>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let place = self.claim().ok_or(PoolFull::new(None, COUNT))?;
        // SAFETY: the caller guarantees that the task fits.
        Ok(unsafe { JoinHandle::started(place, future) })
    }

    /// Makes the task of a call of a `#[portable::task]` function with this name.
    // Does not demand `Send` of the future: the return type of the function does, and one error is
    // enough.
    #[doc(hidden)]
    pub fn __prepare<F>(&'static self, name: &'static str, future: F) -> Spawnable<F>
    where
        F: Future,
        F::Output: Send + 'static,
    {
        let () = Fits::<F, SIZE>::CHECK;
        let place = self.claim().ok_or(PoolFull::new(Some(name), COUNT));
        // SAFETY: the task fits into the place.
        unsafe { Spawnable::new(future, place) }
    }

    fn claim(&'static self) -> Option<Claim> {
        self.slots.iter().find_map(Slot::claim)
    }
}

impl<T> JoinHandle<T> {
    /// # Safety
    ///
    /// The place must have room for the future and for its output.
    #[track_caller]
    pub(super) unsafe fn started<F>(place: Claim, future: F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        // SAFETY: the caller guarantees that the task fits.
        Self(unsafe { join::JoinHandle::new(place.start(future)) })
    }

    pub(super) fn full(full: PoolFull) -> Self {
        Self(join::JoinHandle::full(full))
    }
}
