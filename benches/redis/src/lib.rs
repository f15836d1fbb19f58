//! The server of `examples/redis` on Tokio, from the same source files.
//!
//! In this crate the name `portable` is the crate itself, which has Tokio's modules under their own
//! names. So the files compile against Tokio as they stand, and `cargo xtask bench redis` compares
//! two programs that differ in nothing but what is below them. What Tokio has no counterpart of is
//! in `shutdown.rs`, as programs on Tokio write it with tokio-util.

#![cfg(unix)]

extern crate self as portable;

pub mod shutdown;

pub use tokio::{io, net, select, sync, task};

/// Tokio's module, with the standard library's `Duration`, as it is in `portable`.
pub mod time {
    pub use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};
}

#[path = "../../../examples/redis/src/answer.rs"]
mod answer;
#[path = "../../../examples/redis/src/channels.rs"]
mod channels;
#[path = "../../../examples/redis/src/command.rs"]
mod command;
#[path = "../../../examples/redis/src/connection.rs"]
mod connection;
#[path = "../../../examples/redis/src/request.rs"]
mod request;
#[path = "../../../examples/redis/src/server.rs"]
mod server;
#[path = "../../../examples/redis/src/store.rs"]
mod store;

pub use self::channels::Channels;
pub use self::server::{Database, MAX_END, serve};
pub use self::store::Store;
