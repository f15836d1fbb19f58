//! The table of listeners, and the thread that notifies them of signals.
//!
//! The thread and the handlers stay once they exist: a handler cannot be removed without a moment
//! in which a signal is lost. The thread produces the earlier effect of a signal instead.
//!
//! The signals of a kind are numbered in the order in which they come, and each listener knows the
//! last number it has seen. For a moment, the task of a dropped listener is remembered with that
//! number too. Its next listener goes on from there, so that a loop which makes listeners anew
//! loses nothing between two turns.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[cfg(unix)]
use super::before::Before;
#[cfg(unix)]
use super::delivery::{Delivery, check};
#[cfg(windows)]
use super::windows::delivery::{Before, Delivery, check};
use crate::panics::{contain, ignore};
use crate::runtime::fork;
use crate::task;

/// The time that a signal waits for the next listener after the last one was dropped.
const MOMENT: Duration = Duration::from_secs(1);

/// A listener, notified on the thread for signals or within its own call of [`arm`].
pub(crate) trait Listener: Send + Sync {
    /// Notifies the listener. `number` is that of the last signal of the kind.
    fn tell(&self, number: Number);
}

/// The signals that a listener gets, and when they count as taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Takes {
    /// One signal, taken when the listener is notified.
    One,
    /// One signal, taken when the listener calls [`Armed::take`].
    OneLater,
    /// All signals while the listener is armed. It takes none of them.
    // Used only by `process`.
    #[cfg_attr(not(feature = "process"), allow(dead_code))]
    All,
    /// All signals, taken when the listener calls [`Armed::take`].
    AllLater,
}

impl Takes {
    fn is_one(self) -> bool {
        matches!(self, Self::One | Self::OneLater)
    }

    fn is_later(self) -> bool {
        matches!(self, Self::OneLater | Self::AllLater)
    }
}

/// The number of a signal among those of its kind.
pub(crate) type Number = u64;

/// The id of a listener, which is never reused.
type Id = u64;

/// The maker of listeners: a task, or a thread outside any task.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Owner {
    Task(u64),
    Thread(u64),
}

impl Owner {
    fn current() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        thread_local! {
            // Needs no destructor, so it works in the destructors of other thread-locals.
            static THREAD: Cell<u64> = const { Cell::new(0) };
        }

        if let Some(id) = task::try_id() {
            return Self::Task(id.key());
        }
        if THREAD.get() == 0 {
            THREAD.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
        }
        Self::Thread(THREAD.get())
    }
}

static HUB: Mutex<Hub> = Mutex::new(Hub {
    thread: None,
    kinds: BTreeMap::new(),
    listeners: BTreeMap::new(),
    last: 0,
    seen: BTreeMap::new(),
    most_seen: 0,
});

struct Hub {
    /// Registers further signals with the thread.
    thread: Option<Delivery>,
    /// The signals that have a handler.
    kinds: BTreeMap<c_int, Kind>,
    listeners: BTreeMap<Id, Entry>,
    last: Id,
    /// The last signal that an owner has seen, and when it saw it. An entry counts for one
    /// `MOMENT`.
    seen: BTreeMap<(c_int, Owner), (Number, Instant)>,
    /// The number of entries in `seen` above which the outdated ones are removed.
    most_seen: usize,
}

struct Kind {
    before: Before,
    /// The number of the last signal that has come.
    come: Number,
    /// The number of the last signal that any listener has taken.
    taken: Number,
    /// The time at which the last listener was dropped that another may follow.
    gone: Option<Instant>,
    /// The time at which a signal without a listener has its earlier effect.
    due: Option<Instant>,
}

struct Entry {
    /// The signals that the listener waits for, with the last number it has seen of each.
    signals: Box<[(c_int, Number)]>,
    takes: Takes,
    /// Whether the listener gets no further notification.
    is_done: bool,
    /// The owner that made the listener. Another one may take or drop it.
    owner: Owner,
    listener: Arc<dyn Listener>,
}

/// Notifies `listener` of these signals, from this call until the returned value is dropped.
pub(crate) fn arm(
    signals: &[c_int],
    takes: Takes,
    listener: Arc<dyn Listener>,
) -> io::Result<Armed> {
    fork::check()?;
    let signals = signals.iter().copied();
    signals.clone().try_for_each(check)?;
    let owner = Owner::current();
    let mut hub = lock();
    for signal in signals.clone() {
        hub.catch(signal)?;
    }
    let signals = signals.map(|signal| (signal, hub.seen_by(owner, signal)));
    let signals: Box<[_]> = signals.collect();
    hub.last += 1;
    let id = hub.last;
    let entry = Entry {
        signals: signals.clone(),
        takes,
        is_done: false,
        owner,
        listener: listener.clone(),
    };
    hub.listeners.insert(id, entry);
    // Notifies it of the signals that have come since its owner last listened.
    let mut signals = signals.iter().filter(|_| takes != Takes::All);
    let told = signals.find_map(|(signal, seen)| {
        let come = hub.kinds.get(signal)?.come;
        (*seen < come).then(|| hub.tell(id, *signal)).flatten()
    });
    drop(hub);
    if let Some((listener, number)) = told {
        tell(listener, number);
    }
    Ok(Armed(id))
}

