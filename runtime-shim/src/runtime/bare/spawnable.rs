use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::slot::Place;
use crate::task::{JoinHandle, PoolFull};

/// A task that is not started yet: what the call of a `#[portable::task]` gives.
///
/// Start it with [`spawn`](crate::task::spawn), `spawn_task!` or its own methods; or await it, and it
/// runs as part of the task that does. The call took a place in the function's pool, if there was one,
/// and the place is given back when this is dropped.
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
    place: Result<Place, PoolFull>,
}

impl<F> Spawnable<F> {
    /// # Safety
    ///
    /// The place has room for the future and for its output.
    pub(super) unsafe fn new(future: F, place: Result<Place, PoolFull>) -> Self {
        Self { future, place }
    }
}

impl<F> Spawnable<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    /// Starts the task; see [`spawn`](crate::task::spawn).
    ///
    /// With no place left the handle's error says so.
    ///
    /// # Panics
    ///
    /// If no executor runs yet.
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<F::Output> {
        self.try_spawn().unwrap_or_else(JoinHandle::full)
    }

    /// Starts the task, if there was a place for it.
    ///
    /// # Errors
    ///
    /// [`PoolFull`] if there was none when it was called.
    ///
    /// # Panics
    ///
    /// If no executor runs yet.
    #[track_caller]
    pub fn try_spawn(self) -> Result<JoinHandle<F::Output>, PoolFull> {
        let Self { future, place } = self;
        // Not in a closure, whose panic would be seen here and not at the caller.
        let place = place?;
        // SAFETY: `new` was told so.
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
    /// The future of a [`Spawnable`] that is awaited where it is.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct InPlace<F> {
        #[pin]
        future: F,
        // Kept for as long as it runs.
        place: Option<Place>,
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
