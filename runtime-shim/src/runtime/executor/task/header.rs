//! The part of a task that does not depend on its future, and the ways to end it: with its list, or by
//! an abort from anywhere.

use std::fmt::Debug;
use std::sync::Arc;
use std::task::Waker;

use super::super::sync::OnceLock;
use super::super::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use super::list::{Key, TaskList};

/// What a task belongs to: what schedules it, and the list of the tasks that end together.
pub(crate) trait Owner: Debug + Send + Sync {
    /// The tasks that end together.
    fn tasks(&self) -> &TaskList;

    /// Queues a task that was woken, and sees to it that somebody runs it.
    fn schedule(&self, runnable: Runnable);

    /// The same for a new task. After the end, when nobody runs it, it is given back.
    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable>;
}

/// A task that is to be polled.
pub(crate) type Runnable = async_task::Runnable<Header>;

/// What a task's handles share with its future; it lives as long as either.
///
/// Each task has one, so it is kept small: where a task fits 120 bytes, glibc gives and takes them on
/// its short path.
#[derive(Debug)]
pub(crate) struct Header {
    owner: Arc<dyn Owner>,
    id: u64,
    /// Where the task is listed; see [`AtomicKey`].
    place: AtomicKey,
    /// Made when somebody first wants to abort the task.
    abort_state: OnceLock<Arc<AbortState>>,
    /// Whether there is a `abort_state`, in one order with the other `SeqCst` stores and loads. By
    /// [`OnceLock::get`] alone a task could store its place or its end and still miss a abort_state
    /// whose maker has missed the store.
    has_abort_state: AtomicBool,
    ended: AtomicBool,
    taken: AtomicBool,
}

impl Header {
    pub(crate) fn new(owner: Arc<dyn Owner>, id: u64) -> Self {
        Self {
            owner,
            id,
            place: AtomicKey::default(),
            abort_state: OnceLock::new(),
            has_abort_state: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            taken: AtomicBool::new(false),
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

    /// Whether the output has been given; says so from then on.
    #[inline]
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn set_taken(&self) {
        self.taken.store(true, Ordering::Relaxed);
    }

    /// The right to abort the task, apart from its handle.
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
        // The task may have been listed, or have ended, while the abort_state was made and not seen
        // yet. Whoever comes second sees what the first has stored.
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

    /// Lists the task as one that waits, if it is not yet. It must look at
    /// [`is_cancelled`](Self::is_cancelled) after this.
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

    /// The task has ended, once.
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

    /// Whether the task is to end.
    #[inline]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.owner.tasks().is_closed()
            || self
                .made_abort_state()
                .is_some_and(|abort_state| abort_state.aborted.load(Ordering::SeqCst))
    }
}

/// The key of a task in its list, once it is listed.
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

/// The right to abort a task.
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
        // A task that is not listed yet looks at the flag before it is polled or waits.
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
