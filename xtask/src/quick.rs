//! The command to run while working: formatting, clippy, and the tests on one runtime.

use std::time::Instant;

use crate::run::{Result, cargo, step};
use crate::{RUNTIMES, ci, contract};

/// The runtime of the tests if no other is named: one on our executor, with workers.
pub const RUNTIME: &str = "smol";

pub fn quick(runtime: &str) -> Result {
    if !RUNTIMES.contains(&runtime) {
        return Err(format!(
            "there is no runtime `{runtime}`; the runtimes are: {}",
            RUNTIMES.join(", ")
        ));
    }
    let start = Instant::now();
    ci::formatting()?;
    let features = format!("{runtime},{}", contract::ADDED);
    let on_one = ["--features", &features];
    let packages = ["portable", "portable-runtime-shim"];
    let mut clippy = cargo(&["clippy", "--all-targets", "--package", "portable-macros"]);
    for package in packages {
        clippy.args(["--package", package]);
    }
    clippy.args(on_one).args(["--", "--deny", "warnings"]);
    step(clippy)?;

    step(cargo(&["test", "--package", "portable-macros", "--lib"]))?;
    let mut shim = cargo(&["test", "--package", packages[1], "--lib", "--tests"]);
    step({
        shim.args(on_one);
        shim
    })?;
    // Tests that compile programs are left to CI: those of the documentation and of `tests/ui/`.
    let mut test = cargo(&["test", "--lib"]);
    for name in ci::tests()?.iter().filter(|name| *name != "ui") {
        test.args(["--test", name]);
    }
    test.args(["--test", "contract"]).args(on_one);
    test.args(["--", "--test-threads", contract::THREADS]);
    step(test)?;
    eprintln!(
        "\nall passed on {runtime} in {} s; `cargo xtask ci` runs the rest",
        start.elapsed().as_secs()
    );
    Ok(())
}
