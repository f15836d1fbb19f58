//! Ends the process when a test hangs, and prints which test it is.

use std::cell::RefCell;
use std::io::{self, Write};
use std::process;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::runner;

const LIMIT: Duration = Duration::from_secs(60);

thread_local! {
    static CURRENT: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

/// Limits the time from now to the next test on this thread, or to the end of the thread, which is
/// the end of the test and of its runtime.
pub(crate) fn limit_time(test: &'static str) {
    // The receiver notices when the sender is dropped.
    let (running, ended) = mpsc::channel::<()>();
    CURRENT.set(Some(running));
    thread::Builder::new()
        .name(format!("time limit of {test}"))
        .spawn(move || {
            let limit = LIMIT * runner::slowness();
            if ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                // The harness captures the output of `eprintln!`.
                let _ = writeln!(io::stderr(), "\n{test} hangs: no end after {limit:?}");
                process::abort();
            }
        })
        .expect("a thread can be started");
}
