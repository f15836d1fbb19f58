//! Waiting for any descriptor.
//!
//! Equivalent to `tokio::io::unix`.

mod async_fd;
mod error;
mod guard;

pub use self::async_fd::AsyncFd;
#[expect(deprecated, reason = "Tokio has this name too")]
pub use self::error::AsyncFdTryNewError;
pub use self::error::{AsyncFdRegisterError, TryIoError};
pub use self::guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard};
