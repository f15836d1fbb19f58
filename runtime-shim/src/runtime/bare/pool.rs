use core::future::Future;

use super::fits::Fits;
use super::join;
use super::slot::{Place, Slot};
use crate::task::{JoinHandle, PoolFull, Spawnable};

/// Room for `COUNT` tasks of at most `SIZE` bytes each, for where there is no allocator.
///
/// It stands in a `static`. A task's place is free again when the task has ended and its output is
/// taken or its handle is gone. What a future needs is what it keeps across its awaits; its output
/// lies in the same place. A future too large for the pool does not compile, and the error says both
/// sizes. Where there is an operating system only `COUNT` is heeded: futures are larger there.
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
    // All zeros, so that a static takes no room in the image: nothing else stands in here.
    slots: [Slot<SIZE>; COUNT],
}

impl<const SIZE: usize, const COUNT: usize> Pool<SIZE, COUNT> {
    /// A pool with all its places free.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            slots: [const { Slot::new() }; COUNT],
        }
    }

    /// Starts a task; see [`spawn`](crate::task::spawn).
    ///
    /// With no place left the handle's error says so.
    ///
    /// # Panics
    ///
    /// If no executor runs yet.
    #[track_caller]
    pub fn spawn<F>(&'static self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let () = Fits::<F, SIZE>::CHECK;
        // SAFETY: it fits.
        unsafe { self.start(future) }.unwrap_or_else(JoinHandle::full)
    }

    /// Starts a task, if there is a place left.
    ///
    /// # Errors
    ///
    /// [`PoolFull`] if there is none; the future is dropped.
    ///
    /// # Panics
    ///
    /// If no executor runs yet.
    #[track_caller]
    pub fn try_spawn<F>(&'static self, future: F) -> Result<JoinHandle<F::Output>, PoolFull>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let () = Fits::<F, SIZE>::CHECK;
        // SAFETY: it fits.
        unsafe { self.start(future) }
    }

    /// # Safety
    ///
    /// The future and its output fit into a place.
    #[track_caller]
    unsafe fn start<F>(&'static self, future: F) -> Result<JoinHandle<F::Output>, PoolFull>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let place = self.claim().ok_or(PoolFull::new(None, COUNT))?;
        // SAFETY: passed on.
        Ok(unsafe { JoinHandle::started(place, future) })
    }

    /// What the `#[portable::task]` of that name gives.
    // That the future is `Send` its function says in what it gives: one error is enough.
    #[doc(hidden)]
    pub fn __prepare<F>(&'static self, name: &'static str, future: F) -> Spawnable<F>
    where
        F: Future,
        F::Output: Send + 'static,
    {
        let () = Fits::<F, SIZE>::CHECK;
        let place = self.claim().ok_or(PoolFull::new(Some(name), COUNT));
        // SAFETY: it fits.
        unsafe { Spawnable::new(future, place) }
    }

    fn claim(&'static self) -> Option<Place> {
        self.slots.iter().find_map(Slot::claim)
    }
}

impl<T> JoinHandle<T> {
    /// # Safety
    ///
    /// The place has room for the future and for its output.
    #[track_caller]
    pub(super) unsafe fn started<F>(place: Place, future: F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        // SAFETY: passed on.
        Self(unsafe { join::JoinHandle::new(place.start(future)) })
    }

    pub(super) fn full(full: PoolFull) -> Self {
        Self(join::JoinHandle::full(full))
    }
}
