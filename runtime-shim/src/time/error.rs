//! Errors of the time module.

use core::fmt;
#[cfg(feature = "std")]
use std::io;

/// The error of [`timeout`](crate::time::timeout): the time is over.
///
/// Equivalent to `tokio::time::error::Elapsed`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, timeout};
///
/// let elapsed = timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
/// assert_eq!(elapsed.unwrap_err().to_string(), "deadline has elapsed");
/// # });
/// ```
#[derive(Debug, Eq, PartialEq)]
pub struct Elapsed(pub(crate) ());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadline has elapsed")
    }
}

impl core::error::Error for Elapsed {}

#[cfg(feature = "std")]
impl From<Elapsed> for io::Error {
    fn from(_: Elapsed) -> Self {
        io::ErrorKind::TimedOut.into()
    }
}

/// An error of a timer, for code that keeps or returns Tokio's type of this name.
///
/// Equivalent to `tokio::time::error::Error`. Like Tokio, this crate returns it nowhere: a timer
/// cannot fail.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::time::error::Error;
///
/// let error = Error::at_capacity();
/// assert!(error.is_at_capacity() && !error.is_shutdown());
/// assert_eq!(error.to_string(), "the timer has no place left");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Error(Kind);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Shutdown,
    AtCapacity,
    Invalid,
}

impl Error {
    /// Creates the error of a timer whose runtime has ended.
    pub fn shutdown() -> Self {
        Self(Kind::Shutdown)
    }

    /// Returns whether the runtime of the timer has ended.
    pub fn is_shutdown(&self) -> bool {
        self.0 == Kind::Shutdown
    }

    /// Creates the error of a timer that has no place for another deadline.
    pub fn at_capacity() -> Self {
        Self(Kind::AtCapacity)
    }

    /// Returns whether the timer has no place for another deadline.
    pub fn is_at_capacity(&self) -> bool {
        self.0 == Kind::AtCapacity
    }

    /// Creates the error of a duration that is too long for the timer.
    pub fn invalid() -> Self {
        Self(Kind::Invalid)
    }

    /// Returns whether the duration is too long for the timer.
    pub fn is_invalid(&self) -> bool {
        self.0 == Kind::Invalid
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Shutdown => "the runtime of the timer has ended",
            Kind::AtCapacity => "the timer has no place left",
            Kind::Invalid => "the duration is too long for the timer",
        })
    }
}

impl core::error::Error for Error {}
