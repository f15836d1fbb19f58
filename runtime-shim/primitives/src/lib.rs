//! The parts of Tokio that need no runtime: channels, locks, `select!`, and the traits of its IO.
//!
//! `portable-runtime-shim` re-exports them. They are in a package of their own because a package
//! has one set of features. The shim's feature `net`, together with the runtime `tokio`, turns on
//! Tokio's sockets. A program on smol that uses a channel must not get those.

#![no_std]
#![forbid(unsafe_code)]

pub use tokio;
#[cfg(feature = "stream")]
pub use tokio_stream;
#[cfg(any(feature = "codec", feature = "sync"))]
pub use tokio_util;
