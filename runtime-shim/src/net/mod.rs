//! TCP, UDP and Unix sockets, like those of `tokio::net`, on every runtime.
//!
//! A socket is a std socket, watched by the reactor of the runtime that made it: Tokio's on Tokio,
//! async-io's elsewhere. Everything else is the same code on every runtime, so sockets behave the
//! same everywhere. Errors are the operating system's, with their kind and code.
//!
//! | this | equivalent to |
//! |---|---|
//! | [`TcpListener`], [`TcpStream`], [`TcpSocket`], [`UdpSocket`], [`lookup_host`], [`ToSocketAddrs`] | those of `tokio::net` |
//! | [`UnixListener`], [`UnixStream`], [`UnixDatagram`], [`UnixSocket`] | those of `tokio::net` |
//! | [`tcp`], [`unix`]: the halves of streams, addresses, peers | `tokio::net::tcp`, `tokio::net::unix` |
//! | [`unix::pipe`] | `tokio::net::unix::pipe` |
//!
//! A socket works on any thread and under any executor, as long as the runtime that made it runs.
//! After that runtime has ended, a socket returns an error on Tokio.
//!
//! # Windows
//!
//! There are no Unix sockets and no pipes. On every runtime async-io watches the sockets, with a
//! thread of its own on Tokio. Windows reports no changes of readiness, so `ready` and `try_io` ask
//! the operating system at each call.
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! use portable::io::{AsyncReadExt, AsyncWriteExt};
//! use portable::net::{TcpListener, TcpStream};
//! use portable::task;
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let server = task::spawn(async move {
//!     let (mut stream, _) = listener.accept().await?;
//!     stream.write_all(b"hello").await?;
//!     stream.shutdown().await
//! });
//!
//! let mut stream = TcpStream::connect(address).await?;
//! let mut text = String::new();
//! stream.read_to_string(&mut text).await?;
//! assert_eq!(text, "hello");
//! server.await.unwrap()?;
//! # std::io::Result::Ok(())
//! # }).unwrap();
//! ```

#[macro_use]
mod datagrams;
#[macro_use]
mod descriptor;
#[macro_use]
mod halves;
#[macro_use]
mod options;
#[macro_use]
mod ready;

mod addr;
#[cfg(feature = "tokio-io")]
mod buf;
mod receive_buf;
pub mod tcp;
mod tcp_listener;
mod tcp_socket;
mod tcp_stream;
mod udp_socket;
#[cfg(unix)]
pub mod unix;
#[cfg(unix)]
mod unix_datagram;
#[cfg(unix)]
mod unix_listener;
#[cfg(unix)]
mod unix_socket;
#[cfg(unix)]
mod unix_stream;

pub use self::addr::{ToSocketAddrs, lookup_host};
pub use self::receive_buf::ReceiveBuf;
pub use self::tcp_listener::TcpListener;
pub use self::tcp_socket::TcpSocket;
pub use self::tcp_stream::TcpStream;
pub use self::udp_socket::UdpSocket;
#[cfg(unix)]
pub use self::unix_datagram::UnixDatagram;
#[cfg(unix)]
pub use self::unix_listener::UnixListener;
#[cfg(unix)]
pub use self::unix_socket::UnixSocket;
#[cfg(unix)]
pub use self::unix_stream::UnixStream;
