//! Watches a program on each runtime as tokio-console does, by its protocol.
//!
//! Without an argument this is the watcher, which starts itself as the program that is watched.

mod watched;
mod watcher;

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    if env::args().nth(1).as_deref() == Some(watcher::WATCHED) {
        watched::run();
        return ExitCode::SUCCESS;
    }
    for runtime in portable::runtime::available() {
        if let Err(wrong) = watcher::watch(runtime) {
            eprintln!("{runtime}: {wrong}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
