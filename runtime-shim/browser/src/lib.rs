//! What the [`portable`] crate calls of a browser, for its feature `wasm`.
//!
//! A package of its own, because a package is compiled before those that depend on it: where the feature
//! is off, the one error of the build is the one below.
//!
//! [`portable`]: https://docs.rs/portable

#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
mod js;

#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
pub use self::js::{
    Call, Callback, Messages, callback, clear_timeout, error, now, queue_microtask, set_timeout,
};

#[cfg(all(not(feature = "wasm"), target_family = "wasm", target_os = "unknown"))]
compile_error!(
    "portable: in the browser programs run on the event loop of the page: turn on the feature `wasm` of \
     `portable`, which takes the place of the other runtimes there"
);
