//! The public types of a dump, and how they are read from the registry.
//!
//! They are `portable::runtime::dump`.

use std::cmp::Reverse;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::clock;
use super::entry::{Entry, Phase};
use super::registry;
use crate::runtime;
use crate::task::Id;
use crate::task::observe;

/// What the tasks of a runtime were doing at one moment.
///
/// Equivalent to `tokio::runtime::Dump`. [`Handle::dump`](crate::runtime::Handle::dump) makes it.
///
/// Its text is a table with one line for each task, in the order of [`Tasks::iter`].
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::runtime::Handle;
/// use portable::runtime::dump::Dump;
/// use portable::task;
///
/// let waits = task::Builder::new().name("waits").spawn(std::future::pending::<()>()).unwrap();
/// let dump: Dump = Handle::current().dump();
/// assert!(dump.to_string().contains("waits"));
/// # waits.abort();
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Dump {
    tasks: Tasks,
}

impl Dump {
    /// Returns the tasks.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }
}

/// The tasks of a [`Dump`].
///
/// Equivalent to `tokio::runtime::dump::Tasks`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::runtime::Handle;
/// use portable::runtime::dump::Tasks;
/// use portable::task;
///
/// let waits = task::spawn(std::future::pending::<()>());
/// let dump = Handle::current().dump();
/// let tasks: &Tasks = dump.tasks();
/// assert!(tasks.iter().any(|task| task.id() == waits.id()));
/// # waits.abort();
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Tasks {
    tasks: Vec<Task>,
}

impl Tasks {
    /// Returns an iterator over the tasks.
    ///
    /// Tasks that are being polled come first, then those that are runnable, the closures that wait
    /// for a thread, those that run, and at last the tasks that wait. Within a state, the task that
    /// has been in it for the longest time comes first.
    pub fn iter(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter()
    }
}

/// What a task was doing when a [`Dump`] was made.
///
/// Equivalent to `tokio::runtime::dump::Task`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::runtime::Handle;
/// use portable::runtime::dump::{Kind, State, Task};
/// use portable::task;
///
/// let waits = task::Builder::new().name("waits").spawn(std::future::pending::<()>()).unwrap();
/// # let wait = || portable::time::sleep(portable::time::Duration::from_millis(1));
/// # let is_waiting = |task: &Task| task.state() == State::Waiting;
/// # while !Handle::current().dump().tasks().iter().filter(|task| task.id() == waits.id()).all(is_waiting) {
/// #     wait().await;
/// # }
/// let dump = Handle::current().dump();
/// let task: &Task = dump.tasks().iter().find(|task| task.id() == waits.id()).unwrap();
/// assert_eq!(task.name(), Some("waits"));
/// assert_eq!(task.kind(), Kind::Task);
/// assert_eq!(task.state(), State::Waiting);
/// assert_eq!(task.polls(), 1);
/// assert!(task.location().file().ends_with(".rs"));
/// # waits.abort();
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Task {
    id: Id,
    name: Option<Arc<str>>,
    kind: Kind,
    location: &'static Location<'static>,
    age: Duration,
    state: State,
    state_age: Duration,
    polls: u64,
    last_poll: Duration,
    longest_poll: Duration,
    busy: Duration,
}

impl Task {
    /// Returns the id, which is that of the task's handles.
    pub fn id(&self) -> Id {
        self.id
    }

    /// Returns the name that [`task::Builder::name`](crate::task::Builder::name) gave the task.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the kind of the task, which is the function that spawned it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the place of the call that spawned the task.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// Returns the time since the task was spawned.
    pub fn age(&self) -> Duration {
        self.age
    }

    /// Returns what the task was doing.
    pub fn state(&self) -> State {
        self.state
    }

    /// Returns how long the task had been in its [`state`](Self::state).
    pub fn state_age(&self) -> Duration {
        self.state_age
    }

    /// Returns the number of polls that have ended. For a closure that runs or waits, it is zero.
    pub fn polls(&self) -> u64 {
        self.polls
    }

    /// Returns how long the last poll took that has ended, or `None` before the end of the first.
    pub fn last_poll(&self) -> Option<Duration> {
        (self.polls > 0).then_some(self.last_poll)
    }

