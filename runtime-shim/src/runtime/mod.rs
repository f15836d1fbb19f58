//! Building runtimes, and the rules for the runtime of a call.
//!
//! Most programs do not need this module: `#[portable::main]` builds the runtime, and
//! [`spawn`](crate::task::spawn), [`sleep`](crate::time::sleep) and the other functions find it.
//! This module is for code that builds a runtime by hand ([`Builder`]), passes one to another
//! thread ([`Handle`]), or takes a runtime as a parameter ([`AsyncRuntime`]).
//!
//! # Which runtime a call goes to
//!
//! 1. A thread that belongs to a runtime uses that runtime. These are its workers, the thread
//!    inside its [`block_on`](Runtime::block_on), its blocking threads, and a thread that has
//!    [entered](Handle::enter) it.
//! 2. Otherwise, a thread inside a Tokio context that other code entered uses that context, if the
//!    `tokio` feature is on. The context need not have timers: a sleep there waits on a timer of
//!    this crate, unless Tokio's clock is paused. If the context was built without IO, one of the
//!    next two runtimes watches sockets.
//! 3. Otherwise, while or after the program's `#[portable::main]` runs, the call goes to the
//!    runtime of that entry point. The runtime of another function with the attribute takes this
//!    role while it runs, if there is no such entry point.
//! 4. Otherwise, the call goes to a multi-thread runtime of the process, which starts at the first
//!    call.
//!
//! # After a `fork`
//!
//! A `fork` copies the memory of a process and only one of its threads. If a part of this crate had
//! been started before, its threads do not exist in the child, on any runtime. In the child, making
//! a runtime, an entry point, a socket, a file or a signal listener therefore returns an error that
//! says so. Calls that cannot return an error (`spawn`, `sleep` and `block_on` outside a runtime)
//! panic with the same message. Tasks of a runtime that existed before the fork do not go on, and a
//! `block_on` that has to wait panics. Such a child should start another program or end. A child
//! that was forked before anything of this crate was used has no such limits.
//!
//! # Which runtime is built
//!
//! With one runtime feature on, that runtime is built. With several, the choice is the first of
//! these that applies: the name in [`Builder::runtime`] or `#[portable::main(runtime = "…")]`, the
//! name in the environment variable `PORTABLE_RUNTIME` at launch, and the first of `tokio`, `smol`,
//! `async-std`, `embassy`, `pollster` that is on.
//!
//! The owner of the final build can choose the runtime for the whole dependency graph with
//! `RUSTFLAGS='--cfg portable_runtime="smol"'`. Then there is no choice left at run time, and no
//! cost of one, whatever features are on.

use std::future::Future;

// `table` defines macros that the modules after it use.
#[macro_use]
mod table;

mod any;
mod async_runtime;
pub(crate) mod backend;
mod builder;
#[cfg(feature = "test-util")]
pub(crate) mod clock;
#[cfg(feature = "rayon")]
pub(crate) mod compute;
mod config;
mod context;
#[cfg(feature = "inspect")]
#[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
pub mod dump;
pub(crate) mod ended;
mod enter;
mod fallback;
#[cfg(feature = "_reactor")]
pub(crate) mod fd;
pub(crate) mod fork;
mod handle;
// For its tests: the rest of that folder is for the browser alone.
#[cfg(test)]
#[allow(dead_code)]
#[path = "browser/heap.rs"]
mod heap;
mod hooks;
mod id;
#[cfg(feature = "_runtime")]
mod late;
#[cfg(all(windows, feature = "net"))]
mod level;
mod local_runtime;
mod metrics;
pub(crate) mod refused;
pub(crate) mod selected;
// On Windows processes need none of it.
#[cfg(feature = "_reactor")]
#[cfg_attr(all(windows, not(feature = "net")), allow(dead_code))]
pub(crate) mod source;

#[cfg(feature = "_executor")]
mod executor;
#[cfg(not(feature = "_runtime"))]
mod none;

