use std::fmt;
use std::future::Future;

use super::{Requested, Shutdown};

/// A guard that holds up the end of the program, made by [`Shutdown::guard`].
///
/// It counts until it is dropped: when its task returns, panics or is aborted. A clone counts as
/// one more guard.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::shutdown::Shutdown;
///
/// let shutdown = Shutdown::new();
/// let guard = shutdown.guard();
/// let other = guard.clone();
/// assert_eq!(shutdown.guards(), 2);
/// drop((guard, other));
/// assert_eq!(shutdown.guards(), 0);
/// ```
#[must_use = "it counts only as long as it is kept"]
pub struct Guard(Shutdown);

impl Guard {
    pub(super) fn new(shutdown: Shutdown) -> Self {
        shutdown.state().add_guard();
        Self(shutdown)
    }

    /// Returns the shutdown that the guard belongs to.
    pub fn shutdown(&self) -> &Shutdown {
        &self.0
    }

    /// Like [`Shutdown::requested`].
    pub fn requested(&self) -> Requested {
        self.0.requested()
    }

    /// Like [`Shutdown::is_requested`].
    pub fn is_requested(&self) -> bool {
        self.0.is_requested()
    }

    /// Like [`Shutdown::run_until_requested`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the future that it runs.
    pub async fn run_until_requested<F: Future>(&self, future: F) -> Option<F::Output> {
        self.0.run_until_requested(future).await
    }
}

impl Clone for Guard {
    fn clone(&self) -> Self {
        self.0.guard()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.state().remove_guard();
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.0).finish()
    }
}
