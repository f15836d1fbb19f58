//! Running a function on a thread with a stack of a given size.

use std::io;
use std::panic::resume_unwind;
use std::process::{self, ExitCode, Termination};
use std::thread;

use super::{TEST_FLAVOR, TEST_ON};
use crate::runtime;

/// Implements the argument `stack_size`: the function runs on a thread with a stack of `bytes`
/// bytes.
//
// Each argument is a call of a function with its name, so that rustc reports a wrong type at its
// value.
pub fn stack_size(bytes: usize) -> usize {
    bytes
}

/// Runs the body of `#[portable::main(stack_size = …)]`.
///
/// # Panics
///
/// Panics if the body panics, and on a thread that polls tasks.
#[track_caller]
pub fn main_on_stack<T: Send>(bytes: usize, main: impl FnOnce() -> T + Send) -> T {
    on_stack(bytes, main).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        process::exit(2);
    })
}

/// Runs the body of `#[portable::test(stack_size = …)]`.
///
/// # Panics
///
/// Panics if the body panics, if the thread can't be started, and on a thread that polls tasks.
#[track_caller]
pub fn test_on_stack<T: Send>(bytes: usize, test: impl FnOnce() -> T + Send) -> T {
    match on_stack(bytes, test) {
        Ok(output) => output,
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn on_stack<T: Send>(bytes: usize, run: impl FnOnce() -> T + Send) -> io::Result<T> {
    // Checked here, because the new thread polls nothing yet and its own check would pass.
    runtime::assert_may_block();
    runtime::check_stack_size("stack_size", bytes)?;
    let mut thread = thread::Builder::new().stack_size(bytes);
    if let Some(name) = thread::current().name() {
        thread = thread.name(name.into());
    }
    let (test_on, flavor) = (TEST_ON.take(), TEST_FLAVOR.take());
    thread::scope(|scope| {
        let body = move || {
            TEST_ON.set(test_on);
            TEST_FLAVOR.set(flavor);
            run()
        };
        let thread = thread.spawn_scoped(scope, body).map_err(|error| {
            let what = format!(
                "portable: cannot start a thread with a `stack_size` of {bytes} bytes: {error}"
            );
            io::Error::new(error.kind(), what)
        })?;
        match thread.join() {
            Ok(output) => Ok(output),
            Err(payload) => resume_unwind(payload),
        }
    })
}

/// The types that `main` and a test may return: the same as [`Termination`], under a name that says
/// so.
#[diagnostic::on_unimplemented(
    message = "a `main` or a test cannot return `{Self}`",
    label = "this type does not implement `Termination`",
    note = "return `()`, a `Result<(), E>` with an `E` that is `Debug`, or `std::process::ExitCode`"
)]
pub trait Outcome {
    /// Like [`Termination::report`].
    fn report(self) -> ExitCode;
}

#[diagnostic::do_not_recommend]
impl<T: Termination> Outcome for T {
    fn report(self) -> ExitCode {
        Termination::report(self)
    }
}

/// Turns an output into a value that can be sent to another thread.
pub fn reported<T: Outcome>(output: T) -> ExitCode {
    output.report()
}
