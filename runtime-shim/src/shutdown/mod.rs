//! The graceful end of a program.
//!
//! Ctrl-c or `SIGTERM` requests the end, the tasks notice the request and finish their work, and
//! `main` waits for them, but not for ever. A second ctrl-c ends the process at once.
//!
//! The first signal, or the program itself, requests the end through a [`Shutdown`]. Tasks hold a
//! [`Guard`], which reports the request and which the shutdown waits for. Only the timeout of
//! [`wait_for`](Shutdown::wait_for) needs a runtime: the signal reaches a program even if all its
//! threads are busy.
//!
//! # Examples
//!
//! A server that answers the requests it has accepted:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # use std::io;
//! # struct TcpListener(std::cell::Cell<u8>);
//! # struct TcpStream;
//! # impl TcpListener {
//! #     async fn accept(&self) -> io::Result<(TcpStream, ())> {
//! #         self.0.set(self.0.get() + 1);
//! #         match self.0.get() {
//! #             1..=3 => Ok((TcpStream, ())),
//! #             4 => signal_hook::low_level::raise(2).map(|()| (TcpStream, ())),
//! #             _ => std::future::pending().await,
//! #         }
//! #     }
//! # }
//! # impl TcpStream {
//! #     async fn request(&mut self) -> Option<()> { std::future::pending().await }
//! #     async fn answer(&mut self, _: ()) -> io::Result<()> { Ok(()) }
//! # }
//! use portable::shutdown::{Guard, Shutdown};
//! use portable::task;
//! use portable::time::Duration;
//!
//! async fn serve(listener: TcpListener, shutdown: Shutdown) -> io::Result<()> {
//!     // As long as nobody requests the end.
//!     while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
//!         let (stream, _) = accepted?;
//!         task::spawn(connection(stream, shutdown.guard()));
//!     }
//!     // Nobody is to connect any more.
//!     drop(listener);
//!     if let Err(left) = shutdown.wait_for(Duration::from_secs(10)).await {
//!         eprintln!("{left}");
//!     }
//!     Ok(())
//! }
//!
//! async fn connection(mut stream: TcpStream, guard: Guard) -> io::Result<()> {
//!     // A request that has come is answered, and no other is waited for.
//!     while let Some(Some(request)) = guard.run_until_requested(stream.request()).await {
//!         stream.answer(request).await?;
//!     }
//!     Ok(())
//! }
//!
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! // In `main`, before anything else: it listens from here on.
//! let shutdown = Shutdown::on_signal()?;
//! # let listener = TcpListener(Default::default());
//! serve(listener, shutdown).await?;
//! # Ok::<(), io::Error>(())
//! # }).unwrap();
//! # #[cfg(not(feature = "_runtime"))]
//! # let _ = serve;
//! ```
//!
//! A server of another crate takes [`requested`](Shutdown::requested), which is a `'static` future:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # struct Server;
//! # impl Server {
//! #     async fn with_graceful_shutdown(self, end: impl Future<Output = ()> + Send + 'static) {
//! #         end.await
//! #     }
//! # }
//! # async fn main_() {
//! use portable::shutdown::Shutdown;
//!
//! let shutdown = Shutdown::new();
//! # let server = Server;
//! # shutdown.request();
//! server.with_graceful_shutdown(shutdown.requested()).await;
//! # }
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(main_());
//! # #[cfg(not(feature = "_runtime"))]
//! # let _ = main_;
//! ```
//!
//! # The second signal
//!
//! The first signal requests the end. The second, of either kind, ends the process, unless another
//! listener [exists](crate::signal#when-nobody-listens). A terminal sends ctrl-c to all processes
//! of its foreground group. If a parent passes it on to this process too, one ctrl-c counts as two.

mod guard;
mod handle;
mod requested;
mod state;
mod still_running;
mod unguarded;
mod waiters;

pub use self::guard::Guard;
pub use self::handle::Shutdown;
pub use self::requested::Requested;
pub use self::still_running::StillRunning;
