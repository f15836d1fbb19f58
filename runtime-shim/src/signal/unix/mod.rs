//! The signals of Unix; stands for `tokio::signal::unix`.

mod kind;
mod stream;

pub use self::kind::SignalKind;
pub use self::stream::{Signal, signal};
