//! Who listens to which signal, and the thread that tells them.
//!
//! The thread and the handlers stay once they are there: that a signal is caught cannot be undone
//! without a moment in which it is lost. What the signal did before is done by the thread instead.
//!
//! The signals of a kind are numbered as they come, and each listener knows which one it has seen last.
//! So does, for a moment, the task of a listener that has gone: its next one goes on from there, and
//! between two turns of a loop that makes its listeners anew nothing is lost.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::FORBIDDEN;
use signal_hook::iterator::backend::{Handle, SignalDelivery};
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::low_level::signal_name;

use super::before::Before;
use super::unix::SignalKind;
use crate::panics::{contain, ignore};
use crate::runtime::fork;
use crate::task;

/// How long a signal waits for the next listener after the last one has gone.
const MOMENT: Duration = Duration::from_secs(1);

/// Is told of signals, on the thread for them, or by its own call of [`arm`].
pub(crate) trait Listener: Send + Sync {
    /// `number` is that of the last signal of its kind.
    fn tell(&self, number: Number);
}

/// What a listener is told of, and when it has taken it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Takes {
    /// One signal, which it has taken when it is told.
    One,
    /// The same, and has taken it when it says so by [`Armed::take`].
    OneLater,
    /// All signals that come while it is there. It leaves them to others to take.
    // Of processes alone.
    #[cfg_attr(not(feature = "process"), allow(dead_code))]
    All,
    /// All signals, which it has taken when it says so.
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

/// Counts the signals of a kind.
pub(crate) type Number = u64;

/// Names a listener. No other ever has the same.
type Id = u64;

/// Who makes listeners: a task, or a thread that runs none.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Owner {
    Task(u64),
    Thread(u64),
}

impl Owner {
    fn current() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        thread_local! {
            // It needs no destructor, so this works in the destructors of other thread-locals.
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
    /// By which the thread learns of further signals.
    thread: Option<Handle>,
    /// The signals that have a handler.
    kinds: BTreeMap<c_int, Kind>,
    listeners: BTreeMap<Id, Entry>,
    last: Id,
    /// The last signal that an owner has seen, and when this was so. It counts for a moment.
    seen: BTreeMap<(c_int, Owner), (Number, Instant)>,
    /// At so many of them those are removed that count no more.
    most_seen: usize,
}

struct Kind {
    before: Before,
    /// The last signal that has come.
    come: Number,
    /// The last one that anybody has taken.
    taken: Number,
    /// When the last listener has gone that another may follow.
    gone: Option<Instant>,
    /// When the signal that found no listener does what it did before.
    due: Option<Instant>,
}

struct Entry {
    /// The signals it listens to, and which of each it has seen last.
    signals: Box<[(c_int, Number)]>,
    takes: Takes,
    /// Whether it has been told all that it is told.
    is_done: bool,
    /// Who made it. Who takes or drops it may be another.
    owner: Owner,
    listener: Arc<dyn Listener>,
}

/// Lets `listener` be told of these signals, from this call until the end of what is returned.
pub(crate) fn arm(
    kinds: &[SignalKind],
    takes: Takes,
    listener: Arc<dyn Listener>,
) -> io::Result<Armed> {
    fork::check()?;
    let signals = kinds.iter().map(SignalKind::as_raw_value);
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
    // What has come since the owner looked last.
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

/// A listener is told as long as this is there.
pub(crate) struct Armed(Id);

impl Armed {
    /// The listener has taken the signals up to this one.
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
        // Not under the lock: it may hold a waker, whose destructor may end another listener.
        drop(entry);
    }
}

impl fmt::Debug for Armed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Armed")
    }
}

/// Says of which signals signal-hook would panic.
fn check(signal: c_int) -> io::Result<()> {
    let why = if FORBIDDEN.contains(&signal) {
        "no program can go on after it, or the operating system lets none listen"
    } else if !(1..128).contains(&signal) {
        "there is none with this number"
    } else {
        return Ok(());
    };
    let name = signal_name(signal).unwrap_or("unknown");
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("portable: cannot listen to signal {signal} ({name}): {why}"),
    ))
}