/// A registered listener. Dropping it ends the notifications.
pub(crate) struct Armed(Id);

impl Armed {
    /// Marks the signals up to this number as taken.
    pub(super) fn take(&self, number: Number) {
        let here = Owner::current();
        let mut hub = lock();
        let Some(entry) = hub.listeners.get_mut(&self.0) else {
            return;
        };
        let Some((signal, seen)) = entry.signals.first_mut() else {
            return;
        };
        *seen = number;
        let signal = *signal;
        hub.take(here, signal, number);
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        let here = Owner::current();
        let entry = lock().remove(self.0, here);
        // Dropped outside the lock: it may hold a waker, whose destructor may drop another
        // listener.
        drop(entry);
    }
}

impl fmt::Debug for Armed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Armed")
    }
}

impl Hub {
    /// Makes sure that the thread receives the signal.
    fn catch(&mut self, signal: c_int) -> io::Result<()> {
        if self.kinds.contains_key(&signal) {
            return Ok(());
        }
        let thread = match &self.thread {
            Some(thread) => thread,
            None => self.thread.insert(Delivery::start(came, done_waiting)?),
        };
        let before = Before::of(signal);
        thread.add_signal(signal)?;
        let kind = Kind {
            before,
            come: 0,
            taken: 0,
            gone: None,
            due: None,
        };
        self.kinds.insert(signal, kind);
        Ok(())
    }

    /// Returns the last signal of this kind that a new listener of `owner` need not hear of.
    fn seen_by(&self, owner: Owner, signal: c_int) -> Number {
        let Some(kind) = self.kinds.get(&signal) else {
            return 0;
        };
        if kind.come == 0 {
            return 0;
        }
        if let Some((seen, at)) = self.seen.get(&(signal, owner))
            && at.elapsed() < MOMENT
        {
            return *seen;
        }
        let is_left = kind.taken < kind.come
            && kind.gone.is_some_and(|gone| gone.elapsed() < MOMENT)
            && !self
                .listeners
                .values()
                .any(|entry| entry.has_left(signal, kind.come));
        kind.come - Number::from(is_left)
    }

    /// Records that a listener is notified of the last signal, and returns it unless it is done.
    fn tell(&mut self, id: Id, signal: c_int) -> Option<(Arc<dyn Listener>, Number)> {
        let kind = self.kinds.get_mut(&signal)?;
        let entry = self.listeners.get_mut(&id)?;
        if entry.is_done {
            return None;
        }
        entry.is_done = entry.takes.is_one();
        kind.due = None;
        let told = (entry.listener.clone(), kind.come);
        if entry.takes == Takes::One {
            let owner = entry.owner;
            self.take(owner, signal, told.1);
        }
        Some(told)
    }

    fn take(&mut self, owner: Owner, signal: c_int, number: Number) {
        if let Some(kind) = self.kinds.get_mut(&signal) {
            kind.taken = kind.taken.max(number);
        }
        self.saw(owner, signal, number, Instant::now());
    }

    fn saw(&mut self, owner: Owner, signal: c_int, number: Number, now: Instant) {
        let seen = self.seen.entry((signal, owner)).or_insert((number, now));
        *seen = (seen.0.max(number), now);
        if self.seen.len() > self.most_seen {
            self.seen
                .retain(|_, (_, at)| now.duration_since(*at) < MOMENT);
            self.most_seen = 2 * self.seen.len() + 16;
        }
    }

    /// Removes a listener that `here` drops.
    fn remove(&mut self, id: Id, here: Owner) -> Option<Entry> {
        let entry = self.listeners.remove(&id)?;
        if entry.takes.is_later() || (entry.takes == Takes::One && !entry.is_done) {
            let now = Instant::now();
            for (signal, seen) in &entry.signals {
                self.saw(here, *signal, *seen, now);
                if let Some(kind) = self.kinds.get_mut(signal) {
                    kind.gone = Some(now);
                }
            }
        }
        Some(entry)
    }

