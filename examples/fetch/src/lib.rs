//! A fetcher that keeps to a rate, with [reqwest], the same on every runtime.
//!
//! ```console
//! $ cargo run -p fetch-demo --features smol
//! 40 pages have 790 bytes
//! the server was busy 4 times
//! ```
//!
//! reqwest needs Tokio's context: `portable`'s feature `tokio-context` gives it one on every runtime.
//!
//! - [`Fetcher`] asks for pages: at most so many at once and so many a second, and again where a
//!   server is busy;
//! - [`serve`] is a server that is sometimes busy, so that the program needs no network.
//!
//! [reqwest]: https://docs.rs/reqwest

#![cfg(unix)]

mod fetcher;
mod server;

pub use self::fetcher::{Fetcher, Limits};
pub use self::server::{Seen, serve};
