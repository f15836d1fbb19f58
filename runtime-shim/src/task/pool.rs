use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::task::{JoinHandle, PoolFull, Spawnable};

/// A pool of `COUNT` places for tasks. No more tasks of it run at once.
///
/// A pool is a `static`. The place of a task is free again once the task has ended, in any way.
///
/// On a microcontroller without an allocator, tasks live in pools, and a future larger than `SIZE`
/// bytes does not compile. With an operating system only `COUNT` matters, so that a pool is full at
/// the same number of tasks in both.
///
/// `#[portable::task]` makes a pool for one function.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task::Pool;
///
/// static POOL: Pool<64, 4> = Pool::new();
///
/// let squares = [1, 2, 3, 4].map(|n| POOL.spawn(async move { n * n }));
/// for (n, square) in (1..).zip(squares) {
///     assert_eq!(square.await.unwrap(), n * n);
/// }
/// # });
/// ```
pub struct Pool<const SIZE: usize, const COUNT: usize> {
    taken: AtomicUsize,
}

impl<const SIZE: usize, const COUNT: usize> Pool<SIZE, COUNT> {
    /// Creates a pool whose places are all free.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            taken: AtomicUsize::new(0),
        }
    }

    /// Starts a task. See [`spawn`](crate::task::spawn).
    ///
    /// If the pool is full, the task is not started and its handle returns an error: see
    /// [`JoinError::is_full`](crate::task::JoinError::is_full).
    #[track_caller]
    pub fn spawn<F>(&'static self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.prepare(None, future).spawn()
    }

    /// Starts a task, if a place is free.
    ///
    /// # Errors
    ///
    /// Returns [`PoolFull`] if no place is free. The future is dropped.
    #[track_caller]
    pub fn try_spawn<F>(&'static self, future: F) -> Result<JoinHandle<F::Output>, PoolFull>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.prepare(None, future).try_spawn()
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
        self.prepare(Some(name), future)
    }

    fn prepare<F>(&'static self, name: Option<&'static str>, future: F) -> Spawnable<F> {
        let place = Permit::take(&self.taken, COUNT).ok_or(PoolFull::new(name, COUNT));
        Spawnable::new(future, place)
    }
}

/// A task's place in a pool. Dropping it frees the place.
pub(super) struct Permit(&'static AtomicUsize);

impl Permit {
    fn take(taken: &'static AtomicUsize, count: usize) -> Option<Self> {
        let one_more = |taken| (taken < count).then_some(taken + 1);
        taken
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, one_more)
            .ok()
            .map(|_| Self(taken))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}
