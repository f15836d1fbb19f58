//! A subscriber that records the spans of the tests in `tests/contract/seeing_inside/`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::{Interest, set_global_default};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// The target of the spans and events of the tests.
pub(crate) const TARGET: &str = "seeing_inside";

/// A span as it was seen last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    pub(crate) fields: BTreeMap<String, String>,
    /// The parent, if it was recorded.
    pub(crate) parent: Option<usize>,
    pub(crate) follows: Option<usize>,
    pub(crate) visits: usize,
    pub(crate) is_closed: bool,
    /// How often each operation of the task's waker was told.
    pub(crate) ops: BTreeMap<String, usize>,
}

impl Span {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(crate) fn told(&self, op: &str) -> usize {
        self.ops.get(op).copied().unwrap_or(0)
    }
}

#[derive(Debug, Default)]
struct Seen {
    spans: Vec<Span>,
    /// The recorded spans that are open.
    open: HashMap<u64, usize>,
    /// The spans around each event, from the innermost.
    events: HashMap<String, Vec<usize>>,
}

/// Records the spans of tasks that a file of that folder has spawned, and those with the target of
/// the tests.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    seen: Arc<Mutex<Seen>>,
    /// Whether it takes the spans of tasks.
    takes_tasks: bool,
}

/// Returns the recorder of the whole process.
pub(crate) fn recorder() -> &'static Recorder {
    static RECORDER: OnceLock<Recorder> = OnceLock::new();

    RECORDER.get_or_init(|| {
        let recorder = Recorder::new(true);
        let registry = Registry::default().with(recorder.clone());
        set_global_default(registry).expect("no other test sets a subscriber");
        recorder
    })
}

/// Returns a name that nothing else in the process has.
pub(crate) fn unique(name: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);

    format!("{name} {}", NEXT.fetch_add(1, Ordering::SeqCst))
}

impl Recorder {
    pub(crate) fn new(takes_tasks: bool) -> Self {
        let seen = Arc::default();
        Self { seen, takes_tasks }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the span of the task with this name, and its place.
    #[track_caller]
    pub(crate) fn task(&self, name: &str) -> (usize, Span) {
        self.span_with("task.name", name)
    }

    /// Returns the last span with this field, and its place.
    #[track_caller]
    pub(crate) fn span_with(&self, field: &str, value: &str) -> (usize, Span) {
        let seen = self.lock();
        let place = seen.spans.iter().rposition(|it| it.field(field) == value);
        let place = place.unwrap_or_else(|| panic!("no span with {field} = {value}"));
        (place, seen.spans[place].clone())
    }

    pub(crate) fn span(&self, place: usize) -> Span {
        self.lock().spans[place].clone()
    }

    /// Returns the spans around the event with this message, from the innermost.
    #[track_caller]
    pub(crate) fn around(&self, message: &str) -> Vec<Span> {
        let seen = self.lock();
        let places = seen.events.get(message).cloned();
        let places = places.unwrap_or_else(|| panic!("no event {message}"));
        places.iter().map(|it| seen.spans[*it].clone()).collect()
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        match metadata.target() {
            "tokio::task" | "runtime::waker" => self.takes_tasks,
            target => target == TARGET,
        }
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().into(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.wants(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let metadata = attributes.metadata();
        let file = fields.0.get("loc.file").map_or("", String::as_str);
        if metadata.target() != TARGET && !file.contains("seeing_inside") {
            return;
        }
        let parent = cx.span(id).and_then(|span| Some(span.parent()?.id()));
        let mut seen = self.lock();
        let parent = parent.and_then(|parent| seen.open.get(&parent.into_u64()).copied());
        let place = seen.spans.len();
        seen.spans.push(Span {
            name: metadata.name(),
            fields: fields.0,
            parent,
            ..Span::default()
        });
        seen.open.insert(id.into_u64(), place);
    }

    fn on_follows_from(&self, id: &Id, from: &Id, _: Context<'_, S>) {
        let mut seen = self.lock();
        let from = seen.open.get(&from.into_u64()).copied();
        if let Some(place) = seen.open.get(&id.into_u64()).copied() {
            seen.spans[place].follows = from;
        }
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        let mut seen = self.lock();
        if let Some(place) = seen.open.get(&id.into_u64()).copied() {
            seen.spans[place].visits += 1;
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        let mut seen = self.lock();
        if let Some(place) = seen.open.remove(&id.into_u64()) {
            seen.spans[place].is_closed = true;
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let field = |name: &str| fields.0.get(name).cloned().unwrap_or_default();
        if event.metadata().target() == "runtime::waker" {
            let mut seen = self.lock();
            let id = field("task.id")
                .parse()
                .expect("it is the number of a span");
            if let Some(place) = seen.open.get(&id).copied() {
                *seen.spans[place].ops.entry(field("op")).or_default() += 1;
            }
            return;
        }
        let scope = cx.event_scope(event).into_iter().flatten();
        let scope: Vec<_> = scope.map(|span| span.id().into_u64()).collect();
        let mut seen = self.lock();
        let places = scope.iter().filter_map(|id| seen.open.get(id).copied());
        let places = places.collect();
        seen.events.insert(field("message"), places);
    }
}
