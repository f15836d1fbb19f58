//! The event loop of a page: the runtime on wasm32-unknown-unknown, with the feature `wasm`.
//!
//! A browser has one thread for a page, and nothing may block it. So there is no `block_on`, no
//! `Runtime` to build and no thread for closures. The event loop of the page is the runtime, from the
//! first call on: a task can be spawned in `main` and in any callback of the page.
//!
//! - Tasks that are ready are polled in a microtask, which the browser runs before it does anything
//!   else. If they take longer than 8 ms, the rest waits until the page has handled its events and
//!   its timers, so that a task that is always ready freezes no page.
//! - Timers are those of `setTimeout`. The browser counts its delays in whole milliseconds, and in 31
//!   bits: a longer sleep is made of several. While the page is in the background, browsers fire
//!   timers once a second, and after some minutes once a minute.
//! - The clock is `performance.now`, which browsers make coarser than others are: 5 to 100
//!   microseconds. In some it stands still while the machine sleeps.
//! - Futures need no [`Send`], in [`spawn`](crate::task::spawn) either.
//! - `#[portable::main]` makes the start of the module. Its end ends nothing: tasks go on as long as the
//!   page is there.
//! - A panic stops the code that runs, and runs no destructor. Its message is in the browser's console.
//!   The handle of the task is never ready. The other tasks go on.
//!
//! # Modules
//!
//! Each module builds on those before it:
//!
//! - `portable_browser`, a package of its own: what is called of the browser.
//! - `clock`: the time.
//! - `budget`, `task`: those of the executor of the other runtimes. `sync` and `metrics` are what these
//!   two need.
//! - `turns`: the queue of the tasks that are ready, and when they are polled.
//! - `heap`, `timers`: the timers, on one `setTimeout`.
//! - `spawn`: the owner of all tasks. `handle`: a reference to the runtime.
//! - `selected`: the types that the public types wrap.

#[cfg(target_feature = "atomics")]
compile_error!(
    "portable: the feature `wasm` is for pages with one thread: build without the target feature \
     `atomics`"
);

#[path = "../executor/budget/mod.rs"]
#[allow(dead_code)]
mod budget;
mod clock;
mod handle;
mod heap;
#[allow(dead_code)]
mod metrics;
pub(crate) mod selected;
pub(crate) mod spawn;
mod sync;
#[path = "../executor/task/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod task;
mod timers;
mod turns;

pub use self::handle::Handle;
pub use crate::handle_traits::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};

pub(crate) use self::clock::Instant;

/// Returns the name of the runtime: `"wasm"`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// assert_eq!(portable::runtime::current(), "wasm");
/// ```
pub fn current() -> &'static str {
    "wasm"
}

/// Returns the names of the runtimes that are compiled in: `"wasm"`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// assert_eq!(portable::runtime::available(), ["wasm"]);
/// ```
pub fn available() -> Vec<&'static str> {
    vec![current()]
}
