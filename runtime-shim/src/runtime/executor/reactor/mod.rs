//! Timers and sockets, based on async-io.
//!
//! async-io has one reactor for the whole process. A thread inside async-io's `block_on` drives it
//! while it waits, and async-io has a thread of its own that drives it when no other thread does. A
//! program that uses no timer and no socket needs none of this, so its threads wait without
//! async-io until the reactor is first used.
//!
//! - `started`: whether the process uses the reactor.
//! - `park`: how a thread waits for a future, and when it starts to wait with async-io.
//! - `sleep`: timers.
//! - `home`: the runtime that a descriptor belongs to.
//! - `source`: sockets and pipes.
//! - `registration`: descriptors whose readiness is remembered, by the reports of `edges`.

// Each runtime uses only some of these items.
#![allow(dead_code, unreachable_pub, unused_imports)]

#[cfg(all(unix, feature = "_reactor", feature = "net"))]
mod edges;
#[cfg(feature = "_reactor")]
mod home;
mod park;
#[cfg(all(unix, feature = "_reactor", feature = "net"))]
mod registration;
mod sleep;
#[cfg(feature = "_reactor")]
mod source;
mod started;

pub(in crate::runtime) use self::park::{park_in, park_on};
pub(in crate::runtime) use self::sleep::Sleep;
#[cfg(unix)]
pub(in crate::runtime) use self::started::forget;
pub(in crate::runtime) use self::started::start_first;
