//! [async-io](https://docs.rs/async-io), where it is needed.
//!
//! A runtime of `portable-runtime-shim` without a reactor depends on this package, and the shim's
//! feature `net` turns on the feature here. So the dependency tree has no reactor if the program
//! uses no sockets on such a runtime, or if it uses sockets on Tokio.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "async-io")]
pub use async_io::*;
