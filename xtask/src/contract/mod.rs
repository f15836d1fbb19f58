//! Runs the contract's tests in every build that matters, and prints a table of the results.

mod links;
mod suite;
mod tally;

use std::io::{BufRead, BufReader, pipe};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

pub use self::suite::suite;
use self::tally::{Columns, Tally};
use crate::run::{Result, cargo, shown};
use crate::{RUNTIMES, quick};

/// The number of test threads. It exceeds the number of cores, because most tests wait most of the
/// time.
pub(crate) const THREADS: &str = "8";

/// Features that add to the contract and choose no runtime.
pub const ADDED: &str = "fs,net,process,rayon,select,signal,sync,test-util,tokio-io";

/// Features that see inside, without which everything else must be the same.
pub const INSIDE: &str = "inspect";

/// The feature that adds Tokio's context, without which everything else must be the same.
pub const CONTEXT: &str = "tokio-context";

/// The test programs of the contract: one with nearly all of its tests, and those that start
/// programs.
const CONTRACT: &str = "contract";
const PROGRAMS: [&str; 3] = ["status", "cat_many", "run_many"];

/// The package that makes tests of the contract for a runtime of the user's own.
pub const LIBRARY: &str = "portable-contract";

/// The results of the contract's tests in the build with all runtimes, once they have run in it.
static OF_ALL: Mutex<Option<Tally>> = Mutex::new(None);

/// Runs every test of the workspace, in the build with all runtimes. This is the command of the
/// README, which a newcomer types. The contract's tests are counted for [`contract`], which needs
/// the same build.
pub fn tests_of_all() -> Result {
    let mut command = cargo(&["test", "--workspace", "--all-features"]);
    command.env("RUST_TEST_THREADS", THREADS);
    let mut tally = Tally::default();
    let is_success = run(&mut command, &tally::of_all(), &mut tally)?;
    for line in &tally.said {
        println!("{line}");
    }
    *OF_ALL.lock().unwrap_or_else(PoisonError::into_inner) = Some(tally);
    match is_success {
        true => Ok(()),
        false => Err(format!("{} failed", shown(&command))),
    }
}

pub fn contract() -> Result {
    links::check()?;
    suite(false)?;
    let programs: Vec<&str> = PROGRAMS.iter().flat_map(|name| ["--test", name]).collect();
    let mut tally = Tally::default();
    let mut add = |features: &[&str], columns: Columns| -> Result {
        let mut command = cargo(&["test"]);
        command.args(features);
        if !features.contains(&"--") {
            command.arg("--");
        }
        command.args(["--test-threads", THREADS]);
        let is_success = run(&mut command, &columns, &mut tally)?;
        match is_success || !tally.is_good() {
            true => Ok(()),
            false => Err(format!("{} failed", shown(&command))),
        }
    };
    for runtime in RUNTIMES {
        let features = format!("{runtime},{ADDED}");
        let columns = || tally::of_one(runtime);
        add(&["--test", CONTRACT, "--features", &features], columns())?;
        let of_programs = ["--package", "portable-programs", "--features", runtime];
        add(&[&programs[..], &of_programs].concat(), columns())?;
    }
    // The build with all has these for every runtime.
    let added = format!("{},{ADDED},{INSIDE},{CONTEXT}", quick::RUNTIME);
    let mut only = vec!["--test", CONTRACT, "--features", &added, "--"];
    only.extend(["seeing_inside", "tokio_context"]);
    add(&only, tally::of_one(quick::RUNTIME))?;
    let of_all = OF_ALL.lock().unwrap_or_else(PoisonError::into_inner).take();
    match of_all {
        Some(of_all) => tally.join(of_all),
        None => {
            // The features are those of the whole test suite, so that nothing is built twice.
            let all = ["--workspace", "--all-features", "--test", CONTRACT];
            add(&[&all[..], &programs].concat(), tally::of_all())?;
        }
    }
    tally.print();
    match tally.is_good() {
        true => Ok(()),
        false => Err("the contract is broken".into()),
    }
}

