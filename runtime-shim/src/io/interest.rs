//! What is waited for.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// The kinds of readiness that a call waits for.
///
/// Equivalent to `tokio::io::Interest`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::io::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert!(both.is_readable() && both.is_writable());
/// assert_eq!(both.remove(Interest::WRITABLE), Some(Interest::READABLE));
/// ```
///
/// One task that reads and writes whatever is possible:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use std::io::ErrorKind;
///
/// use portable::io::Interest;
/// use portable::net::UnixStream;
///
/// let (one, other) = UnixStream::pair()?;
/// assert!(other.ready(Interest::WRITABLE).await?.is_writable());
/// other.try_write(b"hello")?;
///
/// let mut buf = [0; 16];
/// loop {
///     let ready = one.ready(Interest::READABLE | Interest::WRITABLE).await?;
///     if ready.is_readable() {
///         match one.try_read(&mut buf) {
///             Ok(len) => {
///                 assert_eq!(&buf[..len], b"hello");
///                 break;
///             }
///             // The readiness was outdated.
///             Err(error) if error.kind() == ErrorKind::WouldBlock => {}
///             Err(error) => return Err(error),
///         }
///     }
/// }
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Interest(u8);

impl Interest {
    /// Waits until reading is possible, or the peer has ended its writing.
    pub const READABLE: Self = Self(1);

    /// Waits until writing is possible, or the peer has ended its reading.
    pub const WRITABLE: Self = Self(1 << 1);

    /// Waits for an error.
    pub const ERROR: Self = Self(1 << 2);

    /// Waits for urgent data, such as the out-of-band byte of TCP.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[cfg_attr(docsrs, doc(cfg(any(target_os = "linux", target_os = "android"))))]
    pub const PRIORITY: Self = Self(1 << 3);

    /// Returns whether `READABLE` is included.
    pub const fn is_readable(self) -> bool {
        self.includes(Self::READABLE)
    }

    /// Returns whether `WRITABLE` is included.
    pub const fn is_writable(self) -> bool {
        self.includes(Self::WRITABLE)
    }

    /// Returns whether `ERROR` is included.
    pub const fn is_error(self) -> bool {
        self.includes(Self::ERROR)
    }

    /// Returns whether `PRIORITY` is included.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[cfg_attr(docsrs, doc(cfg(any(target_os = "linux", target_os = "android"))))]
    pub const fn is_priority(self) -> bool {
        self.includes(Self::PRIORITY)
    }

    /// Returns what either of the two includes.
    #[must_use = "this returns the sum, without changing the original"]
    pub const fn add(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns what `self` includes and `other` does not, or `None` if that is nothing.
    #[must_use = "this returns the difference, without changing the original"]
    pub fn remove(self, other: Self) -> Option<Self> {
        match self.0 & !other.0 {
            0 => None,
            rest => Some(Self(rest)),
        }
    }

    const fn includes(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

const NAMES: &[(Interest, &str)] = &[
    (Interest::READABLE, "READABLE"),
    (Interest::WRITABLE, "WRITABLE"),
    #[cfg(any(target_os = "linux", target_os = "android"))]
    (Interest::PRIORITY, "PRIORITY"),
    (Interest::ERROR, "ERROR"),
];

impl BitOr for Interest {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.add(other)
    }
}

impl BitOrAssign for Interest {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (interest, name) in NAMES {
            if self.includes(*interest) {
                write!(f, "{separator}{name}")?;
                separator = " | ";
            }
        }
        Ok(())
    }
}
