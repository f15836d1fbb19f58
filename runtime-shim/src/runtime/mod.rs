//! Building and naming runtimes.
//!
//! Most programs never come here: `#[portable::main]` builds the runtime, and
//! [`spawn`](crate::task::spawn), [`sleep`](crate::time::sleep) and the rest find it. What is here
//! is for those who build a runtime by hand ([`Builder`]), hand one to another thread
//! ([`Handle`]), or write code that takes a runtime as a parameter ([`AsyncRuntime`]).
//!
//! # Which runtime a call goes to
//!
//! 1. On a thread that belongs to a runtime (its workers, the thread inside its
//!    [`block_on`](Runtime::block_on), its blocking threads): that one.
//! 2. Elsewhere, inside a Tokio context that somebody else entered: that one, if the `tokio`
//!    feature is on. It need have no timers: a sleep waits on one of this crate there, unless Tokio's
//!    clock is paused. If it was built without IO, sockets are watched by one of the next two.
//! 3. Elsewhere, while or after the program's `#[portable::main]` runs: the runtime of that entry
//!    point. That of another function is so while it runs, if there is none.
//! 4. Elsewhere: a multi-thread runtime of the process, started at the first call.
//!
//! # After a `fork`
//!
//! A `fork` copies the memory of a process and one of its threads. Where something of this crate had
//! been started before, its threads are not there in the child, on any runtime. So in the child a new
//! runtime, an entry point, a socket, a file or a signal is an error that says so, and where there is
//! no error to give (`spawn`, `sleep` and `block_on` outside a runtime) a panic that says the same.
//! Tasks of a runtime that was there do not go on, and a `block_on` that has to wait panics. What the
//! child may do is to start another program or to end. A child that is forked before anything of this crate was used has no such limits.
//!
//! # Which runtime is built
//!
//! With one runtime feature on: that one. With several, the one that [`Builder::runtime`] or
//! `#[portable::main(runtime = "…")]` names; else the one that the environment variable
//! `PORTABLE_RUNTIME` names at launch; else the first of `tokio`, `smol`, `async-std`, `embassy`,
//! `pollster` that is on.
//!
//! Who owns the final build can name it for the whole graph with
//! `RUSTFLAGS='--cfg portable_runtime="smol"'`: then there is no choice left at run time, and no
//! cost of one, whatever features are on.

use std::future::Future;

// `table` defines macros that the modules after it use.
#[macro_use]
mod table;

mod any;
mod async_runtime;
mod backend;
mod builder;
mod config;
mod context;
mod fallback;
pub(crate) mod fork;
mod handle;
#[cfg(feature = "_runtime")]
mod late;
pub(crate) mod refused;
pub(crate) mod selected;
#[cfg(feature = "_reactor")]
pub(crate) mod source;

#[cfg(feature = "_executor")]
mod executor;
#[cfg(not(feature = "_runtime"))]
mod none;

#[cfg(feature = "async-std")]
mod async_std;
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

#[cfg(feature = "async-std")]
pub use self::async_std::AsyncStd;
#[cfg(feature = "embassy")]
pub use self::embassy::Embassy;
#[cfg(feature = "pollster")]
pub use self::pollster::Pollster;
#[cfg(feature = "smol")]
pub use self::smol::Smol;
#[cfg(feature = "tokio")]
pub use self::tokio::Tokio;

#[cfg(not(feature = "_runtime"))]
pub use self::none::block_on;

pub use self::any::Any;
pub use self::async_runtime::{AsyncHandle, AsyncRuntime};
pub use self::builder::Builder;
pub use self::config::Flavor;
pub use self::handle::{Handle, Runtime};
pub use crate::handles::{AsyncAbortHandle, AsyncJoinHandle, AsyncSleep};

pub(crate) use self::backend::{AsyncInstance, Backend};
pub(crate) use self::config::{Config, check_stack_size};
pub(crate) use self::context::assert_may_block;
pub(crate) use self::table::Selected;

/// The name of the runtime that a call from this thread goes to: `"tokio"`, `"smol"`,
/// `"async-std"`, `"embassy"` or `"pollster"`.
///
/// # Panics
///
/// If no runtime feature of `portable` is on.
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

/// The names of the runtimes compiled in, in the order of preference.
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
    /// What it spawns goes to the runtime that calls from this thread go to (see
    /// [the rules](self)); outside any, to the one of the process.
    ///
    /// # Panics
    ///
    /// On a thread that polls tasks, of whichever runtime; and with the future, if that panics.
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
        Selected::default().block_on(future)
    }
}
