//! The thread that reports tasks stuck in a poll.
//!
//! The thread looks at the slots twice within the limit. A poll that it sees again may be stuck, and
//! only then it searches the registry for the task and reads since when the poll runs. So a poll
//! does nothing for the watchdog but write its number into the slot of its thread.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::clock;
use super::dump::{State, Task};
use super::registry;
use super::slot;
use crate::panics::{contain, ignore};
use crate::runtime::{self, fork, refused};

/// A thread that reports each task of a runtime that is in one poll for too long, until this is
/// dropped.
///
/// [`Handle::watchdog`](crate::runtime::Handle::watchdog) starts it. Dropping it waits for a report
/// that is being made, unless the report itself drops it.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::Runtime;
/// use portable::runtime::dump::Watchdog;
/// use portable::time::Duration;
/// use std::sync::mpsc;
///
/// let runtime = Runtime::new()?;
/// let (sender, stuck) = mpsc::channel();
/// let limit = Duration::from_millis(20);
/// let watchdog: Watchdog =
///     runtime.handle().watchdog(limit, move |task| sender.send(task.clone()).unwrap())?;
/// let task = runtime.spawn(async {
///     std::thread::sleep(Duration::from_millis(200));
/// });
/// let id = task.id();
/// runtime.block_on(task).unwrap();
/// let stuck = stuck.recv().unwrap();
/// assert_eq!(stuck.id(), id);
/// assert!(stuck.state_age() >= limit);
/// # drop(watchdog);
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "the watchdog ends when this is dropped"]
pub struct Watchdog {
    ends: Arc<Ends>,
    thread: Option<JoinHandle<()>>,
}

// Nothing in it can be seen in a state that a panic left half done.
impl UnwindSafe for Watchdog {}
impl RefUnwindSafe for Watchdog {}

impl Watchdog {
    /// Starts the thread.
    pub(crate) fn start(
        runtime: runtime::Id,
        limit: Duration,
        report: impl FnMut(&Task) + Send + 'static,
    ) -> io::Result<Self> {
        if limit.is_zero() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "portable: the limit of a watchdog cannot be 0, because every poll takes longer",
            ));
        }
        fork::check()?;
        let ends = Arc::new(Ends::default());
        let thread = {
            let ends = ends.clone();
            let watch = move || watch(&ends, runtime, limit, report);
            thread::Builder::new()
                .name("portable-watchdog".into())
                .spawn(watch)
                .map_err(|error| refused::told("the thread of a watchdog", &error))?
        };
        Ok(Self {
            ends,
            thread: Some(thread),
        })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let thread = self.thread.take();
        if fork::has_forked() {
            // The thread is not in the child.
            mem::forget(thread);
            return;
        }
        self.ends.set();
        if let Some(thread) = thread
            && thread.thread().id() != thread::current().id()
        {
            // The thread catches the panics of a report.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watchdog")
    }
}

/// Whether the thread is to end.
#[derive(Debug, Default)]
struct Ends {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Ends {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self) {
        *self.lock() = true;
        self.changed.notify_all();
    }

    /// Waits for this time, or until the thread is to end. Returns whether it is.
    fn wait(&self, time: Duration) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), time, |is_set| !*is_set);
        let (is_set, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *is_set
    }
}

/// What the last look has seen of a thread.
struct Seen {
    poll: u64,
    /// The last polls of which there is nothing more to say. A thread may be in several, one within
    /// the other, and comes back to the outer one.
    done: Vec<u64>,
}

/// The most polls that are remembered of a thread.
const MOST: usize = 32;

fn watch(ends: &Ends, runtime: runtime::Id, limit: Duration, mut report: impl FnMut(&Task)) {
    let pause = (limit / 2).max(Duration::from_millis(1));
    let mut seen: BTreeMap<usize, Seen> = BTreeMap::new();
    while !ends.wait(pause) {
        let mut now = BTreeMap::new();
        let mut again = Vec::new();
        slot::for_each(|slot, poll, task| {
            let before = seen.remove(&slot);
            let is_again = before.as_ref().is_some_and(|before| before.poll == poll);
            let mut done = before.map_or_else(Vec::new, |before| before.done);
            // The thread counts its polls, so those that began later are over.
            done.retain(|done| *done <= poll);
            if is_again && !done.contains(&poll) {
                again.push((slot, task));
            }
            now.insert(slot, Seen { poll, done });
        });
        seen = now;
        for (slot, task) in again {
            let found = registry::find(task, |entry| match entry.runtime == Some(runtime) {
                true => Found::Ours(Task::read(entry, clock::now())),
                false => Found::OfAnother,
            });
            let is_done = match found {
                Some(Found::Ours(Some(task))) if is_stuck(&task, limit) => {
                    ignore(contain(|| report(&task)));
                    true
                }
                Some(Found::OfAnother) => true,
                _ => false,
            };
            if let Some(seen) = seen.get_mut(&slot)
                && is_done
            {
                if seen.done.len() == MOST {
                    seen.done.remove(0);
                }
                seen.done.push(seen.poll);
            }
        }
    }
}

/// The task of a slot.
enum Found {
    /// A task of the watched runtime, unless it is only just being spawned.
    Ours(Option<Task>),
    OfAnother,
}

fn is_stuck(task: &Task, limit: Duration) -> bool {
    task.state() == State::Polling && task.state_age() >= limit
}
