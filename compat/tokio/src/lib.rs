//! [`portable`] under Tokio's paths and feature names. A program on Tokio runs on smol, async-std,
//! Embassy or pollster, or on Tokio, by one line in its `Cargo.toml`, and none of its source:
//!
//! ```toml
//! [dependencies]
//! tokio = { package = "portable-tokio", version = "0.1", features = ["full", "smol"] }
//! ```
//!
//! ```
//! # #[cfg(all(feature = "full", any(feature = "smol", feature = "tokio")))]
//! # mod program {
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! #[tokio::main]
//! # pub
//! async fn main() -> std::io::Result<()> {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr()?;
//!     let server = tokio::spawn(async move {
//!         let (mut stream, _) = listener.accept().await?;
//!         stream.write_all(b"hello").await?;
//!         stream.shutdown().await
//!     });
//!     let mut text = String::new();
//!     TcpStream::connect(address).await?.read_to_string(&mut text).await?;
//!     assert_eq!(text, "hello");
//!     server.await?
//! }
//! # }
//! # #[cfg(all(feature = "full", any(feature = "smol", feature = "tokio")))]
//! # program::main().unwrap();
//! ```
//!
//! # Contents
//!
//! The modules are those of [`portable`], which follows Tokio's names, with what Tokio does not have
//! beside it. [`io`] is Tokio's own: its traits, which the sockets, files and pipes here have, and
//! with `io-util` its extension methods and adapters. The macros and `sync` are Tokio's own too.
//!
//! The features have Tokio's names. `full` turns on what it turns on there, and no runtime. The
//! runtimes are the features `tokio`, `smol`, `async-std`, `embassy` and `pollster`. A library turns
//! none of them on, because the program decides.
//!
//! [What is different from Tokio][moving], and [what Tokio's own tests say of each runtime][tests].
//!
//! # Dependencies that use Tokio itself
//!
//! A dependency on `tokio` in another package is not replaced by this one. It sees the types of
//! `sync`, the traits of [`io`] and the macros as the same, because they are Tokio's own, and other
//! types as foreign. Its sockets, timers and tasks need a runtime of Tokio: the feature
//! `tokio-context` has one beside every other runtime. `axum::serve`, tonic's server and hyper-util's
//! client take the listeners and streams here with the features `axum`, `tonic` and `hyper-util`.
//!
//! [`portable`]: https://docs.rs/portable
//! [moving]: https://github.com/portable-rs/portable/blob/main/docs/moving-over.md
//! [tests]: https://github.com/portable-rs/portable/blob/main/docs/tokio-tests.md

#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc(test(attr(deny(warnings))))]
#![forbid(unsafe_code)]

pub mod io;

#[cfg(feature = "fs")]
#[cfg_attr(docsrs, doc(cfg(feature = "fs")))]
pub use portable::fs;
#[cfg(all(unix, feature = "net"))]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub use portable::net;
#[cfg(all(unix, feature = "process"))]
#[cfg_attr(docsrs, doc(cfg(feature = "process")))]
pub use portable::process;
#[cfg(all(unix, feature = "signal"))]
#[cfg_attr(docsrs, doc(cfg(feature = "signal")))]
pub use portable::signal;
#[cfg(feature = "sync")]
#[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
pub use portable::sync;
#[cfg(feature = "time")]
#[cfg_attr(docsrs, doc(cfg(feature = "time")))]
pub use portable::time;
#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
pub use portable::{join, select, try_join};
#[cfg(feature = "rt")]
#[cfg_attr(docsrs, doc(cfg(feature = "rt")))]
pub use portable::{runtime, spawn, task, task_local};
pub use portable_primitives::tokio::pin;

/// Runs an `async fn`, such as a program's `main`, on a runtime of its own.
///
/// The arguments are Tokio's `flavor`, `worker_threads`, `name` and `crate`, and the others of
/// [`#[portable::main]`](https://docs.rs/portable/latest/portable/attr.main.html). `crate` is needed
/// where the `Cargo.toml` of the crate does not name this package.
///
/// ```
/// # #[cfg(any(feature = "smol", feature = "tokio"))]
/// #[tokio::main(flavor = "multi_thread", worker_threads = 2)]
/// async fn main() {
///     let task = tokio::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// }
/// # #[cfg(not(any(feature = "smol", feature = "tokio")))]
/// # fn main() {}
/// ```
#[cfg(all(feature = "macros", feature = "rt"))]
#[cfg_attr(docsrs, doc(cfg(all(feature = "macros", feature = "rt"))))]
pub use portable_tokio_macros::main;
/// Makes a test of an `async fn`, which runs on every runtime in the build.
///
/// The arguments are Tokio's `flavor`, `worker_threads`, `name` and `crate`, and the others of
/// [`#[portable::test]`](https://docs.rs/portable/latest/portable/attr.test.html).
///
/// ```test_harness
/// # #[cfg(any(feature = "smol", feature = "tokio"))]
/// #[tokio::test(flavor = "multi_thread")]
/// async fn a_task_gives_its_output() {
///     let task = tokio::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// }
/// ```
#[cfg(all(feature = "macros", feature = "rt"))]
#[cfg_attr(docsrs, doc(cfg(all(feature = "macros", feature = "rt"))))]
pub use portable_tokio_macros::test;

// Code that macros of other crates expand to may name these.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use portable_primitives::tokio::macros;

/// Items that the attributes expand to. They are not a public interface.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __private {
    pub use portable::__private::*;

    pub mod attributes {
        pub use portable::{main, test};
    }
}
