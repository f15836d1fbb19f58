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
//! The [`router`] is axum's, as everywhere. `axum::serve` is what does not run elsewhere: it spawns
//! each connection by `tokio::spawn`, which panics outside Tokio, whatever the listener is. So
//! [`serve`], which is short, does that by `portable` and hyper. axum's feature `tokio` is then not
//! needed, nor does the build have Tokio's reactor or scheduler.
//!
//! What a router cannot have on all runtimes is what takes its time from Tokio, as the timeouts of
//! tower and tower-http do, or its tasks, as axum's web sockets. For a timeout see the one in
//! [`router`].

#![cfg(unix)]

mod router;
mod serve;

pub use self::router::router;
pub use self::serve::serve;