impl Hub {
    /// Sees to it that the thread gets the signal.
    fn catch(&mut self, signal: c_int) -> io::Result<()> {
        if self.kinds.contains_key(&signal) {
            return Ok(());
        }
        let thread = match &self.thread {
            Some(thread) => thread,
            None => self.thread.insert(start()?),
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

    /// The last signal of this kind that a new listener of `owner` is not told of.
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

    /// Notes that this listener is told of the last signal of this kind, if it is.
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

    /// Ends a listener, which `here` drops.
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

    /// A signal has come. Gives those who are to be told.
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

    /// A signal has found no listener.
    fn find_none(&mut self, signal: c_int) {
        let Some(kind) = self.kinds.get_mut(&signal) else {
            return;
        };
        let due = kind.gone.map(|gone| gone + MOMENT);
        let waits = due.is_some_and(|due| Instant::now() < due);
        // A second one while the first waits tells of impatience.
        if waits && (kind.due.is_none() || kind.before.does_nothing(signal)) {
            kind.due = due;
        } else {
            kind.again(signal);
        }
    }

    /// Has the signals that have waited long enough do what they did before. Says how long the first
    /// of the others may wait.
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
    /// Under the lock, so that nobody comes to listen between the look and the end.
    fn again(&mut self, signal: c_int) {
        self.due = None;
        self.before.again(signal);
        self.taken = self.come;
    }
}

impl Entry {
    /// Whether it has been told of this signal, and may yet take it.
    fn has_left(&self, signal: c_int, number: Number) -> bool {
        let has_left = |(its, seen): &(c_int, Number)| *its == signal && *seen < number;
        self.takes.is_later() && self.signals.iter().any(has_left)
    }
}

fn start() -> io::Result<Handle> {
    let (read, write) = UnixStream::pair()?;
    let signals = SignalDelivery::with_pipe(read, write, SignalOnly, [0; 0])?;
    let handle = signals.handle();
    thread::Builder::new()
        .name("portable-signals".into())
        .spawn(move || serve(signals))?;
    Ok(handle)
}

/// The main function of the thread.
fn serve(mut signals: SignalDelivery<UnixStream, SignalOnly>) {
    loop {
        let wait = lock().done_waiting();
        let come = signals.poll_pending(&mut |pipe| wait_for(pipe, wait));
        // A signal may have come whatever became of the wait.
        let come = come.ok().flatten().unwrap_or_else(|| signals.pending());
        come.for_each(came);
    }
}

/// Waits until a signal comes, or for this long.
fn wait_for(pipe: &mut UnixStream, wait: Option<Duration>) -> io::Result<bool> {
    // A zero is refused.
    pipe.set_read_timeout(wait.map(|wait| wait.max(Duration::from_millis(1))))?;
    match pipe.read(&mut [0]) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(false)
        }
        read => read.map(|_| true),
    }
}

/// On the thread: this signal has come.
fn came(signal: c_int) {
    let told = lock().come(signal);
    for (listener, number) in told {
        tell(listener, number);
    }
}

/// A waker is anyone's code. Without this thread ctrl-c would do nothing, and who begins to listen has
/// nothing to do with its panic.
fn tell(listener: Arc<dyn Listener>, number: Number) {
    ignore(contain(move || listener.tell(number)));
}

fn lock() -> MutexGuard<'static, Hub> {
    HUB.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use signal_hook::consts::{SIGUSR1, SIGUSR2};
    use signal_hook::{flag, low_level};

    use super::*;
    use crate::signal::unix::{Signal, signal};

    fn wait_for(signal: &mut Signal) {
        use std::task::{Context, Waker};

        let mut cx = Context::from_waker(Waker::noop());
        while signal.poll_recv(&mut cx).is_pending() {
            thread::yield_now();
        }
    }

    /// The tests of this crate are one process, so this is one test.
    #[test]
    #[cfg(target_os = "linux")]
    fn others_go_on_as_before_and_a_panic_of_a_waker_changes_nothing() {
        // Somebody else's handler was there first, and nobody else's.
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

        let kinds = [SignalKind::user_defined1(), SignalKind::user_defined2()];
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
