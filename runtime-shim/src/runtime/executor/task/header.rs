//! The part of a task that does not depend on its future, and the two ways to end a task: together
//! with its list, or by an abort.

use std::fmt::Debug;
use std::sync::Arc;
use std::task::Waker;

use super::super::sync::OnceLock;
use super::super::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use super::list::{Key, TaskList};
use crate::runtime::metrics::Ending;

/// The owner of a task. It schedules the task, and has the list of the tasks that end together.
pub(crate) trait Owner: Debug + Send + Sync {
    /// Returns the list of the tasks that end together.
    fn tasks(&self) -> &TaskList;

    /// Queues a task that was woken, and makes sure that a thread runs it.
    fn schedule(&self, runnable: Runnable);

    /// Queues a new task, like [`schedule`](Self::schedule). Returns the task if the owner has
    /// ended and no thread would run it.
    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable>;

    /// Counts the end of a task on a thread that polls no tasks.
    fn ended_elsewhere(&self, how: Ending);
}

/// A task that is to be polled.
pub(crate) type Runnable = async_task::Runnable<Header>;

/// The state that the handles of a task share with its future. It lives as long as any of them.
///
/// Every task has one, so it is kept small: glibc allocates and frees a task of up to 120 bytes on
/// its fast path.
#[derive(Debug)]
pub(crate) struct Header {
    owner: Arc<dyn Owner>,
    id: u64,
    /// The place of the task in its list; see [`AtomicKey`].
    place: AtomicKey,
    /// Made when the task is first aborted, or asked for an abort handle.
    abort_state: OnceLock<Arc<AbortState>>,
    /// True if there is an `abort_state`, in one order with the other `SeqCst` loads and stores.
    /// With [`OnceLock::get`] alone, a task could store its place or its end and miss an abort
    /// state whose maker has missed this store.
    has_abort_state: AtomicBool,
    ended: AtomicBool,
    taken: AtomicBool,
    /// True if the task is not a closure.
    is_counted: bool,
}

impl Header {
    pub(crate) fn new(owner: Arc<dyn Owner>, id: u64, is_counted: bool) -> Self {
        Self {
            owner,
            id,
            place: AtomicKey::default(),
            abort_state: OnceLock::new(),
            has_abort_state: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            taken: AtomicBool::new(false),
            is_counted,
        }
    }

    #[inline]
    pub(crate) fn owner(&self) -> &Arc<dyn Owner> {
        &self.owner
    }

    #[inline]
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Returns whether the metrics count the task.
    #[inline]
    pub(crate) fn is_counted(&self) -> bool {
        self.is_counted
    }

    /// Returns whether the handle has returned the output.
    #[inline]
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn set_taken(&self) {
        self.taken.store(true, Ordering::Relaxed);
    }

    /// Returns the state by which the task can be aborted without its handle.
    pub(crate) fn abort_state(&self) -> &Arc<AbortState> {
        let abort_state = self.abort_state.get_or_init(|| {
            Arc::new(AbortState {
                owner: self.owner.clone(),
                id: self.id,
                place: AtomicKey::default(),
                aborted: AtomicBool::new(false),
                ended: AtomicBool::new(false),
            })
        });
        // The task may have been listed or have ended while the abort state was made, without
        // seeing it. The side that comes second sees what the first one has stored.
        self.has_abort_state.store(true, Ordering::SeqCst);
        if let Some(key) = self.place.get() {
            abort_state.place.set(key);
        }
        if self.ended.load(Ordering::SeqCst) {
            abort_state.ended.store(true, Ordering::SeqCst);
        }
        abort_state
    }

    #[inline]
    fn made_abort_state(&self) -> Option<&Arc<AbortState>> {
        if self.has_abort_state.load(Ordering::SeqCst) {
            self.abort_state.get()
        } else {
            None
        }
    }

    /// Adds the task to its list, if it is not listed yet. The task must check
    /// [`is_cancelled`](Self::is_cancelled) after this call.
    #[inline]
    pub(crate) fn list(&self, waker: &Waker) {
        if self.place.get().is_none() {
            self.list_first(waker);
        }
    }

    fn list_first(&self, waker: &Waker) {
        let key = self.owner.tasks().insert(self.id, waker.clone());
        self.place.set(key);
        if let Some(abort_state) = self.made_abort_state() {
            abort_state.place.set(key);
        }
    }

    /// Records that the task has ended, and removes it from its list. Must be called only once.
    #[inline]
    pub(crate) fn end(&self) {
        if let Some(key) = self.place.get() {
            self.owner.tasks().remove(key);
        }
        self.ended.store(true, Ordering::SeqCst);
        if let Some(abort_state) = self.made_abort_state() {
            abort_state.ended.store(true, Ordering::SeqCst);
        }
    }

    /// Returns whether the task must end.
    #[inline]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.owner.tasks().is_closed()
            || self
                .made_abort_state()
                .is_some_and(|abort_state| abort_state.aborted.load(Ordering::SeqCst))
    }
}

/// The key of a task in its list, or nothing until the task is listed.
#[derive(Debug)]
struct AtomicKey(AtomicU32);

impl AtomicKey {
    const NONE: u32 = u32::MAX;

    #[inline]
    fn get(&self) -> Option<Key> {
        match self.0.load(Ordering::SeqCst) {
            Self::NONE => None,
            bits => Some(Key::from_bits(bits)),
        }
    }

    fn set(&self, key: Key) {
        self.0.store(key.to_bits(), Ordering::SeqCst);
    }
}

impl Default for AtomicKey {
    fn default() -> Self {
        Self(AtomicU32::new(Self::NONE))
    }
}

/// The state that the abort handles of a task share with the task.
#[derive(Debug)]
pub(crate) struct AbortState {
    owner: Arc<dyn Owner>,
    id: u64,
    place: AtomicKey,
    aborted: AtomicBool,
    ended: AtomicBool,
}

impl AbortState {
    pub(crate) fn abort(&self) {
        if self.is_finished() {
            return;
        }
        self.aborted.store(true, Ordering::SeqCst);
        // A task that is not listed yet checks the flag before it is polled, and again before it
        // waits.
        if let Some(key) = self.place.get() {
            self.owner.tasks().wake(key);
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }
}
