//! Timers and sockets, by async-io, and how a thread waits for a future and drives its reactor meanwhile.
//!
//! - `started`: whether anybody needs the reactor.
//! - `park`: how a thread waits for a future, and from when on in async-io.
//! - `sleep`: timers.
//! - `source`: sockets and pipes.

#[cfg(any(feature = "smol", all(feature = "pollster", feature = "_reactor")))]
mod park;
#[cfg(feature = "_workers")]
mod sleep;
#[cfg(feature = "_reactor")]
mod source;
mod started;

#[cfg(all(feature = "pollster", feature = "_reactor"))]
pub(in crate::runtime) use self::park::park_in;
#[cfg(feature = "smol")]
pub(in crate::runtime) use self::park::park_on;
#[cfg(feature = "_workers")]
pub(in crate::runtime) use self::sleep::Sleep;
#[cfg(unix)]
pub(in crate::runtime) use self::started::forget;
#[cfg(feature = "async-std")]
pub(in crate::runtime) use self::started::start_first;