#[cfg(feature = "async-std")]
mod async_std;
#[cfg(feature = "custom")]
mod custom;
#[cfg(feature = "embassy")]
mod embassy;
#[cfg(feature = "pollster")]
mod pollster;
#[cfg(feature = "smol")]
mod smol;
#[cfg(feature = "_runtime")]
#[allow(dead_code, reason = "each runtime uses a part of it")]
mod timers;
#[cfg(feature = "tokio")]
mod tokio;
mod try_current_error;
mod worker_index;

#[cfg(feature = "async-std")]
pub use self::async_std::AsyncStd;
#[cfg(feature = "custom")]
#[cfg_attr(docsrs, doc(cfg(feature = "custom")))]
pub use self::custom::{Custom, CustomRuntime};
#[cfg(feature = "embassy")]
pub use self::embassy::Embassy;
#[cfg(feature = "pollster")]
pub use self::pollster::Pollster;
#[cfg(feature = "smol")]
pub use self::smol::Smol;
#[cfg(feature = "tokio")]
pub use self::tokio::Tokio;

#[cfg(feature = "custom")]
#[cfg_attr(docsrs, doc(cfg(feature = "custom")))]
pub use self::executor::Runnable;
#[cfg(not(feature = "_runtime"))]
pub use self::none::block_on;

pub use self::any::Any;
pub use self::async_runtime::{AsyncHandle, AsyncRuntime};
pub use self::builder::Builder;
pub use self::config::Flavor;
#[doc(no_inline)]
pub use self::config::Flavor as RuntimeFlavor;
#[cfg(feature = "inspect")]
#[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
pub use self::dump::Dump;
pub use self::ended::is_rt_shutdown_err;
pub use self::enter::EnterGuard;
pub use self::handle::{Handle, Runtime};
pub use self::id::Id;
pub use self::local_runtime::{LocalOptions, LocalRuntime, LocalRuntimeGuard};
pub use self::metrics::RuntimeMetrics;
pub use self::try_current_error::TryCurrentError;
pub use self::worker_index::worker_index;
pub use crate::handle_traits::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};
#[cfg(feature = "_runtime")]
use crate::task::observe;

pub(crate) use self::backend::{AsyncInstance, Backend};
pub(crate) use self::config::{Config, check_stack_size};
pub(crate) use self::context::assert_may_block;
pub(crate) use self::enter::{Enter, Entry, Foreign};
#[cfg(all(feature = "_executor", any(feature = "inspect", feature = "tracing")))]
pub(crate) use self::executor::knows_waker as executor_knows_waker;
pub(crate) use self::table::Selected;

/// Returns the name of the runtime that a call from this thread goes to: `"tokio"`, `"smol"`,
/// `"async-std"`, `"embassy"`, `"pollster"`, or what a custom runtime calls itself.
///
/// # Panics
///
/// Panics if no runtime feature of `portable` is on.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # if portable::runtime::available().is_empty() { return }
/// println!("running on {}", portable::runtime::current());
/// ```
pub fn current() -> &'static str {
    Selected::default().name()
}

/// Returns the names of the runtimes that are compiled in, in the order of preference.
///
/// A custom runtime is not among them, because it cannot be started by a name.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// for name in portable::runtime::available() {
///     println!("{name}");
/// }
/// ```
pub fn available() -> Vec<&'static str> {
    table::CHOICES.iter().map(|kind| kind.name()).collect()
}

with_runtime! {
    /// Runs `future` on this thread until it is done.
    ///
    /// Tasks that it spawns go to the runtime that calls from this thread go to (see [the
    /// rules](self)). Outside any runtime, that is the runtime of the process.
    ///
    /// # Panics
    ///
    /// Panics on a thread that polls tasks, of any runtime. Also panics if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::block_on;
    ///
    /// assert_eq!(block_on(async { 6 * 7 }), 42);
    /// # }
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(future: F) -> F::Output {
        Selected::default().block_on(observe::block_on(future))
    }
}
