use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::slot::Claim;
use crate::task::{JoinHandle, PoolFull};

/// A task that is not started yet, returned by a call of a `#[portable::task]` function.
///
/// Start it with [`spawn`](crate::task::spawn), `spawn_task!` or its own methods. Or await it: it
/// then runs as part of the current task. If the pool had a free place, the call took it. The place
/// is freed when this value is dropped.
///
/// # Cancel safety
///
/// Dropping it drops the future.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::{JoinHandle, PoolFull, Spawnable};
///
/// # #[allow(dead_code)]
/// fn start<F>(task: Spawnable<F>) -> Result<JoinHandle<u32>, PoolFull>
/// where
///     F: Future<Output = u32> + Send + 'static,
/// {
///     task.try_spawn()
/// }
/// ```
#[must_use = "a task does nothing until it is spawned or awaited"]
pub struct Spawnable<F> {
    future: F,
    place: Result<Claim, PoolFull>,
}

impl<F> Spawnable<F> {
    /// # Safety
    ///
    /// The place must have room for the future and for its output.
    pub(super) unsafe fn new(future: F, place: Result<Claim, PoolFull>) -> Self {
        Self { future, place }
    }
}

impl<F> Spawnable<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    /// Starts the task. See [`spawn`](crate::task::spawn).
    ///
    /// If the pool was full, awaiting the handle returns an error.
    ///
    /// # Panics
    ///
    /// Panics if no executor runs yet.
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<F::Output> {
        self.try_spawn().unwrap_or_else(JoinHandle::full)
    }

    /// Starts the task, if it has a place.
    ///
    /// # Errors
    ///
    /// Returns [`PoolFull`] if the pool was full when the function was called.
    ///
    /// # Panics
    ///
    /// Panics if no executor runs yet.
    #[track_caller]
    pub fn try_spawn(self) -> Result<JoinHandle<F::Output>, PoolFull> {
        let Self { future, place } = self;
        // This is not in a closure, whose panic would name this place instead of the caller's.
        let place = place?;
        // SAFETY: the caller of `new` guaranteed it.
        Ok(unsafe { JoinHandle::started(place, future) })
    }
}

impl<F: Future> IntoFuture for Spawnable<F> {
    type Output = F::Output;
    type IntoFuture = InPlace<F>;

    fn into_future(self) -> InPlace<F> {
        InPlace {
            future: self.future,
            place: self.place.ok(),
        }
    }
}

impl<F> fmt::Debug for Spawnable<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawnable")
            .field("has_a_place", &self.place.is_ok())
            .finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a [`Spawnable`] that is awaited in the current task.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct InPlace<F> {
        #[pin]
        future: F,
        // Kept as long as the future runs.
        place: Option<Claim>,
    }
}

impl<F: Future> Future for InPlace<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl<F> fmt::Debug for InPlace<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InPlace")
            .field("has_a_place", &self.place.is_some())
            .finish_non_exhaustive()
    }
}
