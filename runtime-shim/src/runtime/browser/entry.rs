//! Functions that the macros expand to in the browser. They are not a public interface.

use std::fmt::Debug;
use std::future::Future;
use std::panic;
use std::process::ExitCode;

use portable_browser as js;

use crate::runtime::spawn;
use crate::size::Never;

// For `task_local!`, because the user's crate may be without `std`.
pub use std::thread_local;

/// Starts the future of `#[portable::main]` as a task.
pub fn start<F>(main: F)
where
    F: Future + 'static,
    F::Output: Ends,
{
    drop(spawn::spawn(async { main.await.end() }));
}

/// Lets the message of a panic go to the console, because a page has no standard error. What the
/// program sets as its own hook takes the place of this one.
pub fn report_panics() {
    panic::set_hook(Box::new(|info| js::error(&info.to_string())));
}

/// Implements the argument `init`: calls the function once, before the first task.
pub fn init(init: impl FnOnce()) {
    init();
}

/// What `main` may return. An error goes to the console, because a page has no exit status.
#[diagnostic::on_unimplemented(
    message = "`main` of a page cannot return `{Self}`",
    note = "it can return `()`, `!`, an `ExitCode` or a `Result` of these whose error has `Debug`"
)]
pub trait Ends {
    /// Reports an error.
    fn end(self);
}

impl Ends for () {
    fn end(self) {}
}

impl Ends for Never {
    fn end(self) {}
}

impl Ends for ExitCode {
    fn end(self) {
        if self != Self::SUCCESS {
            js::error(&format!("{self:?}"));
        }
    }
}

impl<T: Ends, E: Debug> Ends for Result<T, E> {
    fn end(self) {
        match self {
            Ok(output) => output.end(),
            Err(error) => js::error(&format!("Error: {error:?}")),
        }
    }
}

/// Yields its expression, or nothing after the error that a build without the feature `wasm` ends with.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry {
    ($entry:expr) => {
        $entry
    };
}
