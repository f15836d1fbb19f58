//! The one place through which the public functions spawn, for features that observe tasks.
//!
//! Without such a feature the functions here return what they are given, and nothing is left of them
//! in the program.

use std::future::Future;
use std::panic::Location;

use super::Id;
#[cfg(feature = "tracing")]
use super::traced;
#[cfg(feature = "inspect")]
use crate::inspect;
#[cfg(feature = "inspect")]
use crate::runtime;
use crate::runtime::Handle;

/// What is known of a task before it is spawned.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "read by the features that observe tasks")]
pub(crate) struct Origin<'a> {
    /// The name that [`Builder::name`](super::Builder::name) gave the task.
    pub(crate) name: Option<&'a str>,
    /// The place of the call that spawns the task.
    pub(crate) place: &'static Location<'static>,
    pub(crate) kind: Kind,
    /// The runtime of the handle that spawns the task. `None` if the task goes to the runtime that
    /// calls from this thread go to.
    #[cfg(feature = "inspect")]
    pub(crate) runtime: Option<runtime::Id>,
}

/// The function by which a task is spawned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(dead_code, reason = "read by the features that observe tasks")]
pub(crate) enum Kind {
    Task,
    Local,
    Blocking,
    Compute,
}

impl<'a> Origin<'a> {
    /// Returns the origin of a task that the caller of the public function spawns.
    #[inline]
    #[track_caller]
    pub(crate) fn here(kind: Kind) -> Self {
        Self {
            name: None,
            place: Location::caller(),
            kind,
            #[cfg(feature = "inspect")]
            runtime: None,
        }
    }

    /// Returns the origin of a task that a handle spawns.
    #[inline]
    pub(crate) fn on(self, _handle: &Handle) -> Self {
        Self {
            #[cfg(feature = "inspect")]
            runtime: Some(_handle.id()),
            ..self
        }
    }

    #[inline]
    pub(crate) fn named(self, name: &'a str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }
}

/// The observers of a task that is being spawned. They learn its id once it has one.
#[must_use]
pub(crate) struct Spawning {
    #[cfg(feature = "inspect")]
    inspected: inspect::Spawning,
    #[cfg(feature = "tracing")]
    traced: traced::Spawning,
}

impl Spawning {
    /// Tells the observers that the task is spawned.
    #[inline]
    pub(crate) fn spawned(self, _id: impl FnOnce() -> Id) {
        #[cfg(any(feature = "inspect", feature = "tracing"))]
        let id = _id();
        #[cfg(feature = "inspect")]
        self.inspected.spawned(id);
        #[cfg(feature = "tracing")]
        self.traced.spawned(id);
    }
}

/// Returns the future that is spawned instead of `future`.
#[inline]
#[track_caller]
pub(crate) fn future<F: Future>(
    future: F,
    origin: Origin<'_>,
) -> (impl Future<Output = F::Output> + use<F>, Spawning) {
    #[cfg(feature = "tracing")]
    let (future, traced) = traced::future(future, origin);
    #[cfg(feature = "inspect")]
    let (future, inspected) = inspect::future(future, &origin);
    let _ = origin;
    let spawning = Spawning {
        #[cfg(feature = "inspect")]
        inspected,
        #[cfg(feature = "tracing")]
        traced,
    };
    (future, spawning)
}

/// Returns the closure that runs instead of `f`.
#[inline]
#[track_caller]
pub(crate) fn closure<T, F: FnOnce() -> T>(
    f: F,
    origin: Origin<'_>,
) -> (impl FnOnce() -> T + use<T, F>, Spawning) {
    #[cfg(feature = "tracing")]
    let (f, traced) = traced::closure(f, origin);
    #[cfg(feature = "inspect")]
    let (f, inspected) = inspect::closure(f, &origin);
    let _ = origin;
    let spawning = Spawning {
        #[cfg(feature = "inspect")]
        inspected,
        #[cfg(feature = "tracing")]
        traced,
    };
    (f, spawning)
}

/// Returns the future that `block_on` runs instead of `future`.
#[inline]
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let future = traced::block_on(future, Location::caller());
    future
}

/// Spawns an observed future: `spawn!(origin, future => runtime.spawn(future))`, where the call gets
/// the future that is spawned instead.
macro_rules! spawn {
    ($origin:expr, $future:ident => $spawn:expr) => {{
        let ($future, spawning) = $crate::task::observe::future($future, $origin);
        let handle = $crate::task::JoinHandle($crate::runtime::selected::handle($spawn));
        spawning.spawned(|| handle.id());
        handle
    }};
}
pub(crate) use spawn;
