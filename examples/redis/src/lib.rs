//! A server that speaks [Redis's protocol], the same on every runtime.
//!
//! ```console
//! $ cargo run --release -p redis-demo --features smol
//! listening on 127.0.0.1:6379, on smol
//! ```
//! ```console
//! $ redis-cli set answer 42 ex 60
//! OK
//! $ redis-cli incr answer
//! (integer) 43
//! $ redis-benchmark -t set,get -n 200000 -c 50
//! ```
//!
//! | command | answer |
//! |---|---|
//! | `PING [TEXT]`, `ECHO TEXT` | the text |
//! | `GET KEY` | the value |
//! | `SET KEY VALUE [EX SECONDS \| PX MILLISECONDS \| KEEPTTL] [NX \| XX]` | `OK`, or nothing if the condition does not hold |
//! | `DEL KEY…`, `EXISTS KEY…` | how many there were |
//! | `INCR KEY`, `DECR KEY`, `INCRBY KEY N`, `DECRBY KEY N` | the new value |
//! | `EXPIRE KEY SECONDS`, `PEXPIRE KEY MILLISECONDS`, `PERSIST KEY` | whether it was done |
//! | `TTL KEY`, `PTTL KEY` | the time that is left; -1 for no limit, -2 for no such key |
//! | `DBSIZE` | the number of keys |
//! | `PUBLISH CHANNEL TEXT` | the number of subscribers that get it |
//! | `SUBSCRIBE CHANNEL…`, `UNSUBSCRIBE [CHANNEL…]` | one answer for each channel, then the messages |
//! | `QUIT` | `OK`, and the connection ends |
//!
//! Any number of requests may be on their way in a connection. Beyond the limit of connections a
//! client gets an error, and a subscriber that does not read what it is sent loses its connection.
//! Ctrl-c or SIGTERM ends the server: the requests that have come are answered.
//!
//! - [`serve`] accepts connections until the end;
//! - `connection.rs` reads requests from one of them and writes the answers;
//! - `request.rs` and `answer.rs` are the protocol, and know no sockets;
//! - `command.rs` says what each command does;
//! - [`Store`] has the values, and [`Channels`] the subscribers.
//!
//! [Redis's protocol]: https://redis.io/docs/latest/develop/reference/protocol-spec/

#![cfg(unix)]

mod answer;
mod channels;
mod command;
mod connection;
mod request;
mod server;
mod store;

pub use self::channels::Channels;
pub use self::server::{Database, MAX_END, serve};
pub use self::store::Store;
