use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::pool::Place;
use crate::task::{Id, JoinHandle, PoolFull, spawn, try_id};

pin_project! {
    /// A task that is not started yet: what the call of a `#[portable::task]` gives.
    ///
    /// Start it with [`spawn`](crate::task::spawn) or whatever else starts a future, or with its own
    /// methods; or await it, and it runs as part of the task that does. The call took a place in the
    /// function's pool, if there was one, and the place is given back when this is dropped, or when
    /// the task has ended.
    ///
    /// Without a place it is no task: what was spawned ends at once, and its handle says
    /// [`is_full`](crate::task::JoinError::is_full). Where the function was called it can be awaited
    /// all the same, which needs no place.
    ///
    /// # Panics
    ///
    /// Awaited without a place, and in another task than that which called the function: with
    /// [`PoolFull`], and without the panic hook.
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
        #[pin]
        future: F,
        // After the future, whose destructor is the task's too.
        place: Result<Place, Placeless>,
    }
}

/// What has no place.
struct Placeless {
    full: PoolFull,
    /// The task that called the function.
    caller: Option<Id>,
}

impl<F> Spawnable<F> {
    pub(super) fn new(future: F, place: Result<Place, PoolFull>) -> Self {
        let place = place.map_err(|full| Placeless {
            full,
            caller: try_id(),
        });
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
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<F::Output> {
        spawn(self)
    }

    /// Starts the task, if there was a place for it.
    ///
    /// # Errors
    ///
    /// [`PoolFull`] if there was none when it was called.
    #[track_caller]
    pub fn try_spawn(self) -> Result<JoinHandle<F::Output>, PoolFull> {
        match &self.place {
            Ok(_) => Ok(spawn(self)),
            Err(placeless) => Err(placeless.full),
        }
    }
}

impl<F: Future> Future for Spawnable<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.place {
            Err(placeless) if placeless.caller != try_id() => end_task(placeless.full),
            _ => this.future.poll(cx),
        }
    }
}

/// Ends the task that this is called in, in the one way that every runtime knows. `JoinError` knows
/// the payload.
#[cold]
fn end_task(full: PoolFull) -> ! {
    if cfg!(panic = "abort") {
        panic!("{full}");
    }
    resume_unwind(Box::new(full))
}

impl<F> fmt::Debug for Spawnable<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawnable")
            .field("has_a_place", &self.place.is_ok())
            .finish_non_exhaustive()
    }
}
