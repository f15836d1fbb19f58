use core::fmt;

use crate::task::{Id, PoolFull};

/// The reason why a task has no output: it was cancelled, or its pool was full.
///
/// Equivalent to `tokio::task::JoinError`.
///
/// On a microcontroller a panic goes to the panic handler and never arrives here. So there is no
/// `into_panic`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task::JoinError;
///
/// # #[allow(dead_code)]
/// fn report(error: &JoinError) -> &'static str {
///     if error.is_full() {
///         "all places of the pool are taken"
///     } else {
///         "aborted"
///     }
/// }
/// ```
pub struct JoinError {
    id: Id,
    cause: Cause,
}

enum Cause {
    Cancelled,
    Full(PoolFull),
}

impl JoinError {
    pub(crate) fn cancelled(id: Id) -> Self {
        Self {
            id,
            cause: Cause::Cancelled,
        }
    }

    pub(crate) fn full(id: Id, full: PoolFull) -> Self {
        Self {
            id,
            cause: Cause::Full(full),
        }
    }

    /// Returns whether the task was aborted.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.cause, Cause::Cancelled)
    }

    /// Returns `false`. With an operating system it returns whether the task panicked.
    pub fn is_panic(&self) -> bool {
        false
    }

    /// Returns whether the task was not started because its [`Pool`](crate::task::Pool) was full.
    pub fn is_full(&self) -> bool {
        matches!(self.cause, Cause::Full(_))
    }

    /// Returns the id of the task that failed.
    pub fn id(&self) -> Id {
        self.id
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Cancelled => write!(f, "task {} was cancelled", self.id),
            Cause::Full(full) => full.fmt(f),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Cancelled => write!(f, "JoinError::Cancelled({:?})", self.id),
            Cause::Full(full) => write!(f, "JoinError::Full({full:?})"),
        }
    }
}

impl core::error::Error for JoinError {}
