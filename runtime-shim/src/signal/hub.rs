//! Who listens to which signal, and the thread that tells them.
//!
//! The thread and the handlers stay once they are there: that a signal is caught cannot be undone
//! without a moment in which it is lost. What the signal did before is done by the thread instead.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use signal_hook::consts::FORBIDDEN;
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::signal_name;

use super::before::Before;
use super::unix::SignalKind;
use crate::panics::{contain, ignore};

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
        ignore(contain(move || listener.tell()));
    }
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
        assert_eq!(lock().caught.get(&SIGUSR2), Some(&Before::Handled));
        assert_eq!(lock().caught.get(&SIGUSR1), Some(&Before::Default));

        struct Panics;

        impl Listener for Panics {
            fn tell(&self) {
                panic!("a listener panics");
            }
        }

        let kinds = [SignalKind::user_defined1(), SignalKind::user_defined2()];
        let _armed = arm(&kinds, Times::Always, Arc::new(Panics)).unwrap();
        for _ in 0..3 {
            low_level::raise(SIGUSR1).unwrap();
            wait_for(&mut marker);
        }
        assert_eq!(lock().listeners.len(), 2);
        drop((marker, _armed));
        assert_eq!(lock().listeners.len(), 0);
    }
}
