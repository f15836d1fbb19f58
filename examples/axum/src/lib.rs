//! An [axum] router on every runtime.
//!
//! ```console
//! $ cargo run -p axum-demo --features smol
//! $ curl localhost:3000/notes -H 'content-type: application/json' -d '{"text":"milk"}'
//! {"id":0,"text":"milk"}
//! $ curl localhost:3000/notes/0
//! {"id":0,"text":"milk"}
//! $ curl -N 'localhost:3000/ticks?millis=500'
//! data: 0
//!
//! data: 1
//! ```
//!
//! The [`router`] is axum's, as everywhere. Only `axum::serve` does not run elsewhere: it spawns
//! each connection by `tokio::spawn`, which panics outside Tokio, whatever the listener is. So
//! [`serve`], which is short, spawns them by `portable` and serves them by hyper. Then axum's
//! feature `tokio` is not needed, and the build has neither Tokio's reactor nor its scheduler.
//!
//! Some layers and handlers run only on Tokio: those that take their time from Tokio, such as the
//! timeouts of tower and tower-http, or their tasks, such as axum's web sockets. The [`router`] has
//! a timeout that runs everywhere.

#![cfg(unix)]

mod router;
mod serve;

pub use self::router::router;
pub use self::serve::serve;
