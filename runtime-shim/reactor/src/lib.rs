//! [async-io](https://docs.rs/async-io), where it is needed.
//!
//! A runtime of `portable-runtime-shim` that has no reactor depends on this package, and the
//! feature `net` there turns on the one in here: so a program without sockets on such a runtime has
//! no reactor in its tree, nor has one with sockets on Tokio.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "async-io")]
pub use async_io::*;
