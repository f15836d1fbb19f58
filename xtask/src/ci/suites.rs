//! Runs the tests in builds with one runtime, and with none.

use std::fs;
use std::process::Command;

use crate::run::{Result, cargo, root, step};
use crate::{RUNTIMES, contract, quick};

/// Runs the tests with each runtime, without the contract and the examples, which have steps of
/// their own.
pub(super) fn of_one() -> Result {
    for runtime in RUNTIMES {
        let with = |features: &str, of: &[&str]| -> Command {
            let mut test = cargo(&["test", "--features", features]);
            test.args(of).env("RUST_TEST_THREADS", contract::THREADS);
            test
        };
        let features = format!("{runtime},{}", contract::ADDED);
        let mut targets = vec!["--lib".to_string()];
        for test in tests()? {
            // Every runtime refuses the same programs.
            if test != "ui" || runtime == RUNTIMES[0] {
                targets.extend(["--test".into(), test]);
            }
        }
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        step(with(&features, &targets))?;
        step(with(&features, &["--doc"]))?;
        // The same features, so that the dependencies are built once.
        step(with(&features, &["--package", "portable-runtime-shim"]))?;
        // The build with all has these tests for every runtime.
        if runtime == quick::RUNTIME {
            step(with(runtime, &["--package", "portable-interop"]))?;
        }
    }
    of_custom()
}

/// Runs the tests of a runtime of the user's own in a build without another, and its example. The
/// build with all has the tests too.
fn of_custom() -> Result {
    let features = format!("custom,{}", contract::ADDED);
    step(cargo(&[
        "test",
        "--features",
        &features,
        "--test",
        "custom_runtime",
    ]))?;
    step(cargo(&[
        "run",
        "--features",
        &features,
        "--example",
        "game_loop",
        "--",
        "--headless",
    ]))
}

/// Runs the tests in a library's build, without a runtime, and then without macros too. The
/// examples need both.
pub(super) fn of_none() -> Result {
    for features in [&[][..], &["--no-default-features", "--features", "std"]] {
        for targets in [&["--lib", "--tests"][..], &["--doc"]] {
            step(cargo(&[&["test"], features, targets].concat()))?;
        }
    }
    step(cargo(&["test", "--package", "portable-runtime-shim"]))?;
    step(cargo(&[
        "test",
        "--package",
        "portable-tokio",
        // The example is a program, which needs a runtime.
        "--lib",
        "--tests",
        "--features",
        "full",
    ]))
}

/// Returns the names of the files in `tests/`, each of which is a program.
pub(crate) fn tests() -> Result<Vec<String>> {
    let entries = fs::read_dir(root().join("tests"))
        .map_err(|error| format!("cannot read the folder of the tests: {error}"))?;
    let files = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut tests: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| path.file_stem()?.to_str().map(String::from))
        .collect();
    tests.sort();
    Ok(tests)
}
