//! Embassy's executor, on a microcontroller: the mode without the feature `std`.
//!
//! Nothing here needs an operating system, nor an allocator unless the feature `alloc` is on. A
//! program's `#[portable::main]` starts the executor and says which it is; one that starts it by hand
//! calls `set_spawner`. From then on tasks are spawned from anywhere.
//!
//! # What the firmware's manifest must have
//!
//! portable chooses nothing that belongs to the board. With the feature `embassy` the firmware names,
//! beside it:
//!
//! - `embassy-executor` with a platform (`platform-cortex-m` …) and an executor (`executor-thread`);
//! - a time driver: the HAL's, with its tick rate, or `embassy-time`'s own. Durations are rounded up
//!   to whole ticks of it;
//! - an implementation of `critical-section`: the HAL's or `cortex-m`'s
//!   (`critical-section-single-core`).
//!
//! Timers are embassy-time's. Under a waker that is not of Embassy's executor, as some combinators
//! make them, they need one of its features `generic-queue-8` to `generic-queue-128`. `join`, `select`
//! and `timeout` here pass the task's own waker on and need none. portable turns none of them on: they
//! exclude each other, and features of a build are unified.
//!
//! # How tasks are kept
//!
//! A task lives in a place of a [`Pool`](crate::task::Pool): `#[portable::task]` makes one for its
//! function. With `alloc` any future can be spawned; its memory is freed when the task has ended and
//! its output is taken or its handle is gone. Each place is one task of Embassy's, which is spawned at
//! the first use of the place and stays: to Embassy's own tools it is one task that runs one future
//! after another.
//!
//! The executor and the board are one program's, so there is one executor for all tasks of portable.
//! A panic is the firmware's affair: its panic handler is called, and no task is contained.

#[cfg(feature = "embassy")]
mod ambient;
mod budget;
pub(crate) mod clock;
mod fits;
#[cfg(all(feature = "embassy", feature = "alloc"))]
mod heap;
mod into_task;
mod join;
mod join_error;
#[cfg(not(feature = "embassy"))]
mod none;
mod pool;
pub(crate) mod selected;
#[cfg(feature = "embassy")]
mod slot;
mod spawn;
mod spawnable;
mod timer;

#[cfg(not(feature = "embassy"))]
use self::none as slot;

#[cfg(feature = "embassy")]
pub use self::ambient::set_spawner;
pub use crate::handles::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};
#[cfg(feature = "embassy")]
pub use embassy_executor::{SendSpawner, Spawner};

/// What [`task`](crate::task) shows.
pub(crate) mod tasks {
    pub use super::into_task::IntoTask;
    pub use super::join_error::JoinError;
    pub use super::pool::Pool;
    pub use super::spawn::spawn;
    pub use super::spawnable::{InPlace, Spawnable};
}

/// What the macros expand to.
#[doc(hidden)]
pub mod private {
    #[cfg(feature = "embassy")]
    pub use super::ambient::enter;
    // As a whole: not every platform's has a `main`, and a firmware may do without.
    #[cfg(feature = "embassy")]
    pub use embassy_executor::{self as executor, Spawner};
}

/// The name of the runtime: `"embassy"`.
///
/// # Panics
///
/// If the feature `embassy` of `portable` is off.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # if portable::runtime::available().is_empty() { return }
/// assert_eq!(portable::runtime::current(), "embassy");
/// ```
pub fn current() -> &'static str {
    match available().first() {
        Some(name) => name,
        None => none(),
    }
}

/// The names of the runtimes compiled in: `"embassy"`, or none.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// assert!(portable::runtime::available().len() <= 1);
/// ```
pub fn available() -> &'static [&'static str] {
    if cfg!(feature = "embassy") {
        &["embassy"]
    } else {
        &[]
    }
}

/// What a library finds out whose application chose no runtime.
#[cold]
#[track_caller]
fn none() -> ! {
    panic!(
        "portable: no runtime is compiled in; in the application's Cargo.toml enable the feature \
         `embassy` of `portable`, or, where there is an operating system, `std` and a runtime's"
    )
}
