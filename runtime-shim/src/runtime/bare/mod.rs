//! Embassy's executor, on a microcontroller: the mode without the feature `std`.
//!
//! Nothing here needs an operating system, nor an allocator unless the feature `alloc` is on. A
//! program's `#[portable::main]` starts the executor and registers it. A program that starts the
//! executor by hand calls `set_spawner`. From then on any code can spawn tasks.
//!
//! # The firmware's manifest
//!
//! portable chooses nothing that belongs to the board. With the feature `embassy` the firmware also
//! depends on:
//!
//! - `embassy-executor` with a platform (`platform-cortex-m` …) and an executor (`executor-thread`);
//! - a time driver: the HAL's, with its tick rate, or `embassy-time`'s own. Durations are rounded
//!   up to whole ticks of it;
//! - an implementation of `critical-section`: the HAL's or `cortex-m`'s
//!   (`critical-section-single-core`).
//!
//! Timers are those of embassy-time. Under a waker of another executor than Embassy's, such as one
//! that a combinator makes, they need one of its features `generic-queue-8` to `generic-queue-128`.
//! `join`, `select` and `timeout` here pass on the task's own waker and need none of them. portable
//! turns none of them on, because they exclude each other and a build unifies features.
//!
//! # Memory of tasks
//!
//! A task lives in a place of a [`Pool`](crate::task::Pool). `#[portable::task]` makes a pool for
//! its function. With `alloc` any future can be spawned; its memory is freed once the task has
//! ended and its output is taken or its handle is dropped. Each place is one Embassy task, which is
//! spawned at the first use of the place and never ends. Embassy's own tools see it as one task
//! that runs one future after another.
//!
//! A program owns the executor and the board, so one executor runs all tasks of portable. A panic
//! calls the firmware's panic handler, and is not contained in its task.

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
pub use crate::handle_traits::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};
#[cfg(feature = "embassy")]
pub use embassy_executor::{SendSpawner, Spawner};

// Never compiled here: from these rustc knows that the names are behind the feature `std`.
#[cfg(feature = "std")]
pub use self::with_std::{AsyncHandle, AsyncRuntime, Builder, Flavor, Handle, Runtime, block_on};

/// Items that [`task`](crate::task) re-exports.
pub(crate) mod tasks {
    pub use super::into_task::IntoTask;
    pub use super::join_error::JoinError;
    pub use super::pool::Pool;
    pub use super::spawn::spawn;
    pub use super::spawnable::{InPlace, Spawnable};
}

/// Items that the macros expand to.
#[doc(hidden)]
pub mod private {
    #[cfg(feature = "embassy")]
    pub use super::ambient::enter;
    // Re-exported as a whole: not every platform has a `main` there, and a firmware may do without
    // one.
    #[cfg(feature = "embassy")]
    pub use embassy_executor::{self as executor, Spawner};
}

/// Returns the name of the runtime: `"embassy"`.
///
/// # Panics
///
/// Panics if the feature `embassy` of `portable` is off.
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

/// Returns the names of the runtimes that are compiled in: `"embassy"`, or none.
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

/// Panics for a library in an application that chose no runtime.
#[cold]
#[track_caller]
fn none() -> ! {
    #[cfg(any(unix, windows))]
    panic!(
        "portable: no runtime is compiled in; in the application's Cargo.toml turn on the feature of \
         one, such as `tokio` or `smol`, or for firmware `embassy`"
    );
    #[cfg(not(any(unix, windows)))]
    panic!(
        "portable: no runtime is compiled in; in the application's Cargo.toml turn on the feature \
         `embassy` of `portable`"
    )
}