    /// Records that a signal has come, and returns the listeners to notify.
    fn come(&mut self, signal: c_int) -> Vec<(Arc<dyn Listener>, Number)> {
        let Some(kind) = self.kinds.get_mut(&signal) else {
            return Vec::new();
        };
        kind.come += 1;
        let listening = self.listeners.iter().filter(|(_, entry)| {
            let listens = |(its, _): &(c_int, Number)| *its == signal;
            !entry.is_done && entry.signals.iter().any(listens)
        });
        let listening: Vec<Id> = listening.map(|(id, _)| *id).collect();
        let told: Vec<_> = listening
            .into_iter()
            .filter_map(|id| self.tell(id, signal))
            .collect();
        if told.is_empty() {
            self.find_none(signal);
        }
        told
    }

    /// Handles a signal that has no listener.
    fn find_none(&mut self, signal: c_int) {
        let Some(kind) = self.kinds.get_mut(&signal) else {
            return;
        };
        let due = kind.gone.map(|gone| gone + MOMENT);
        let waits = due.is_some_and(|due| Instant::now() < due);
        // A second signal while the first one waits means that the user is impatient.
        if waits && (kind.due.is_none() || kind.before.does_nothing(signal)) {
            kind.due = due;
        } else {
            kind.again(signal);
        }
    }

    /// Gives the signals that have waited long enough their earlier effect. Returns how long the
    /// first of the others still waits.
    fn done_waiting(&mut self) -> Option<Duration> {
        let now = Instant::now();
        for (signal, kind) in &mut self.kinds {
            if kind.due.is_some_and(|due| due <= now) {
                kind.again(*signal);
            }
        }
        let first = self.kinds.values().filter_map(|kind| kind.due).min();
        first.map(|due| due.saturating_duration_since(now))
    }
}

impl Kind {
    /// Called under the lock, so that no listener can come between the check and the effect.
    fn again(&mut self, signal: c_int) {
        self.due = None;
        self.before.again(signal);
        self.taken = self.come;
    }
}

impl Entry {
    /// Returns whether the listener was notified of this signal and may still take it.
    fn has_left(&self, signal: c_int, number: Number) -> bool {
        let has_left = |(its, seen): &(c_int, Number)| *its == signal && *seen < number;
        self.takes.is_later() && self.signals.iter().any(has_left)
    }
}

/// Gives the signals that have waited long enough their earlier effect. Returns how long the first of
/// the others still waits.
fn done_waiting() -> Option<Duration> {
    lock().done_waiting()
}

/// Handles a signal, on the thread for signals.
fn came(signal: c_int) {
    let told = lock().come(signal);
    for (listener, number) in told {
        tell(listener, number);
    }
}

/// Notifies a listener and contains a panic of its waker. Otherwise the thread would end and ctrl-c
/// would do nothing, or `arm` would pass on a panic of unrelated code.
fn tell(listener: Arc<dyn Listener>, number: Number) {
    ignore(contain(move || listener.tell(number)));
}

fn lock() -> MutexGuard<'static, Hub> {
    HUB.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use signal_hook::consts::{SIGUSR1, SIGUSR2};
    use signal_hook::{flag, low_level};

    use super::*;
    use crate::signal::unix::{Signal, SignalKind, signal};

    fn wait_for(signal: &mut Signal) {
        use std::task::{Context, Waker};

        let mut cx = Context::from_waker(Waker::noop());
        while signal.poll_recv(&mut cx).is_pending() {
            thread::yield_now();
        }
    }

    /// This is one test, because the tests of this crate share a process.
    #[test]
    #[cfg(target_os = "linux")]
    fn others_go_on_as_before_and_a_panic_of_a_waker_changes_nothing() {
        // For `SIGUSR2` a handler of other code is installed first. For `SIGUSR1` there is none.
        let other = Arc::new(AtomicBool::new(false));
        flag::register(SIGUSR2, other.clone()).unwrap();
        drop(signal(SignalKind::user_defined2()).unwrap());
        let mut marker = signal(SignalKind::user_defined1()).unwrap();
        for _ in 0..2 {
            low_level::raise(SIGUSR2).unwrap();
            low_level::raise(SIGUSR1).unwrap();
            wait_for(&mut marker);
            assert!(other.swap(false, Ordering::SeqCst));
        }
        assert_eq!(lock().kinds[&SIGUSR2].before, Before::Handled);
        assert_eq!(lock().kinds[&SIGUSR1].before, Before::Default);

        struct Panics;

        impl Listener for Panics {
            fn tell(&self, _: Number) {
                panic!("a listener panics");
            }
        }

        let kinds = [SIGUSR1, SIGUSR2];
        let _armed = arm(&kinds, Takes::AllLater, Arc::new(Panics)).unwrap();
        for _ in 0..3 {
            low_level::raise(SIGUSR1).unwrap();
            wait_for(&mut marker);
        }
        assert_eq!(lock().listeners.len(), 2);
        drop((marker, _armed));
        assert_eq!(lock().listeners.len(), 0);
    }
}
