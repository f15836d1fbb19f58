//! The error of a thread that belongs to no runtime.

use std::error::Error;
use std::fmt;

/// The error that [`Handle::try_current`](super::Handle::try_current) returns on a thread that belongs
/// to no runtime.
///
/// Equivalent to `tokio::runtime::TryCurrentError`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::Handle;
///
/// let error = std::thread::spawn(|| Handle::try_current().unwrap_err()).join().unwrap();
/// assert!(error.is_missing_context());
/// assert!(!error.is_thread_local_destroyed());
/// assert!(error.to_string().starts_with("portable: this thread belongs to no runtime"));
/// ```
#[derive(Debug)]
pub struct TryCurrentError(pub(super) Why);

/// Why a thread belongs to no runtime.
#[derive(Debug)]
pub(super) enum Why {
    NoContext,
    ThreadLocalDestroyed,
}

impl TryCurrentError {
    /// Returns whether the thread belongs to no runtime and has entered none.
    pub fn is_missing_context(&self) -> bool {
        matches!(self.0, Why::NoContext)
    }

    /// Returns whether the thread ends, and what it keeps its runtime in is destroyed. This is so
    /// only in destructors of other thread-locals.
    pub fn is_thread_local_destroyed(&self) -> bool {
        matches!(self.0, Why::ThreadLocalDestroyed)
    }
}

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Why::NoContext => {
                "portable: this thread belongs to no runtime; call this inside `block_on` or a \
                 task, or enter a runtime by `Handle::enter`"
            }
            Why::ThreadLocalDestroyed => {
                "portable: this thread ends and belongs to no runtime any more; this was called in \
                 the destructor of a thread-local"
            }
        })
    }
}

impl Error for TryCurrentError {}
