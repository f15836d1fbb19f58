//! Timers and sockets, by async-io, and how a thread waits for a future and drives its reactor meanwhile.
//!
//! - `started`: whether anybody needs the reactor.
//! - `park`: how a thread waits for a future, and from when on in async-io.
//! - `sleep`: timers.
//! - `source`: sockets and pipes.

// Each runtime uses a part of it.
#![allow(dead_code, unreachable_pub, unused_imports)]

mod park;
mod sleep;
#[cfg(feature = "_reactor")]
mod source;
mod started;

pub(in crate::runtime) use self::park::{park_in, park_on};
pub(in crate::runtime) use self::sleep::Sleep;
#[cfg(unix)]
pub(in crate::runtime) use self::started::forget;
pub(in crate::runtime) use self::started::start_first;
