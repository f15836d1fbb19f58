use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::pool::Permit;
use crate::task::{Id, JoinHandle, PoolFull, spawn, try_id};

pin_project! {
    /// A task that is not started yet, returned by a call of a `#[portable::task]` function.
    ///
    /// Start it with [`spawn`](crate::task::spawn), with any other function that starts a future,
    /// or with its own methods. Or await it: it then runs as part of the current task. If the
    /// function has a pool, the call took a place in it. The place is freed when this value is
    /// dropped or when the task has ended.
    ///
    /// If the pool was full, spawning gives a task that ends at once, and its handle returns an
    /// error whose [`is_full`](crate::task::JoinError::is_full) is `true`. The task that called the
    /// function can still await it, which needs no place.
    ///
    /// # Panics
    ///
    /// Awaiting it without a place panics in any other task than the one that called the function.
    /// The payload is [`PoolFull`], and the panic hook does not run.
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
        // Dropped after the future, whose destructor is a part of the task.
        place: Result<Permit, Refused>,
    }
}

/// The pool had no place for the task.
struct Refused {
    full: PoolFull,
    /// The task that called the function.
    caller: Option<Id>,
}

impl<F> Spawnable<F> {
    pub(super) fn new(future: F, place: Result<Permit, PoolFull>) -> Self {
        let place = place.map_err(|full| Refused {
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
    /// Starts the task. See [`spawn`](crate::task::spawn).
    ///
    /// If the pool was full, awaiting the handle returns an error.
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<F::Output> {
        spawn(self)
    }

    /// Starts the task, if it has a place.
    ///
    /// # Errors
    ///
    /// Returns [`PoolFull`] if the pool was full when the function was called.
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

/// Ends the current task by a panic, the one way that every runtime knows. `JoinError` recognises
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
