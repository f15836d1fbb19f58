use std::any::Any;
use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::sync::Mutex;

use crate::task::{Id, PoolFull};

/// The reason why a task has no output: it was cancelled, it panicked, or its pool was full.
///
/// Equivalent to `tokio::task::JoinError`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let error = task::spawn(async { panic!("oh no") }).await.unwrap_err();
/// let payload = error.into_panic();
/// assert_eq!(*payload.downcast::<&str>().unwrap(), "oh no");
/// # });
/// ```
pub struct JoinError {
    id: Id,
    cause: Cause,
}

// Small, because each awaited task moves a `Result` with this type, which is rarely an error.
enum Cause {
    Cancelled,
    // The mutex is never locked. It makes the payload `Sync`, which the payload need not be.
    Panicked(Box<Mutex<Box<dyn Any + Send>>>),
    Full(Box<PoolFull>),
}

#[allow(dead_code)]
impl JoinError {
    #[inline]
    pub(crate) fn cancelled(id: Id) -> Self {
        Self {
            id,
            cause: Cause::Cancelled,
        }
    }

    #[cold]
    pub(crate) fn panicked(id: Id, payload: Box<dyn Any + Send>) -> Self {
        // A task without a place in its pool ends with this payload. A panic is the one way to
        // report it that every runtime has.
        let cause = match payload.downcast::<PoolFull>() {
            Ok(full) => Cause::Full(full),
            Err(payload) => Cause::Panicked(Box::new(Mutex::new(payload))),
        };
        Self { id, cause }
    }

    /// Goes on with the panic of the task, or panics because the task was aborted.
    #[cold]
    pub(super) fn resume(self) -> ! {
        match self.try_into_panic() {
            Ok(payload) => resume_unwind(payload),
            Err(cancelled) => panic!("{cancelled}"),
        }
    }
}

impl JoinError {
    /// Returns whether the task was aborted, or cancelled by the end of its runtime.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.cause, Cause::Cancelled)
    }

    /// Returns whether the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.cause, Cause::Panicked(_))
    }

    /// Returns whether the task was not started because its [`Pool`](crate::task::Pool) was full.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::task::Pool;
    ///
    /// static POOL: Pool<64, 1> = Pool::new();
    ///
    /// let first = POOL.spawn(std::future::pending::<()>());
    /// let error = POOL.spawn(async {}).await.unwrap_err();
    /// assert!(error.is_full() && !error.is_panic() && !error.is_cancelled());
    /// # first.abort();
    /// # });
    /// ```
    pub fn is_full(&self) -> bool {
        matches!(self.cause, Cause::Full(_))
    }

    /// Returns the payload of the panic, for [`resume_unwind`](std::panic::resume_unwind) or a
    /// downcast.
    ///
    /// # Panics
    ///
    /// Panics if the task did not panic.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        self.try_into_panic()
            .expect("`JoinError` reason is not a panic.")
    }

    /// Returns the payload of the panic.
    ///
    /// # Errors
    ///
    /// Returns the `JoinError` itself if the task did not panic.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, Self> {
        match self.cause {
            Cause::Panicked(payload) => Ok(payload
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner)),
            Cause::Cancelled | Cause::Full(_) => Err(self),
        }
    }

    /// Returns the id of the task that failed.
    pub fn id(&self) -> Id {
        self.id
    }
}

/// Returns the message of a panic, if the payload is a text.
fn message(payload: &(dyn Any + Send)) -> Option<&str> {
    match payload.downcast_ref::<&'static str>() {
        Some(text) => Some(text),
        None => payload.downcast_ref::<String>().map(String::as_str),
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = match &self.cause {
            Cause::Cancelled => return write!(f, "task {} was cancelled", self.id),
            Cause::Full(full) => return full.fmt(f),
            Cause::Panicked(payload) => payload.try_lock().ok(),
        };
        match payload.as_ref().and_then(|payload| message(&***payload)) {
            Some(text) => write!(f, "task {} panicked with message {text:?}", self.id),
            None => write!(f, "task {} panicked", self.id),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = match &self.cause {
            Cause::Cancelled => return write!(f, "JoinError::Cancelled({:?})", self.id),
            Cause::Full(full) => return write!(f, "JoinError::Full({full:?})"),
            Cause::Panicked(payload) => payload.try_lock().ok(),
        };
        match payload.as_ref().and_then(|payload| message(&***payload)) {
            Some(text) => write!(f, "JoinError::Panic({:?}, {text:?}, ...)", self.id),
            None => write!(f, "JoinError::Panic({:?}, ...)", self.id),
        }
    }
}

impl std::error::Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> Self {
        match error.cause {
            Cause::Cancelled => Self::other("task was cancelled"),
            Cause::Panicked(_) => Self::other("task panicked"),
            Cause::Full(full) => Self::other(*full),
        }
    }
}
