//! The span of a task.
//!
//! tokio-console reads the fields of a span when the span is new, and a task learns its id only by
//! being spawned. So the span is made by whoever has the id first: the thread that spawns the task,
//! or the task itself.
//!
//! A span stays open as long as a child of it does. If a task were the child of its spawner, a task
//! that spawns its successor would never close, and the spans of such a chain would fill the memory.
//! So a task is the child of the span that its spawner has entered within itself, or else a sibling
//! of its spawner, from which it then follows.

use std::cell::RefCell;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use tracing::dispatcher::{self, Dispatch};
use tracing::field;
use tracing::level_filters::LevelFilter;
use tracing::span::{self, Entered, Span};
use tracing::trace_span;

use crate::task::observe::{Kind, Origin};
use crate::task::{Id, try_id};

/// Whether the runtime may have spans of this form itself: Tokio with its feature `tracing`, which
/// nobody can ask for.
const RUNTIME_MAY_TELL: bool = cfg!(all(tokio_unstable, feature = "tokio"));

thread_local! {
    static CURRENT: RefCell<Option<Arc<TaskSpan>>> = const { RefCell::new(None) };
}

/// The span of a task, from the call that spawns the task.
pub(super) struct TaskSpan {
    kind: &'static str,
    name: Option<Box<str>>,
    place: &'static Location<'static>,
    /// The subscriber of the thread that spawned the task.
    dispatch: Dispatch,
    /// The span that the spawner has entered, apart from those of tasks.
    context: Option<Span>,
    /// The span of the task that spawned this one, if it had entered no span within itself.
    spawner: Option<span::Id>,
    span: OnceLock<Span>,
}

/// The kind of the future of `block_on`, which is a task to tokio-console, but has no id.
const BLOCK_ON: &str = "block_on";

impl TaskSpan {
    /// Returns the span of a task that the current thread is about to spawn, or `None` if nobody
    /// listens.
    #[inline]
    pub(super) fn of(origin: Origin<'_>) -> Option<Arc<Self>> {
        let kind = || match origin.kind {
            Kind::Task => "task",
            Kind::Local => "local",
            // tokio-console would warn of a closure of another kind.
            Kind::Blocking | Kind::Compute => "blocking",
        };
        match LevelFilter::current() {
            LevelFilter::OFF => None,
            most => Self::listened_to(most, kind(), origin.name, origin.place),
        }
    }

    /// The same for the future of `block_on`.
    #[inline]
    pub(super) fn of_block_on(place: &'static Location<'static>) -> Option<Arc<Self>> {
        match LevelFilter::current() {
            LevelFilter::OFF => None,
            most => Self::listened_to(most, BLOCK_ON, None, place),
        }
    }

    #[cold]
    fn listened_to(
        most: LevelFilter,
        kind: &'static str,
        name: Option<&str>,
        place: &'static Location<'static>,
    ) -> Option<Arc<Self>> {
        let (context, spawner) = context();
        if context.is_none() && most < LevelFilter::TRACE {
            return None;
        }
        Some(Arc::new(Self {
            name: name.map(Box::from),
            place,
            kind,
            dispatch: dispatcher::get_default(Dispatch::clone),
            context,
            spawner,
            span: OnceLock::new(),
        }))
    }

    /// Makes the span, unless the task has done so.
    pub(super) fn spawned(&self, id: Id) {
        // If the runtime has a span too, only the task can see it.
        if !RUNTIME_MAY_TELL {
            self.span.get_or_init(|| self.make(Some(id)));
        }
    }

    /// Enters the span until the guard is dropped. Makes it, if the task runs before
    /// [`spawned`](Self::spawned) was called.
    pub(super) fn enter(self: &Arc<Self>) -> Inside<'_> {
        let span = self.span();
        Inside {
            _outer: set_current(Some(self.clone())),
            _entered: span.enter(),
        }
    }

    /// Returns the number of the span, by which wake-ups are told, or `None` if no subscriber has
    /// taken it.
    pub(super) fn number(&self) -> Option<u64> {
        let span = self.span.get()?;
        let is_of_task = span.metadata()?.name() == "runtime.spawn";
        span.id().filter(|_| is_of_task).map(|id| id.into_u64())
    }

    fn span(&self) -> &Span {
        self.span.get_or_init(|| {
            if RUNTIME_MAY_TELL && is_of_runtime(&Span::current()) {
                return self.context();
            }
            let id = match self.kind {
                BLOCK_ON => None,
                _ => try_id(),
            };
            dispatcher::with_default(&self.dispatch, || self.make(id))
        })
    }

    fn make(&self, id: Option<Id>) -> Span {
        let span = trace_span!(
            target: "tokio::task",
            parent: self.context.as_ref().and_then(Span::id),
            "runtime.spawn",
            kind = %self.kind,
            task.name = self.name.as_deref().map(field::display),
            task.id = id.map(Id::number),
            loc.file = self.place.file(),
            loc.line = self.place.line(),
            loc.col = self.place.column(),
        );
        if span.is_disabled() {
            return self.context();
        }
        span.follows_from(self.spawner.clone());
        span
    }

    /// Returns the span in whose place the task's own would be.
    fn context(&self) -> Span {
        self.context.clone().unwrap_or_else(Span::none)
    }
}

/// The visit of a task's span.
pub(super) struct Inside<'a> {
    // Left before the outer task is the current one again.
    _entered: Entered<'a>,
    _outer: Outer,
}

/// Returns the span that the current thread has entered, apart from those of tasks, and the span
/// of the task, if there is no other within it.
fn context() -> (Option<Span>, Option<span::Id>) {
    let current = Span::current();
    let Some(id) = current.id() else {
        return (None, None);
    };
    let task = CURRENT
        .try_with(|task| task.borrow().clone())
        .ok()
        .flatten();
    let is_of_task = |task: &Arc<TaskSpan>| {
        let span = task.span.get().and_then(Span::id);
        span.as_ref() == Some(&id) || (RUNTIME_MAY_TELL && is_of_runtime(&current))
    };
    match task.filter(is_of_task) {
        Some(task) => (task.context.clone(), Some(id)),
        None => (Some(current), None),
    }
}

/// Returns whether it is a span of a task that the runtime itself has made.
fn is_of_runtime(span: &Span) -> bool {
    span.metadata().is_some_and(|it| {
        it.name() == "runtime.spawn"
            && it.target().starts_with("tokio::task")
            && it.module_path() != Some(module_path!())
    })
}

/// Makes the outer task the current one again when it is dropped.
struct Outer(Option<Arc<TaskSpan>>);

fn set_current(task: Option<Arc<TaskSpan>>) -> Outer {
    Outer(
        CURRENT
            .try_with(|current| current.replace(task))
            .ok()
            .flatten(),
    )
}

impl Drop for Outer {
    fn drop(&mut self) {
        let outer = self.0.take();
        // The inner task is dropped outside of the borrow, because the end of its span runs code of
        // the subscriber's.
        let inner = CURRENT.try_with(|current| current.replace(outer));
        drop(inner);
    }
}
