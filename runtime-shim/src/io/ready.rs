//! What is possible.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use super::Interest;

/// What a descriptor is ready for.
///
/// Equivalent to `tokio::io::Ready`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::io::Ready;
///
/// let ready = Ready::READ_CLOSED | Ready::WRITABLE;
/// // A read returns at once, with the end of the stream.
/// assert!(ready.is_readable());
/// assert_eq!(ready - Ready::WRITABLE, Ready::READ_CLOSED);
/// ```
#[derive(Clone, Copy, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Ready(u8);

impl Ready {
    /// Nothing is possible.
    pub const EMPTY: Self = Self(0);

    /// There is something to read.
    pub const READABLE: Self = Self(1);

    /// There is room to write.
    pub const WRITABLE: Self = Self(1 << 1);

    /// Nothing more will come: a read returns what has come, and then the end.
    pub const READ_CLOSED: Self = Self(1 << 2);

    /// Nothing more can be written: a write returns an error.
    pub const WRITE_CLOSED: Self = Self(1 << 3);

    /// There is urgent data.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[cfg_attr(docsrs, doc(cfg(any(target_os = "linux", target_os = "android"))))]
    pub const PRIORITY: Self = Self(1 << 4);

    /// There is an error to fetch.
    pub const ERROR: Self = Self(1 << 5);

    /// All of these.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const ALL: Self = Self(0b11_1111);

    /// All of these.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub const ALL: Self = Self(0b10_1111);

    /// The states that end only with the descriptor.
    #[cfg(all(unix, feature = "_executor"))]
    pub(crate) const CLOSED: Self = Self(Self::READ_CLOSED.0 | Self::WRITE_CLOSED.0);

    /// Returns whether nothing is possible.
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// Returns whether a read returns at once, perhaps with the end of the stream.
    pub fn is_readable(self) -> bool {
        self.includes(Self::READABLE) || self.is_read_closed()
    }

    /// Returns whether a write returns at once, perhaps with an error.
    pub fn is_writable(self) -> bool {
        self.includes(Self::WRITABLE) || self.is_write_closed()
    }

    /// Returns whether nothing more will come. On some systems this is known only after a read has
    /// returned the end.
    pub fn is_read_closed(self) -> bool {
        self.includes(Self::READ_CLOSED)
    }

    /// Returns whether nothing more can be written.
    pub fn is_write_closed(self) -> bool {
        self.includes(Self::WRITE_CLOSED)
    }

    /// Returns whether there is urgent data.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[cfg_attr(docsrs, doc(cfg(any(target_os = "linux", target_os = "android"))))]
    pub fn is_priority(self) -> bool {
        self.includes(Self::PRIORITY)
    }

    /// Returns whether there is an error to fetch.
    pub fn is_error(self) -> bool {
        self.includes(Self::ERROR)
    }

    fn includes(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the states that end a wait for `interest`.
    pub(crate) fn that_satisfies(interest: Interest) -> Self {
        let mut ready = Self::EMPTY;
        if interest.is_readable() {
            ready |= Self::READABLE | Self::READ_CLOSED;
        }
        if interest.is_writable() {
            ready |= Self::WRITABLE | Self::WRITE_CLOSED;
        }
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if interest.is_priority() {
            ready |= Self::PRIORITY | Self::READ_CLOSED;
        }
        if interest.is_error() {
            ready |= Self::ERROR;
        }
        ready
    }
}

impl BitOr for Ready {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Ready {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl BitAnd for Ready {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Ready {
    type Output = Self;

    /// Returns what `self` includes and `other` does not.
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ready = f.debug_struct("Ready");
        ready
            .field("is_readable", &self.is_readable())
            .field("is_writable", &self.is_writable())
            .field("is_read_closed", &self.is_read_closed())
            .field("is_write_closed", &self.is_write_closed())
            .field("is_error", &self.is_error());
        #[cfg(any(target_os = "linux", target_os = "android"))]
        ready.field("is_priority", &self.is_priority());
        ready.finish()
    }
}
