//! Runs one behaviour on a runtime that is made for it.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use portable::runtime::Builder;

use super::line::Line;

/// The runtime under test.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Makes a builder of the runtime.
    pub builder: fn() -> Builder,
    /// The time that a behaviour may take.
    pub limit: Duration,
}

thread_local! {
    /// What makes the builder of the runtime of the test that this thread runs.
    static BUILDER: Cell<Option<fn() -> Builder>> = const { Cell::new(None) };
}

/// Returns a builder of the runtime under test.
pub(crate) fn another_builder() -> Builder {
    let builder = BUILDER.get();
    builder.expect("the test asks for it on its own thread")()
}

impl Subject {
    pub(crate) fn run_future(self, test: Pin<&mut dyn Future<Output = ()>>) {
        portable::__private::test(&mut (self.builder)(), test);
    }

    pub(crate) fn run_with_builder(self, test: fn(Builder)) {
        test((self.builder)());
    }
}

/// Runs a behaviour on a thread of its own, whose name is the test's.
///
/// # Panics
///
/// Panics if the behaviour panics, or if it takes too long. Before that, it prints the lines of the
/// contract that the behaviour stands for.
#[track_caller]
pub fn run(subject: Subject, test: fn(Subject), name: &str, lines: &[Line]) {
    // The channel is closed at the end of the thread, however it comes.
    let (runs, has_ended) = mpsc::channel::<()>();
    let thread = thread::Builder::new()
        .name(name.into())
        .spawn(move || {
            let _runs = runs;
            BUILDER.set(Some(subject.builder));
            catch_unwind(AssertUnwindSafe(|| test(subject)))
        })
        .expect("a thread can be started");
    let limit = subject.limit;
    if has_ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
        tell(name, lines);
        // The thread is left behind, because nobody can stop it.
        panic!("{name} hangs: no end after {limit:?}");
    }
    if let Err(payload) = thread.join().and_then(|result| result) {
        tell(name, lines);
        resume_unwind(payload);
    }
}

/// Prints the lines that a runtime breaks. The harness shows them with the test that failed.
fn tell(name: &str, lines: &[Line]) {
    println!("\n{name} is promised by");
    for line in lines {
        println!("{line}");
    }
    println!();
}
