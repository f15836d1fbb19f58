//! Who listens to which signal, and the thread that tells them.
//!
//! The thread and the handlers stay once they are there: that a signal is caught cannot be undone
//! without a moment in which it is lost. What the signal did before is done by the thread instead.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use signal_hook::consts::FORBIDDEN;
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::signal_name;

use super::before::Before;
use super::unix::SignalKind;

/// Is told of signals, on the thread for them.
pub(crate) trait Listener: Send + Sync {
    fn tell(&self);
}

/// How many times a listener is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Times {
    Once,
    Always,
}

/// Names a listener. No other ever has the same.
type Id = u64;

static HUB: Mutex<Hub> = Mutex::new(Hub {
    thread: None,
    caught: BTreeMap::new(),
    listeners: BTreeMap::new(),
    last: 0,
});

struct Hub {
    /// By which the thread learns of further signals.
    thread: Option<Handle>,
    /// The signals that have a handler.
    caught: BTreeMap<c_int, Before>,
    listeners: BTreeMap<Id, Entry>,
    last: Id,
}

struct Entry {
    signals: Box<[c_int]>,
    times: Times,
    listener: Arc<dyn Listener>,
}

/// Lets `listener` be told of these signals, from this call until the end of what is returned.
pub(crate) fn arm(
    kinds: &[SignalKind],
    times: Times,
    listener: Arc<dyn Listener>,
) -> io::Result<Armed> {
    let signals: Box<[c_int]> = kinds.iter().map(SignalKind::as_raw_value).collect();
    signals.iter().copied().try_for_each(check)?;
    let mut hub = lock();
    for &signal in &signals {
        hub.catch(signal)?;
    }
    hub.last += 1;
    let id = hub.last;
    let entry = Entry {
        signals,
        times,
        listener,
    };
    hub.listeners.insert(id, entry);
    Ok(Armed(id))
}

/// A listener is told as long as this is there.
pub(crate) struct Armed(Id);

impl Drop for Armed {
    fn drop(&mut self) {
        let entry = lock().listeners.remove(&self.0);
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
        if self.caught.contains_key(&signal) {
            return Ok(());
        }
        let thread = match &self.thread {
            Some(thread) => thread,
            None => self.thread.insert(start()?),
        };
        let before = Before::of(signal);
        thread.add_signal(signal)?;
        self.caught.insert(signal, before);
        Ok(())
    }

    /// Those who are to be told of the signal.
    fn listeners_to(&mut self, signal: c_int) -> Vec<Arc<dyn Listener>> {
        let mut told = Vec::new();
        self.listeners.retain(|_, entry| {
            let listens = entry.signals.contains(&signal);
            if listens {
                told.push(entry.listener.clone());
            }
            !(listens && entry.times == Times::Once)
        });
        told
    }
}

fn start() -> io::Result<Handle> {
    let mut signals = Signals::new::<[c_int; 0], c_int>([])?;
    let handle = signals.handle();
    thread::Builder::new()
        .name("portable-signals".into())
        .spawn(move || signals.forever().for_each(came))?;
    Ok(handle)
}

/// On the thread: this signal has come.
fn came(signal: c_int) {
    let mut hub = lock();
    let told = hub.listeners_to(signal);
    if told.is_empty() {
        // Under the lock, so that nobody comes to listen between the look and the end.
        if let Some(before) = hub.caught.get(&signal) {
            before.again(signal);
        }
        return;
    }
    drop(hub);
    for listener in told {
        // A waker is anyone's code, and without this thread ctrl-c would do nothing.
        let _ = catch_unwind(AssertUnwindSafe(move || listener.tell()));
    }
}

fn lock() -> MutexGuard<'static, Hub> {
    HUB.lock().unwrap_or_else(PoisonError::into_inner)
}
