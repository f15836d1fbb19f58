//! The runtime support that [hyper] 1 needs, so that its servers and clients run on every runtime.
//!
//! The streams of [`net`](crate::net) and [`process`](crate::process), and their halves, have the
//! traits [`Read`](hyper::rt::Read) and [`Write`](hyper::rt::Write) themselves. Other streams get
//! them from [`Io`].
//!
//! | this | equivalent to |
//! |---|---|
//! | [`Executor`] | `hyper_util::rt::TokioExecutor` |
//! | [`Timer`] | `hyper_util::rt::TokioTimer` |
//! | [`Io`] | `hyper_util::rt::TokioIo`, for the traits of futures-io |
//!
//! hyper depends on the crate `tokio` for its channels (the feature `sync`). This dependency brings
//! neither Tokio's runtime nor its reactor or timer.
//!
//! # Examples
//!
//! A server and a client, here in one program. It needs the features `http1`, `client` and `server`
//! of hyper:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(not(all(unix, feature = "net", feature = "_runtime")))]
//! # fn main() {}
//! # #[cfg(all(unix, feature = "net", feature = "_runtime"))]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # portable::runtime::block_on(async {
//! use std::convert::Infallible;
//!
//! use http_body_util::{BodyExt, Empty};
//! use hyper::body::{Bytes, Incoming};
//! use hyper::service::service_fn;
//! use hyper::{Request, Response, client, server};
//! use portable::hyper::Timer;
//! use portable::net::{TcpListener, TcpStream};
//! use portable::task;
//!
//! async fn hello(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
//!     Ok(Response::new(format!("hello from {}", request.uri().path())))
//! }
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! task::spawn(async move {
//!     while let Ok((stream, _)) = listener.accept().await {
//!         let mut http = server::conn::http1::Builder::new();
//!         http.timer(Timer::new());
//!         task::spawn(http.serve_connection(stream, service_fn(hello)));
//!     }
//! });
//!
//! let stream = TcpStream::connect(address).await?;
//! let (mut sender, connection) = client::conn::http1::handshake(stream).await?;
//! task::spawn(connection);
//! let request = Request::get("/world").header("host", "localhost").body(Empty::<Bytes>::new())?;
//! let body = sender.send_request(request).await?.collect().await?.to_bytes();
//! assert_eq!(body, "hello from /world");
//! # Ok(())
//! # })
//! # }
//! ```

mod executor;
mod io;
mod timer;

pub use self::executor::Executor;
#[cfg(all(unix, any(feature = "net", feature = "process")))]
pub(crate) use self::io::CHUNK;
pub use self::io::Io;
#[cfg(any(all(unix, feature = "net"), feature = "process"))]
pub(crate) use self::io::copied;
pub use self::timer::Timer;
