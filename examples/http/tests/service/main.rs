//! Tests the service through real sockets, on each runtime that is compiled in.
#![cfg(unix)]

mod client;
mod load;
mod program;
mod requests;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
