//! A JSON key-value service on [hyper] 1, the same on every runtime.
//!
//! ```console
//! $ cargo run -p http-demo --features smol
//! listening on 127.0.0.1:3000, on smol
//! ```
//! ```console
//! $ curl -X PUT localhost:3000/keys/answer -d 42
//! $ curl localhost:3000/keys/answer
//! 42
//! $ curl localhost:3000/keys
//! ["answer"]
//! $ curl localhost:3000/export
//! {"answer":42}
//! $ curl -X DELETE localhost:3000/keys/answer
//! $ curl localhost:3000/keys/answer
//! {"error":"there is no such key"}
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `GET /keys` | the keys, sorted, as an array |
//! | `GET /keys/KEY` | the value; 404 |
//! | `PUT /keys/KEY` | 201 for a new key, 204 for another value; 400 if it is not JSON, 413 if it is longer than [`MAX_VALUE`], 408 if it does not come within [`MAX_WAIT`] |
//! | `DELETE /keys/KEY` | 204; 404 |
//! | `GET /export` | all values, one object per line, written as fast as the client reads |
//!
//! Each request is a line on the standard output. Ctrl-c or SIGTERM ends the service: no more
//! connections are accepted, the requests that have come are answered, and after [`MAX_END`] the
//! service ends anyway.
//!
//! - [`serve`] accepts connections until the end;
//! - `api.rs` answers requests, and knows neither sockets nor runtimes;
//! - [`Store`] has the values, [`Export`] is a body that is made while it is sent.

#![cfg(unix)]

mod api;
mod export;
mod server;
mod store;

pub use self::api::{Api, Body, MAX_VALUE, MAX_WAIT};
pub use self::export::Export;
pub use self::server::{MAX_END, serve};
pub use self::store::Store;
