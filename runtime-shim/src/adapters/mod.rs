//! Implementations of other crates' runtime traits, so that those crates run on every runtime.
//!
//! | feature | trait | implemented by |
//! |---|---|---|
//! | `futures` | [`futures::task::Spawn`](futures_task::Spawn) | [`Handle`], [`Runtime`] |
//! | `criterion` | [`criterion::async_executor::AsyncExecutor`](::criterion::async_executor::AsyncExecutor) | [`Runtime`], and a reference to one |
//! | `quinn` | [`quinn::Runtime`](::quinn::Runtime) | [`QuinnRuntime`] |
//! | `axum` | [`axum::serve::Listener`](::axum::serve::Listener) | `net::TcpListener`, `net::UnixListener` |
//! | `tonic` | [`tonic::transport::server::Connected`](::tonic::transport::server::Connected) | `net::TcpStream`, `net::UnixStream`, [`io::DuplexStream`](crate::io::DuplexStream) |
//! | `hyper-util` | [`hyper_util::client::legacy::connect::Connection`](::hyper_util::client::legacy::connect::Connection) | `net::TcpStream`, `net::UnixStream`; [`HttpConnector`] connects |
//! | `hickory` | [`hickory_net::runtime::RuntimeProvider`] | [`HickoryRuntime`] |
//! | `async-rs` | [`async_rs::traits::RuntimeKit`](::async_rs::traits::RuntimeKit) | [`AsyncRsRuntime`] |
//! | `agnostic-lite` | [`agnostic_lite::RuntimeLite`](::agnostic_lite::RuntimeLite) | [`AgnosticLiteRuntime`] |
//! | `tokio-util` | | [`UdpFramed`] in the place of tokio-util's; its other codecs take our streams as they are |
//!
//! [`portable::hyper`](crate::hyper) does the same for hyper.
//!
//! `axum::serve` and tonic's server spawn by Tokio itself. On another runtime than Tokio they need the
//! feature `tokio-context` too.
//!
//! [`Handle`]: crate::runtime::Handle
//! [`Runtime`]: crate::runtime::Runtime
//!
//! # Examples
//!
//! Each example needs the feature in its row. futures:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(all(feature = "futures", feature = "_runtime"))]
//! # portable::runtime::block_on(async {
//! use futures::task::SpawnExt;
//! use portable::runtime::Handle;
//!
//! let task = Handle::current().spawn_with_handle(async { 6 * 7 })?;
//! assert_eq!(task.await, 42);
//! # Ok::<(), futures::task::SpawnError>(())
//! # }).unwrap();
//! ```
//!
//! A benchmark with criterion. Each iteration runs on the runtime:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(all(feature = "criterion", feature = "_runtime"))]
//! # {
//! use criterion::Criterion;
//! use portable::{runtime::Runtime, task};
//!
//! fn spawn(criterion: &mut Criterion) {
//!     let runtime = Runtime::new().unwrap();
//!     criterion.bench_function("spawn", |bencher| {
//!         bencher.to_async(&runtime).iter(|| task::spawn(async {}));
//!     });
//! }
//! # let _ = spawn;
//! # }
//! ```
//!
//! A server with axum, on any of our listeners:
//!
//! ```no_run
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(all(unix, feature = "axum", feature = "_runtime"))]
//! # portable::runtime::block_on(async {
//! use axum::{Router, routing::get};
//! use portable::net::TcpListener;
//!
//! let app = Router::new().route("/", get(|| async { "hello" }));
//! let listener = TcpListener::bind("127.0.0.1:8080").await?;
//! axum::serve(listener, app).await?;
//! # Ok::<(), std::io::Error>(())
//! # }).unwrap();
//! ```
//!
//! For the client's address, `into_make_service_with_connect_info::<SocketAddr>()`, the listener is wrapped
//! by `axum::serve::ListenerExt::tap_io`: axum itself implements it for its own listeners and for the
//! wrapper only. tonic's server takes a
//! [`TcpListenerStream`](crate::stream::wrappers::TcpListenerStream) by `serve_with_incoming`.

#[cfg(feature = "agnostic-lite")]
mod agnostic_lite;
#[cfg(all(unix, feature = "async-rs"))]
mod async_rs;
#[cfg(all(any(unix, windows), feature = "axum"))]
mod axum;
#[cfg(feature = "criterion")]
mod criterion;
#[cfg(feature = "futures")]
mod futures;
#[cfg(all(any(unix, windows), feature = "hickory"))]
mod hickory;
#[cfg(all(any(unix, windows), feature = "hyper-util"))]
mod hyper_util;
#[cfg(all(any(unix, windows), feature = "quinn"))]
mod quinn;
#[cfg(all(any(unix, windows), feature = "tonic"))]
mod tonic;
#[cfg(all(any(unix, windows), feature = "tokio-util"))]
mod udp_framed;

#[cfg(feature = "agnostic-lite")]
#[cfg_attr(docsrs, doc(cfg(feature = "agnostic-lite")))]
pub use self::agnostic_lite::{
    AgnosticLiteAfter, AgnosticLiteRuntime, AgnosticLiteSleep, AgnosticLiteTimeout,
};
#[cfg(all(unix, feature = "async-rs"))]
#[cfg_attr(docsrs, doc(cfg(feature = "async-rs")))]
pub use self::async_rs::{AsyncRsRuntime, AsyncRsTask};
#[cfg(all(any(unix, windows), feature = "hickory"))]
#[cfg_attr(docsrs, doc(cfg(feature = "hickory")))]
pub use self::hickory::HickoryRuntime;
#[cfg(all(any(unix, windows), feature = "hyper-util"))]
#[cfg_attr(docsrs, doc(cfg(feature = "hyper-util")))]
pub use self::hyper_util::HttpConnector;
#[cfg(all(any(unix, windows), feature = "quinn"))]
#[cfg_attr(docsrs, doc(cfg(feature = "quinn")))]
pub use self::quinn::QuinnRuntime;
#[cfg(all(unix, feature = "tonic"))]
#[cfg_attr(docsrs, doc(cfg(feature = "tonic")))]
pub use self::tonic::UnixConnectInfo;
#[cfg(all(any(unix, windows), feature = "tokio-util"))]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio-util")))]
pub use self::udp_framed::UdpFramed;
