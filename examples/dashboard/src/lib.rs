//! A page that shows the tasks of the program that serves it, and the program's metrics for
//! Prometheus.
//!
//! - `GET /`: the page, which asks for the rest every second.
//! - `GET /tasks`: the tasks, as JSON, from [`Handle::dump`](portable::runtime::Handle::dump).
//! - `GET /metrics`: the numbers of [`Handle::metrics`](portable::runtime::Handle::metrics), in the
//!   text format of Prometheus.
//!
//! Any service on `portable` can serve these three: see `server.rs`, which needs nothing else of the
//! program.
#![cfg(unix)]

mod metrics;
mod server;
mod tasks;

pub use self::metrics::Exporter;
pub use self::server::serve;
pub use self::tasks::as_json;
