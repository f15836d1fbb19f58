use std::error::Error;
use std::fmt;
use std::io;

/// The error of [`Shutdown::wait_for`]: the time is over and guards are left.
///
/// [`Shutdown::wait_for`]: super::Shutdown::wait_for
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::shutdown::Shutdown;
/// use portable::time::Duration;
///
/// let shutdown = Shutdown::new();
/// let _guard = shutdown.guard();
/// let left = shutdown.wait_for(Duration::from_millis(1)).await.unwrap_err();
/// assert_eq!(left.guards(), 1);
/// assert_eq!(left.to_string(), "1 guard was still held when the time was over");
/// # });
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StillRunning(pub(super) usize);

impl StillRunning {
    /// Returns how many guards were left when the time was over: at least one.
    pub fn guards(&self) -> usize {
        self.0
    }
}

impl fmt::Display for StillRunning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guards = match self.0 {
            1 => "guard was",
            _ => "guards were",
        };
        write!(f, "{} {guards} still held when the time was over", self.0)
    }
}

impl Error for StillRunning {}

impl From<StillRunning> for io::Error {
    fn from(left: StillRunning) -> Self {
        Self::new(io::ErrorKind::TimedOut, left)
    }
}
