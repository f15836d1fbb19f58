//! A span per task, for subscribers of the crate tracing and for tokio-console.
//!
//! - `span`: the span of a task, and its place among the other spans.
//! - `waker`: a waker that tells of what is done with it.
//! - `future`, `closure`: what runs inside the span.

mod closure;
mod future;
mod span;
mod waker;

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use self::closure::Traced as TracedClosure;
use self::future::Traced as TracedFuture;
use self::span::TaskSpan;
use super::Id;
use super::observe::Origin;

/// The span of a task that is being spawned. It begins once the task has an id.
#[must_use]
pub(super) struct Spawning(Option<Arc<TaskSpan>>);

impl Spawning {
    /// Begins the span, unless the task has run already.
    #[inline]
    pub(super) fn spawned(self, id: Id) {
        if let Some(span) = self.0 {
            span.spawned(id);
        }
    }
}

/// Returns a future that runs `future` inside the span of its task.
#[inline]
pub(super) fn future<F: Future>(future: F, origin: Origin<'_>) -> (TracedFuture<F>, Spawning) {
    let span = TaskSpan::of(origin);
    (TracedFuture::new(future, span.clone()), Spawning(span))
}

/// Returns a closure that runs `f` inside the span of its task.
#[inline]
pub(super) fn closure<T, F: FnOnce() -> T>(
    f: F,
    origin: Origin<'_>,
) -> (impl FnOnce() -> T + use<T, F>, Spawning) {
    let span = TaskSpan::of(origin);
    let traced = TracedClosure::new(f, span.clone());
    (move || traced.run(), Spawning(span))
}

/// Returns a future that runs the future of `block_on` inside a span.
#[inline]
pub(super) fn block_on<F: Future>(future: F, place: &'static Location<'static>) -> TracedFuture<F> {
    TracedFuture::new(future, TaskSpan::of_block_on(place))
}
