//! The runtime-neutral types behind [`portable`], and the runtimes that drive them.
//!
//! Applications depend on `portable`, which adds the macros and re-exports everything here. A
//! library that needs only [`spawn`](task::spawn) and [`sleep`](time::sleep) may depend on this
//! crate alone, which depends on no procedural macro.
//!
//! # How it is built
//!
//! - [`task`] and [`time`] hold the types that users see. They are written once and name no
//!   runtime. `sync` (a feature) re-exports Tokio's primitives, which need no runtime.
//! - [`runtime::AsyncRuntime`] is the interface of a runtime to users. `Backend`, in
//!   `runtime/backend.rs`, is its interface to this crate. Each runtime is a unit type in one file
//!   of `runtime/` that implements both. The table in `runtime/table.rs` lists them.
//! - smol and async-std share one executor, in `runtime/executor/`.
//! - Without the feature `std` the crate is `no_std`, and [`runtime`] is the folder `bare/`:
//!   Embassy on a microcontroller, with or without an allocator.
//!
//! The public types are newtypes of the selected runtime's own types. With one runtime feature on
//! there is no dispatch; with several on, a call is one `match`.
//!
//! [`portable`]: https://docs.rs/portable

#![cfg_attr(not(feature = "std"), no_std)]
// The docs that both modes share refer to items that exist only with an operating system.
#![cfg_attr(not(feature = "std"), allow(rustdoc::broken_intra_doc_links))]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc(test(attr(deny(warnings))))]
// With no runtime the types of `runtime::Any` have no values, and the code that handles them has no
// callers.
#![cfg_attr(
    all(feature = "std", not(feature = "_runtime")),
    allow(unused, clippy::drop_non_drop)
)]
// Features that have no modules there leave unused what they ask of others.
#![cfg_attr(
    all(feature = "wasm", target_family = "wasm", target_os = "unknown"),
    allow(dead_code)
)]

#[cfg(all(feature = "alloc", feature = "_runtime", not(feature = "std")))]
extern crate alloc;

// The package `portable-browser` says the same for the other runtimes, before anything of them is
// compiled.
#[cfg(all(
    target_family = "wasm",
    target_os = "unknown",
    feature = "std",
    feature = "embassy",
    not(feature = "wasm")
))]
compile_error!(
    "portable: in the browser programs run on the event loop of the page: turn on the feature `wasm` of \
     `portable`, which takes the place of the other runtimes there, or turn off `std`"
);

// The table in this module defines macros that the modules after it use.
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
#[macro_use]
pub mod runtime;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
#[path = "runtime/browser/mod.rs"]
pub mod runtime;
#[cfg(not(feature = "std"))]
#[path = "runtime/bare/mod.rs"]
pub mod runtime;

#[cfg(all(
    not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")),
    any(
        feature = "agnostic-lite",
        feature = "async-rs",
        feature = "axum",
        feature = "criterion",
        feature = "futures",
        feature = "hickory",
        feature = "hyper-util",
        feature = "quinn",
        feature = "tokio-util",
        feature = "tonic"
    )
))]
#[cfg_attr(
    docsrs,
    doc(cfg(any(
        feature = "agnostic-lite",
        feature = "async-rs",
        feature = "axum",
        feature = "criterion",
        feature = "futures",
        feature = "hickory",
        feature = "hyper-util",
        feature = "quinn",
        feature = "tokio-util",
        feature = "tonic"
    )))
)]
pub mod adapters;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
#[doc(hidden)]
pub mod entry;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
#[doc(hidden)]
#[path = "runtime/browser/entry.rs"]
pub mod entry;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "fs")]
#[cfg_attr(docsrs, doc(cfg(feature = "fs")))]
pub mod fs;
#[cfg(feature = "future")]
#[cfg_attr(docsrs, doc(cfg(feature = "future")))]
pub mod future;
mod handle_traits;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "hyper")]
#[cfg_attr(docsrs, doc(cfg(feature = "hyper")))]
pub mod hyper;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "inspect")]
#[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
mod inspect;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "io")]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub mod io;
#[cfg(all(any(unix, windows), feature = "net"))]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub mod net;
#[cfg(feature = "std")]
#[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
mod panics;
mod pin;
#[cfg(all(any(unix, windows), feature = "process"))]
#[cfg_attr(docsrs, doc(cfg(feature = "process")))]
pub mod process;
#[cfg(all(any(unix, windows), feature = "signal"))]
#[cfg_attr(docsrs, doc(cfg(feature = "signal")))]
pub mod shutdown;
#[cfg(all(any(unix, windows), feature = "signal"))]
#[cfg_attr(docsrs, doc(cfg(feature = "signal")))]
pub mod signal;
// The end of a child is a signal, so `process` needs this module too.
#[cfg(all(unix, feature = "process", not(feature = "signal")))]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod signal;
mod size;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
#[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
mod stderr;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "io")]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub mod stream;
#[cfg(feature = "sync")]
#[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
pub mod sync;
pub mod task;
pub mod time;
// The features determine which parts are used.
#[cfg(feature = "std")]
#[allow(dead_code)]
mod waker;

#[doc(hidden)]
pub use self::size::{Never as __Never, task_size as __task_size};

/// Yields the tokens, which call `spawn_compute`, or the one error of a build without it.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "rayon")]
macro_rules! __compute {
    ($($call:tt)*) => {
        $($call)*
    };
}

/// Yields the tokens, which call `spawn_compute`, or the one error of a build without it.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "rayon"))]
macro_rules! __compute {
    ($($call:tt)*) => {
        compile_error!(
            "portable: `compute` needs the feature `rayon`; in Cargo.toml add it to the features of \
             `portable`, or write `blocking`, which is for closures that wait"
        )
    };
}

#[cfg(not(feature = "std"))]
#[doc(hidden)]
pub use self::runtime::private as __private_bare;

/// Tokio's macros that wait for the first of several futures, or for all of them. They need no
/// runtime.
#[cfg(feature = "select")]
#[cfg_attr(docsrs, doc(cfg(feature = "select")))]
pub use portable_primitives::tokio::{join, select, try_join};
