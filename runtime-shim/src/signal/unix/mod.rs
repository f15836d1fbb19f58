//! The signals of Unix.
//!
//! Equivalent to `tokio::signal::unix`.

mod kind;
mod stream;

pub use self::kind::SignalKind;
pub use self::stream::{Signal, signal};
