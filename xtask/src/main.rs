//! What a contributor and CI run: `cargo xtask COMMAND`.

mod build_time;
mod ci;
mod cost;
mod diagnostics;
mod examples;
mod matrix;
mod run;

use std::process::ExitCode;

/// The runtimes, as their features are called.
const RUNTIMES: [&str; 3] = ["tokio", "smol", "async-std"];

const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci          everything that must hold before a change lands
  examples    run every example on every runtime and compare what they print
  matrix      check every set of features, build and run tests/features
  cost        instructions, allocations and sizes of spawn-and-join beside the native call
              (needs valgrind)
  diagnostics what rustc says of mistakes under our macros, without them and under Tokio's
  build-time  what our macros cost a build, beside Tokio's";

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let done = match command.as_deref() {
        Some("ci") => ci::ci(),
        Some("examples") => examples::examples(),
        Some("matrix") => matrix::matrix(),
        Some("cost") => cost::cost(),
        Some("diagnostics") => diagnostics::diagnostics(),
        Some("build-time") => build_time::build_time(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
