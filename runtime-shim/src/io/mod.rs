//! Reading and writing: the traits of [futures-io](https://docs.rs/futures-io), on every runtime.
//!
//! The streams of [`net`](crate::net), [`fs`](crate::fs) and [`process`](crate::process) have the
//! traits [`AsyncRead`], [`AsyncWrite`] … of futures-io, and with the feature `tokio-io` those of
//! Tokio too, both at once: a library that takes the one or the other takes them. The methods
//! (`read_exact`, `write_all`, `lines` …) and the helpers ([`copy`], [`split`], [`BufReader`] …)
//! are futures-lite's, but for [`copy`], [`empty`], [`repeat`] and [`sink`], which give the other tasks
//! their turns; Tokio's own are used from the crate `tokio`.
//!
//! A name that differs: what Tokio calls `shutdown` is `close` here. Our sockets have both.

// Files read, write and seek; standard output only writes.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(crate) mod blocking;
mod copy;
#[cfg(any(feature = "tokio-io", feature = "hyper"))]
pub(crate) mod forward;
mod memory;
pub(crate) mod patient;
mod stdin;
mod stdout;
#[cfg(any(feature = "net", feature = "process"))]
pub(crate) mod stream;

pub use self::copy::copy;
pub use self::memory::{Empty, Repeat, Sink, empty, repeat, sink};
pub use self::stdin::{Stdin, StdinLines, stdin};
pub use self::stdout::{Stderr, Stdout, stderr, stdout};
pub use futures_lite::io::*;
