//! What the macros expand to. Not a public interface.

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
    let runtime = start(builder);
    Selected::default().set_entry(&runtime.0);
    erased(main, |future| run(runtime, future))
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
    let runtime = match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("{error}"),
    };
    erased(test, |future| run(runtime, future))
}

fn start(builder: &mut Builder) -> Runtime {
    builder.build().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        process::exit(2);
    })
}

/// Everything that follows is compiled once, here, and not anew for each function that carries an
/// attribute: that is what keeps a rebuild of two hundred tests short.
fn run(runtime: Runtime, future: Pin<&mut dyn Future<Output = ()>>) {
    runtime.block_on(future);
}

/// Hides the type of a future: `run` gets it as one without output.
fn erased<F, Fut>(make: F, run: impl FnOnce(Pin<&mut dyn Future<Output = ()>>)) -> Fut::Output
where
    F: FnOnce() -> Fut,
    Fut: Future,
{
    let mut output = None;
    // Made inside, so that a big future is not moved once more.
    run(pin!(async { output = Some(make().await) }));
    output.expect("`run` returns when the future is done")
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
