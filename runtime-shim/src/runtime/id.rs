//! The ids of runtimes.

use std::fmt;
#[cfg(feature = "_executor")]
use std::sync::atomic::{AtomicU64, Ordering};

/// The id of a runtime.
///
/// Equivalent to `tokio::runtime::Id`.
///
/// No two runtimes that exist at the same time have the same id.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::{Handle, Runtime};
///
/// let runtime = Runtime::new()?;
/// let inside = runtime.block_on(async { Handle::current().id() });
/// assert_eq!(inside, runtime.handle().id());
/// assert_ne!(inside, Runtime::new()?.handle().id());
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Id(Number);

/// The number that whoever made the runtime has given it.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
enum Number {
    #[cfg(feature = "_executor")]
    Ours(u64),
    #[cfg(feature = "tokio")]
    Tokio(tokio::runtime::Id),
    #[cfg(not(feature = "_runtime"))]
    None,
}

impl Id {
    /// Returns the id of a new runtime on the shared executor.
    #[cfg(feature = "_executor")]
    pub(super) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);

        Self(Number::Ours(LAST.fetch_add(1, Ordering::Relaxed) + 1))
    }

    #[cfg(feature = "tokio")]
    pub(super) fn of_tokio(id: tokio::runtime::Id) -> Self {
        Self(Number::Tokio(id))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            #[cfg(feature = "_executor")]
            Number::Ours(number) => number.fmt(f),
            #[cfg(feature = "tokio")]
            Number::Tokio(id) => id.fmt(f),
            #[cfg(not(feature = "_runtime"))]
            Number::None => f.write_str("none"),
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}
