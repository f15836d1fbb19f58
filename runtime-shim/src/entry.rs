//! What the macros expand to. Not a public interface.

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::process;

use crate::runtime::{AsyncRuntime, Builder, Runtime, Selected};

/// Runs the future of `#[portable::main]`.
///
/// # Panics
///
/// With the future, if that panics.
pub fn main<F, Fut>(builder: &mut Builder, main: F) -> Fut::Output
where
    F: FnOnce() -> Fut,
    Fut: Future,
{
    let runtime = builder.start().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        process::exit(2);
    });
    Selected::default().set_entry(&runtime.0);
    run(runtime, main)
}

/// Runs the future of `#[portable::test]`.
///
/// # Panics
///
/// With the future, if that panics, and if the runtime can't be built.
pub fn test<F, Fut>(builder: &mut Builder, test: F) -> Fut::Output
where
    F: FnOnce() -> Fut,
    Fut: Future,
{
    if let Some(name) = TEST_ON.take() {
        builder.runtime(name);
    }
    match builder.start() {
        Ok(runtime) => run(runtime, test),
        Err(error) => panic!("{error}"),
    }
}

thread_local! {
    /// The runtime of the test that this thread is about to run.
    static TEST_ON: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Runs a function that calls [`test`] on the runtime with this name.
pub fn test_on<T>(name: &'static str, test: impl FnOnce() -> T) -> T {
    TEST_ON.set(Some(name));
    test()
}

/// Runs a future to its end, then the runtime.
///
/// What polls it sees a future without type and is compiled once, in this crate, and not anew for
/// each function that carries an attribute: that keeps a rebuild of two hundred tests short.
fn run<F, Fut>(runtime: Runtime, make: F) -> Fut::Output
where
    F: FnOnce() -> Fut,
    Fut: Future,
{
    let mut output = None;
    // Made inside, so that a big future is not moved once more.
    block_on(runtime, pin!(async { output = Some(make().await) }));
    output.expect("`block_on` returns when the future is done")
}

fn block_on(runtime: Runtime, future: Pin<&mut dyn Future<Output = ()>>) {
    runtime.block_on(future);
}

/// Unwraps the result of a task builder's `spawn`.
///
/// # Panics
///
/// If the task could not be spawned.
#[track_caller]
pub fn spawned<T>(task: std::io::Result<T>) -> T {
    task.expect("portable: the task could not be spawned")
}

/// Yields its expression, or the one error of a build without a runtime.
#[doc(hidden)]
#[macro_export]
#[cfg(any(feature = "tokio", feature = "smol", feature = "async-std"))]
macro_rules! __entry {
    ($entry:expr) => {
        $entry
    };
}

/// Yields its expression, or the one error of a build without a runtime.
#[doc(hidden)]
#[macro_export]
#[cfg(not(any(feature = "tokio", feature = "smol", feature = "async-std")))]
macro_rules! __entry {
    ($entry:expr) => {
        compile_error!(
            "portable: no runtime feature is on; in Cargo.toml choose one:\n\n    \
             portable = { version = \"0.1\", features = [\"tokio\"] }\n\n\
             the features are `tokio`, `smol` and `async-std`"
        )
    };
}
