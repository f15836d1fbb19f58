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
