//! Functions that need a runtime, in a build without one. They exist for the compile error at their
//! call.

use std::future::Future;
use std::io;

use super::{Builder, Runtime};

/// A bound that no caller can meet, because no type implements it.
///
/// The lifetime makes the compiler check the bound at a call, and not before.
#[diagnostic::on_unimplemented(
    message = "portable: no runtime feature is on",
    label = "this needs a runtime",
    note = "in Cargo.toml add one to the features of `portable`, in a library under `[dev-dependencies]`: \
            portable = {{ version = \"0.1\", features = [\"tokio\"] }}",
    note = "the features are `tokio`, `smol`, `async-std`, `embassy` and `pollster`, also of `portable-tokio`"
)]
pub trait CompiledIn<'a> {}

/// The runtime of a build without one.
#[derive(Debug)]
pub struct NoRuntime;

impl Builder {
    /// Needs a runtime feature.
    ///
    /// # Errors
    ///
    /// Returns no error, because a call does not compile.
    pub fn build(&mut self) -> io::Result<Runtime>
    where
        for<'a> NoRuntime: CompiledIn<'a>,
    {
        unreachable!("no caller compiles")
    }
}

impl Runtime {
    /// Needs a runtime feature.
    ///
    /// # Errors
    ///
    /// Returns no error, because a call does not compile.
    pub fn new() -> io::Result<Self>
    where
        for<'a> NoRuntime: CompiledIn<'a>,
    {
        unreachable!("no caller compiles")
    }
}

/// Needs a runtime feature.
pub fn block_on<F: Future>(_future: F) -> F::Output
where
    for<'a> NoRuntime: CompiledIn<'a>,
{
    unreachable!("no caller compiles")
}