/// Runs `cargo test` and counts the tests of the contract. Shows the rest of the output, and keeps
/// the output of the tests that failed.
fn run(command: &mut Command, columns: &Columns, tally: &mut Tally) -> Result<bool> {
    let what = shown(command);
    eprintln!("\n$ {what}");
    // Cargo announces on standard error which program's tests come next. In one pipe the
    // announcement stays ahead of them.
    let failed = |error| format!("cannot run {what}: {error}");
    let (reader, writer) = pipe().map_err(failed)?;
    let copy = writer.try_clone().map_err(failed)?;
    command.stdin(Stdio::null()).stdout(copy).stderr(writer);
    let mut child = command.spawn().map_err(failed)?;
    // Only the children hold ends for writing then, so the pipe ends with them.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut is_said = false;
    let mut is_counted = false;
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.map_err(|error| format!("cannot read its output: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        match &*line {
            line if line.starts_with("---- ") => is_said = true,
            "failures:" => is_said = false,
            _ => {}
        }
        if let Some(program) = program(&line) {
            is_counted = program == CONTRACT || PROGRAMS.contains(&program);
        }
        if is_said {
            tally.said.push(line.to_string());
        }
        // The line is `test PATH ... ok`. A test that should panic has ` - should panic` before the
        // dots.
        let outcome = line
            .strip_prefix("test ")
            .and_then(|test| test.split_once(" ... "));
        match outcome {
            Some((test, outcome @ ("ok" | "FAILED"))) => {
                let is_ok = outcome == "ok";
                if is_counted {
                    let test = test.split(' ').next().unwrap_or(test);
                    tally.add(test, is_ok, columns, &what);
                }
                if !is_ok {
                    println!("{line}");
                }
            }
            // The reason stands beside the test.
            Some((_, outcome)) if outcome.starts_with("ignored, ") => {}
            _ => println!("{line}"),
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cannot wait for it: {error}"))?;
    Ok(status.success())
}

/// Returns the test program that Cargo announces: `contract` for
/// `Running tests/contract/main.rs (…)`, `status` for `Running tests/status.rs (…)`. Doc tests
/// belong to no program.
fn program(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.starts_with("Doc-tests ") {
        return Some("");
    }
    let path = line.strip_prefix("Running ")?.split(' ').next()?;
    let Some(path) = path.strip_prefix("tests/") else {
        return Some("");
    };
    Some(
        path.strip_suffix("/main.rs")
            .unwrap_or(path.trim_end_matches(".rs")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_what_cargo_says() {
        let of = |line| program(line);
        assert_eq!(
            of("     Running tests/contract/main.rs (target/debug/deps/contract-0f)"),
            Some(CONTRACT)
        );
        assert_eq!(
            of("     Running tests/status.rs (target/debug/deps/status-0f)"),
            Some(PROGRAMS[0])
        );
        assert_eq!(
            of("     Running unittests src/lib.rs (target/debug/deps/portable-0f)"),
            Some("")
        );
        assert_eq!(of("   Doc-tests portable"), Some(""));
        assert_eq!(of("test tasks::start::a ... ok"), None);
    }

    #[test]
    fn tests_are_counted_for_the_runtime_that_they_name() {
        let mut tally = Tally::default();
        let all = tally::of_all();
        tally.add("a::b::c__async_std", true, &all, "");
        tally.add("a::b::c", true, &tally::of_one("smol"), "");
        tally.add("a::b::pollster", true, &all, "");
        assert!(tally.is_good());
        assert_eq!(tally.passed("a::b"), [0, 1, 0, 0, 0, 0, 0, 1, 0, 1]);
        let mut both = tally.clone();
        both.add("a::b::exceptions::c", false, &all, "");
        both.join(tally);
        assert!(!both.is_good());
        assert_eq!(both.passed("a::b"), [0, 2, 0, 0, 0, 0, 0, 2, 0, 2]);
    }
}
