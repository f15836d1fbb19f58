use core::fmt;

#[cfg(feature = "std")]
use crate::runtime::selected;

/// The id of a task.
///
/// Equivalent to `tokio::task::Id`.
///
/// No two tasks that live at the same time have the same id. The text of an id is a number. That of a
/// closure of `spawn_compute` begins with a `c`, because these closures are counted apart from tasks.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let task = task::spawn(async { task::id() });
/// let id = task.id();
/// assert_eq!(task.await.unwrap(), id);
/// # });
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Id(u64);

impl Id {
    // Each runtime counts its own tasks. In a process with several runtimes, the top bit keeps the
    // tasks of the executor that smol and async-std share apart from Tokio's.
    const OURS: u64 = 1 << 63;

    /// The bit after it keeps closures that no runtime runs apart from tasks.
    const CLOSURE: u64 = 1 << 62;

    /// The id of no task.
    #[cfg(not(feature = "std"))]
    pub(crate) const NONE: Self = Self(0);

    #[allow(dead_code)]
    pub(crate) fn native(number: u64) -> Self {
        Self(number & !Self::OURS)
    }

    #[allow(dead_code)]
    pub(crate) fn ours(number: u64) -> Self {
        Self(number | Self::OURS)
    }

    /// The id of a closure that no runtime runs.
    #[cfg(feature = "rayon")]
    pub(crate) fn of_closure(number: u64) -> Self {
        Self(number | Self::CLOSURE)
    }

    /// Returns the number of the id, which is unique across runtimes.
    #[cfg(any(
        feature = "inspect",
        all(unix, any(feature = "process", feature = "signal")),
        all(windows, feature = "signal")
    ))]
    pub(crate) fn key(self) -> u64 {
        self.0
    }

    /// Returns the id with this [`key`](Self::key).
    #[cfg(feature = "inspect")]
    pub(crate) fn from_key(key: u64) -> Self {
        Self(key)
    }

    pub(super) fn number(self) -> u64 {
        self.0 & !(Self::OURS | Self::CLOSURE)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Id").field(&format_args!("{self}")).finish()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 & Self::CLOSURE != 0 {
            f.write_str("c")?;
        }
        fmt::Display::fmt(&self.number(), f)
    }
}

/// Returns the id of the current task.
///
/// # Panics
///
/// Panics outside a task. The future of `main` is not a task.
#[cfg(feature = "std")]
#[track_caller]
pub fn id() -> Id {
    try_id().expect("portable: `task::id` was called outside a task")
}

/// Returns the id of the current task, or `None` outside a task.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// assert!(portable::task::try_id().is_none());
/// ```
#[cfg(feature = "std")]
pub fn try_id() -> Option<Id> {
    let id = selected::task_id();
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "rayon")]
    let id = crate::runtime::compute::task_id(id);
    id
}
