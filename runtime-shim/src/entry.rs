//! Functions that the macros expand to. They are not a public interface.
//!
//! A future is passed as a trait object. These functions are therefore compiled once for each
//! output type, and most of their code only once in this crate, rather than for each function with
//! an attribute. This keeps a rebuild of two hundred tests short.

use std::cell::Cell;
use std::future::Future;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::process::{self, ExitCode};

use crate::runtime::{Backend, Builder, Runtime, Selected};
use crate::task::observe::{Kind, Origin};
use crate::task::spawn_from;

mod choice;
mod limit;
mod stack;

pub use self::choice::{RuntimeArgument, runtime};
pub use self::limit::{test_within, timeout};
pub use self::stack::{Outcome, main_on_stack, reported, stack_size, test_on_stack};
// For `task_local!`, because the user's crate may be without `std`.
pub use std::thread_local;

/// Runs the future of `#[portable::main]` on the `main` of a program.
///
/// # Panics
///
/// Panics if the future panics.
#[track_caller]
pub fn main<T>(builder: &mut Builder, main: Pin<&mut dyn Future<Output = T>>) -> T {
    let mut output = None;
    run_main(builder, pin!(async { output = Some(main.await) }));
    output.expect(ENDED)
}

/// Runs the future of `#[portable::main]` on any other function.
///
/// While the runtime runs, calls from threads outside any runtime go to it too. After its end the
/// process goes on, and such calls go where they went before.
///
/// # Panics
///
/// Panics if the future panics.
#[track_caller]
pub fn call<T>(builder: &mut Builder, function: Pin<&mut dyn Future<Output = T>>) -> T {
    let mut output = None;
    run_call(builder, pin!(async { output = Some(function.await) }));
    output.expect(ENDED)
}

/// Runs the future of `#[portable::test]`.
///
/// # Panics
///
/// Panics if the future panics, or if the runtime can't be built.
#[track_caller]
pub fn test<T>(builder: &mut Builder, test: Pin<&mut dyn Future<Output = T>>) -> T {
    let mut output = None;
    run_test(builder, pin!(async { output = Some(test.await) }));
    output.expect(ENDED)
}

/// Implements the argument `spawn`: runs the future of `#[portable::main]` as a task.
///
/// # Panics
///
/// Panics if the future panics.
// The place of the task is that of the attribute of `main`, or of the call of another function. An
// `async fn` would not learn it.
#[track_caller]
pub fn as_task<F>(main: F) -> impl Future<Output = F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let origin = Origin::here(Kind::Task);
    async move {
        match spawn_from(main, origin).await {
            Ok(output) => output,
            Err(error) => match error.try_into_panic() {
                Ok(payload) => resume_unwind(payload),
                Err(error) => panic!("portable: {error}"),
            },
        }
    }
}

/// Implements the argument `init`: calls the function once, before the runtime starts.
pub fn init(init: impl FnOnce()) {
    init();
}

/// Like [`main`], with the builder unchanged.
///
/// # Panics
///
/// Panics where [`main`] does.
#[track_caller]
pub fn plain_main<T>(new: fn() -> Builder, future: Pin<&mut dyn Future<Output = T>>) -> T {
    main(&mut new(), future)
}

/// Like [`call`], with the builder unchanged.
///
/// # Panics
///
/// Panics where [`call`] does.
#[track_caller]
pub fn plain_call<T>(new: fn() -> Builder, future: Pin<&mut dyn Future<Output = T>>) -> T {
    call(&mut new(), future)
}

/// Like [`test`], with the builder unchanged.
///
/// # Panics
///
/// Panics where [`test`] does.
#[track_caller]
pub fn plain_test<T>(new: fn() -> Builder, future: Pin<&mut dyn Future<Output = T>>) -> T {
    test(&mut new(), future)
}

const ENDED: &str = "`block_on` returns when the future is done";

type Erased<'a> = Pin<&'a mut dyn Future<Output = ()>>;

#[track_caller]
fn run_main(builder: &mut Builder, main: Erased<'_>) {
    let runtime = start(builder);
    Selected::default().set_entry(&runtime.instance);
    runtime.run_to_end(main);
}

#[track_caller]
fn run_call(builder: &mut Builder, function: Erased<'_>) {
    struct Clear(bool);

    impl Drop for Clear {
        fn drop(&mut self) {
            if self.0 {
                Selected::default().clear_entry();
            }
        }
    }

    // Dropped after the runtime: while the runtime ends, calls from other threads still go to it,
    // as at the end of `main`.
    let mut clear = Clear(false);
    let runtime = start(builder);
    clear.0 = Selected::default().lend_entry(&runtime.instance);
    runtime.run_to_end(function);
}

fn start(builder: &mut Builder) -> Runtime {
    builder.start().unwrap_or_else(|error| {
        // Does not use `eprintln!`, because nothing else would need its formatting code.
        let _ = io::stderr().write_all(format!("error: {error}\n").as_bytes());
        process::exit(2);
    })
}

#[track_caller]
fn run_test(builder: &mut Builder, test: Erased<'_>) {
    start_test(builder).run_to_end(test);
}

