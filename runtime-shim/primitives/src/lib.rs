//! What of Tokio needs no runtime: channels, locks, `select!`, and the traits of its IO.
//!
//! `portable-runtime-shim` shows them as its own. They stand in a package of their own because a
//! package has one set of features: beside the runtime `tokio`, the shim's feature `net` turns on
//! Tokio's sockets, and a program on smol that uses a channel must not get them.

#![no_std]
#![forbid(unsafe_code)]

pub use tokio;
#[cfg(feature = "sync")]
pub use tokio_util;
