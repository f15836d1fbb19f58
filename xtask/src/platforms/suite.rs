//! Runs the contract's tests on a platform, and counts them.

use std::io::{BufRead, BufReader, pipe};
use std::process::Stdio;

use super::target::{Platform, Runs};
use super::test;
use crate::contract;
use crate::quick::RUNTIME;
use crate::run::{Result, shown};
use crate::toolchain::Toolchain;

/// The arguments of Cargo that choose tests.
pub(super) type Program = [&'static str];

/// What the tests use of the library. What is missing of [`contract::ADDED`] asks nothing of the
/// system that is not here.
const ADDED: &str = "fs,net,process,select,signal,sync,test-util,tokio-io";

/// The contract.
pub(super) const CONTRACT: &Program = &["--package", "portable", "--test", "contract"];

/// The unit tests of the library, which are built in little time.
pub(super) const UNITS: &Program = &["--package", "portable-runtime-shim", "--lib"];

/// What the tests say.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    pub(super) passed: usize,
    pub(super) failed: Vec<String>,
    pub(super) skipped: usize,
    /// Whether the harness has counted too, which is the last that it does.
    has_ended: bool,
}

/// Builds a program of tests for `target`, and runs it under `runner`.
pub(super) fn run(
    platform: &Platform,
    target: &str,
    runner: &str,
    program: &Program,
) -> Result<Count> {
    let toolchain = Toolchain::install(target)?;
    let mut command = test(&toolchain, target);
    command
        .args(program)
        .args(["--features", &format!("{RUNTIME},{ADDED}")])
        .args(["--", "--test-threads", contract::THREADS]);
    for (test, why) in platform.skips {
        eprintln!("skips {test}: {why}");
        command.args(["--skip", test]);
    }
    let name = target.to_uppercase().replace('-', "_");
    if let Some(linker) = platform.linker {
        command.env(format!("CARGO_TARGET_{name}_LINKER"), linker);
    }
    if !runner.is_empty() {
        command.env(format!("CARGO_TARGET_{name}_RUNNER"), runner);
        // A program under wine starts others there by itself.
        if matches!(platform.runs, Runs::By(_)) {
            command.env("PORTABLE_TEST_RUNNER", runner);
        }
    }
    // An emulator takes long for each.
    command.env("RUST_BACKTRACE", "0");
    eprintln!("\n$ {}", shown(&command));
    let (reader, writer) = pipe().map_err(|error| format!("no pipe: {error}"))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", shown(&command)))?;
    // The command holds the writing end.
    drop(command);
    let mut count = Count::default();
    for line in BufReader::new(reader).lines() {
        let line = line.map_err(|error| format!("cannot read: {error}"))?;
        println!("{line}");
        count.add(&line);
    }
    let status = child
        .wait()
        .map_err(|error| format!("cannot wait: {error}"))?;
    match count.has_ended && status.success() == count.failed.is_empty() {
        true => Ok(count),
        false => Err(format!("the tests did not come to their end: {status}")),
    }
}

impl Count {
    /// Counts what a line of the harness says.
    fn add(&mut self, line: &str) {
        if let Some(sum) = line.strip_prefix("test result: ") {
            self.has_ended = true;
            let skipped = sum
                .split("; ")
                .find_map(|part| part.strip_suffix(" filtered out"));
            self.skipped += skipped.and_then(|number| number.parse().ok()).unwrap_or(0);
        } else if let Some((test, outcome)) = line
            .strip_prefix("test ")
            .and_then(|line| line.rsplit_once(" ... "))
        {
            match outcome {
                "ok" => self.passed += 1,
                "FAILED" => self.failed.push(test.into()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_harness_are_counted() {
        let mut count = Count::default();
        for line in [
            "running 4 tests",
            "test a::b ... ok",
            "test a::c - should panic ... ok",
            "test a::d ... ignored, because",
            "test a::e ... FAILED",
            "test a::e has been running for over 60 seconds",
            "test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 7 filtered out; finished in 1s",
        ] {
            count.add(line);
        }
        assert_eq!((count.passed, count.skipped), (2, 7));
        assert_eq!(count.failed, ["a::e"]);
    }
}
