//! What is known of a task, and how it is told to end: with its group, or by an abort from anywhere.

use std::sync::Arc;
use std::task::Waker;

use super::group::Key;
use super::home::Home;
use super::sync::OnceLock;
use super::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What a task's handles share with its future; it lives as long as either.
///
/// Each task has one, so it is kept small: where a task fits 120 bytes, glibc gives and takes them on
/// its short path.
#[derive(Debug)]
pub(super) struct Meta {
    home: Home,
    id: u64,
    /// Where the task is listed; see [`Place`].
    place: Place,
    /// Made when somebody first wants to abort the task.
    remote: OnceLock<Arc<Remote>>,
    /// Whether there is a `remote`, in one order with the other `SeqCst` stores and loads. By
    /// [`OnceLock::get`] alone a task could store its place or its end and still miss a remote
    /// whose maker has missed the store.
    has_remote: AtomicBool,
    ended: AtomicBool,
    taken: AtomicBool,
}

impl Meta {
    pub(super) fn new(home: Home, id: u64) -> Self {
        Self {
            home,
            id,
            place: Place::default(),
            remote: OnceLock::new(),
            has_remote: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            taken: AtomicBool::new(false),
        }
    }

    #[inline]
    pub(super) fn home(&self) -> &Home {
        &self.home
    }

    #[inline]
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Whether the output has been given; says so from then on.
    #[inline]
    pub(super) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn set_taken(&self) {
        self.taken.store(true, Ordering::Relaxed);
    }

    /// The right to abort the task, apart from its handle.
    pub(super) fn remote(&self) -> &Arc<Remote> {
        let remote = self.remote.get_or_init(|| {
            Arc::new(Remote {
                home: self.home.clone(),
                id: self.id,
                place: Place::default(),
                aborted: AtomicBool::new(false),
                ended: AtomicBool::new(false),
            })
        });
        // The task may have been listed, or have ended, while the remote was made and not seen
        // yet. Whoever comes second sees what the first has stored.
        self.has_remote.store(true, Ordering::SeqCst);
        if let Some(key) = self.place.get() {
            remote.place.set(key);
        }
        if self.ended.load(Ordering::SeqCst) {
            remote.ended.store(true, Ordering::SeqCst);
        }
        remote
    }

    #[inline]
    fn made_remote(&self) -> Option<&Arc<Remote>> {
        if self.has_remote.load(Ordering::SeqCst) {
            self.remote.get()
        } else {
            None
        }
    }

    /// Lists the task as one that waits, if it is not yet. It must look at
    /// [`is_cancelled`](Self::is_cancelled) after this.
    #[inline]
    pub(super) fn list(&self, waker: &Waker) {
        if self.place.get().is_none() {
            self.list_first(waker);
        }
    }

    fn list_first(&self, waker: &Waker) {
        let key = self.home.group().insert(self.id, waker.clone());
        self.place.set(key);
        if let Some(remote) = self.made_remote() {
            remote.place.set(key);
        }
    }

    /// The task has ended, once.
    #[inline]
    pub(super) fn end(&self) {
        if let Some(key) = self.place.get() {
            self.home.group().remove(key);
        }
        self.ended.store(true, Ordering::SeqCst);
        if let Some(remote) = self.made_remote() {
            remote.ended.store(true, Ordering::SeqCst);
        }
    }

    /// Whether the task is to end.
    #[inline]
    pub(super) fn is_cancelled(&self) -> bool {
        self.home.group().is_closed()
            || self
                .made_remote()
                .is_some_and(|remote| remote.aborted.load(Ordering::SeqCst))
    }
}

/// Where a task is listed in its group, once it is.
#[derive(Debug)]
struct Place(AtomicU32);

impl Place {
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

impl Default for Place {
    fn default() -> Self {
        Self(AtomicU32::new(Self::NONE))
    }
}

/// The right to abort a task.
#[derive(Debug)]
pub(super) struct Remote {
    home: Home,
    id: u64,
    place: Place,
    aborted: AtomicBool,
    ended: AtomicBool,
}

impl Remote {
    pub(super) fn abort(&self) {
        if self.is_finished() {
            return;
        }
        self.aborted.store(true, Ordering::SeqCst);
        // A task that is not listed yet looks at the flag before it is polled or waits.
        if let Some(key) = self.place.get() {
            self.home.group().wake(key);
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }
}