    /// Returns how long the longest poll took. A poll that has not ended counts with the time that
    /// it has taken so far. Returns `None` before the first poll.
    pub fn longest_poll(&self) -> Option<Duration> {
        (self.polls > 0 || self.is_polled()).then(|| self.longest_poll.max(self.current_poll()))
    }

    /// Returns the time that all polls have taken, with that of the current one. For a closure it is
    /// the time for which the closure has run.
    pub fn busy(&self) -> Duration {
        self.busy + self.current_poll()
    }

    fn is_polled(&self) -> bool {
        matches!(self.state, State::Polling | State::Running)
    }

    fn current_poll(&self) -> Duration {
        match self.is_polled() {
            true => self.state_age,
            false => Duration::ZERO,
        }
    }

    /// Reads an entry, unless its task is only just being spawned.
    pub(super) fn read(entry: &Entry, now: u64) -> Option<Self> {
        let id = entry.id()?;
        let kind = Kind::from(entry.kind);
        let (phase, since) = entry.state();
        let state = match (phase, kind) {
            (Phase::Polling | Phase::PollingWoken, Kind::Blocking | Kind::Compute) => {
                State::Running
            }
            (_, Kind::Blocking | Kind::Compute) => State::Queued,
            (Phase::Polling | Phase::PollingWoken, _) => State::Polling,
            (Phase::Runnable, _) => State::Runnable,
            (Phase::Waiting, _) => State::Waiting,
        };
        Some(Self {
            id,
            name: entry.name.clone(),
            kind,
            location: entry.place,
            age: clock::between(entry.born, now),
            state,
            state_age: clock::between(since, now),
            polls: entry.polls(),
            last_poll: Duration::from_nanos(entry.last()),
            longest_poll: Duration::from_nanos(entry.longest()),
            busy: Duration::from_nanos(entry.busy()),
        })
    }
}

/// The function by which a task was spawned.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::dump::Kind;
///
/// assert_eq!(Kind::Blocking.to_string(), "blocking");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// A task of [`spawn`](crate::task::spawn).
    Task,
    /// A task of [`spawn_local`](crate::task::spawn_local).
    Local,
    /// A closure of [`spawn_blocking`](crate::task::spawn_blocking).
    Blocking,
    /// A closure of `spawn_compute`, with the feature `rayon`.
    Compute,
}

impl From<observe::Kind> for Kind {
    fn from(kind: observe::Kind) -> Self {
        match kind {
            observe::Kind::Task => Self::Task,
            observe::Kind::Local => Self::Local,
            observe::Kind::Blocking => Self::Blocking,
            observe::Kind::Compute => Self::Compute,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Task => "task",
            Self::Local => "local",
            Self::Blocking => "blocking",
            Self::Compute => "compute",
        })
    }
}

/// What a task does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::dump::State;
///
/// assert_eq!(State::Polling.to_string(), "polling");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum State {
    /// A thread is inside the task's poll.
    Polling,
    /// The task is new or was woken, and waits for a thread that polls it.
    Runnable,
    /// The closure waits for a thread.
    Queued,
    /// The closure runs.
    Running,
    /// The task waits until it is woken.
    Waiting,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Polling => "polling",
            Self::Runnable => "runnable",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
        })
    }
}

impl Dump {
    /// Reads the tasks of a runtime.
    pub(crate) fn of(runtime: runtime::Id) -> Self {
        let mut shards = Vec::new();
        // One time for all, so that the ages of two tasks can be compared.
        let now = clock::now();
        registry::for_each_shard(|entries| {
            // Each shard has a list of its own, because a list of all would grow under a lock.
            let mut tasks = Vec::with_capacity(entries.len());
            let its = entries
                .iter()
                .filter(|entry| entry.runtime == Some(runtime));
            tasks.extend(its.filter_map(|entry| Task::read(entry, now)));
            shards.push(tasks);
        });
        let mut all: Vec<Task> = Vec::with_capacity(shards.iter().map(Vec::len).sum());
        all.extend(shards.into_iter().flatten());
        // The keys are sorted, and not the tasks, which are bigger.
        all.sort_by_cached_key(|task| (task.state as u8, Reverse(task.state_age)));
        Self {
            tasks: Tasks { tasks: all },
        }
    }
}
