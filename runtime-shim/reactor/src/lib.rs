//! [async-io](https://docs.rs/async-io) and a runtime of [Tokio](https://docs.rs/tokio), where they
//! are needed.
//!
//! A runtime of `portable-runtime-shim` without a reactor depends on this package. The shim's
//! feature `net` turns on `async-io` here, and its feature `tokio-context` turns on the feature of
//! the same name. So the dependency tree has no reactor if the program uses no sockets on such a
//! runtime, or if it uses sockets on Tokio.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "async-io")]
pub use async_io::*;
#[cfg(feature = "tokio-context")]
pub use tokio_beside as tokio;