/// Starts the runtime of a test.
#[track_caller]
fn start_test(builder: &mut Builder) -> Runtime {
    if let Some(name) = TEST_ON.take() {
        builder.runtime(name);
    }
    match builder.start() {
        Ok(runtime) => runtime,
        Err(error) => panic!("{error}"),
    }
}

thread_local! {
    /// The runtime of the test that this thread is about to run.
    static TEST_ON: Cell<Option<&'static str>> = const { Cell::new(None) };

    /// The function that makes the builder of that test, if the test lists its flavors.
    static TEST_FLAVOR: Cell<Option<fn() -> Builder>> = const { Cell::new(None) };
}

/// Sets the function that makes the builder of the next test on this thread.
pub fn set_flavor(new: fn() -> Builder) {
    TEST_FLAVOR.set(Some(new));
}

/// Returns the builder of a test that lists its flavors.
pub fn on_flavor() -> Builder {
    let new = TEST_FLAVOR.take();
    new.unwrap_or(Builder::new_current_thread)()
}

/// Runs a function that calls [`test`] on the runtime with this name.
pub fn test_on(name: &'static str, test: fn()) {
    TEST_ON.set(Some(name));
    test();
}

/// Like [`test_on`], for a function with an output.
pub fn outcome_on<T: Outcome>(name: &'static str, test: fn() -> T) -> ExitCode {
    TEST_ON.set(Some(name));
    test().report()
}

/// Implements the argument `worker_threads` of a test that lists its flavors: applies it to flavors
/// with workers.
pub fn worker_threads(builder: &mut Builder, count: usize) -> &mut Builder {
    match builder.has_workers() {
        true => builder.worker_threads(count),
        false => builder,
    }
}

/// Unwraps the result of a task builder's `spawn`.
///
/// # Panics
///
/// Panics if the task could not be spawned.
#[track_caller]
pub fn spawned<T>(task: std::io::Result<T>) -> T {
    task.expect("portable: the task could not be spawned")
}

/// Yields its expression, or the one error of a build without a runtime.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "_runtime")]
macro_rules! __entry {
    ($entry:expr) => {
        $entry
    };
}

/// Yields its expression, or the one error of a build without a runtime.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "_runtime"))]
macro_rules! __entry {
    ($entry:expr) => {
        compile_error!(
            "portable: no runtime feature is on; in Cargo.toml add one to the features of \
             `portable`, in a library under `[dev-dependencies]`:\n\n    \
             portable = { version = \"0.1\", features = [\"tokio\"] }\n\n\
             the features are `tokio`, `smol`, `async-std`, `embassy` and `pollster`, also of `portable-tokio`"
        )
    };
}

/// Implements the argument `watchdog`.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "inspect")]
macro_rules! __watchdog {
    ($builder:expr, $limit:expr) => {
        $builder.watchdog($limit)
    };
}

/// Implements the argument `watchdog`.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "inspect"))]
macro_rules! __watchdog {
    ($($tokens:tt)*) => {
        compile_error!("portable: `watchdog` needs the feature `inspect` of `portable`: turn it on")
    };
}

/// Implements the argument `tokio_context`.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "tokio-context")]
macro_rules! __tokio_context {
    ($builder:expr, @ $flavor:ident) => {
        $builder.tokio_context($crate::runtime::Flavor::$flavor)
    };
    ($builder:expr, $flavor:expr) => {
        $builder.tokio_context($flavor)
    };
}

/// Implements the argument `tokio_context`.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "tokio-context"))]
macro_rules! __tokio_context {
    ($($tokens:tt)*) => {
        compile_error!(
            "portable: `tokio_context` needs the feature `tokio-context` of `portable`: turn it on"
        )
    };
}

/// Implements the argument `dump_on`.
#[doc(hidden)]
#[macro_export]
#[cfg(all(unix, feature = "inspect", feature = "signal"))]
macro_rules! __dump_on {
    ($builder:expr, @ $kind:ident) => {
        $builder.dump_on($crate::signal::unix::SignalKind::$kind())
    };
    ($builder:expr, $kind:expr) => {
        $builder.dump_on($kind)
    };
}

/// Implements the argument `dump_on`.
#[doc(hidden)]
#[macro_export]
#[cfg(all(unix, not(all(feature = "inspect", feature = "signal"))))]
macro_rules! __dump_on {
    ($($tokens:tt)*) => {
        compile_error!(
            "portable: `dump_on` needs the features `inspect` and `signal` of `portable`: turn them on"
        )
    };
}

/// Implements the argument `dump_on`.
#[doc(hidden)]
#[macro_export]
#[cfg(not(unix))]
macro_rules! __dump_on {
    ($($tokens:tt)*) => {
        compile_error!(
            "portable: `dump_on` is for Unix, and this system has no signals: remove it, or put it \
             under a `cfg_attr(unix, …)`"
        )
    };
}

/// Implements the argument `start_paused`.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "test-util")]
macro_rules! __start_paused {
    ($builder:expr, $start_paused:expr) => {
        $builder.start_paused($start_paused)
    };
}

/// Implements the argument `start_paused`.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "test-util"))]
macro_rules! __start_paused {
    ($($tokens:tt)*) => {
        compile_error!(
            "portable: `start_paused` needs the feature `test-util` of `portable`: turn it on"
        )
    };
}
