//! The contract's tests in every build that matters, and a table of how they went.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::RUNTIMES;
use crate::run::{Result, cargo, root, shown, table};

/// Most tests wait most of the time.
const THREADS: &str = "8";

/// Features that add to the contract and choose no runtime.
pub const ADDED: &str = "fs,net,process,select,signal,sync,tokio-io";

/// The tests in this module of a file hold what a runtime does in place of a line that it cannot
/// keep.
const EXCEPTIONS: &str = "exceptions";

/// What a link to a file of the repository begins with.
const LINK: &str = "https://github.com/portable-rs/portable/blob/main/";

#[derive(Clone, Copy, Default)]
struct Count {
    passed: usize,
    failed: usize,
    excepted: usize,
}

impl Count {
    fn shown(self) -> String {
        let Self {
            passed,
            failed,
            excepted,
        } = self;
        let mut cell = passed.to_string();
        if excepted > 0 {
            cell += &format!(" + {excepted} excepted");
        }
        if failed > 0 {
            cell += &format!(", {failed} FAILED");
        }
        cell
    }
}

/// The two test programs: the one that has nearly all, and the one that starts programs.
const SUITES: [&[&str]; 2] = [
    &["--test", "contract"],
    &[
        "--test", "status", "--test", "cat_many", "--test", "run_many",
    ],
];

/// One feature or all of them.
struct Build {
    /// For each of the suites.
    features: [Vec<String>; 2],
    /// The runtimes that are in it, and the column of each.
    columns: Vec<(&'static str, usize)>,
}

fn builds() -> Vec<Build> {
    let one = RUNTIMES.iter().enumerate().map(|(column, runtime)| Build {
        features: [
            ["--features", &format!("{runtime},{ADDED}")]
                .map(String::from)
                .to_vec(),
            ["--package", "portable-programs", "--features", runtime]
                .map(String::from)
                .to_vec(),
        ],
        columns: vec![(runtime, column)],
    });
    let all = Build {
        // As the whole test suite is built.
        features: [(); 2].map(|()| vec!["--workspace".into(), "--all-features".into()]),
        columns: RUNTIMES
            .iter()
            .enumerate()
            .map(|(i, runtime)| (*runtime, RUNTIMES.len() + i))
            .collect(),
    };
    one.chain([all]).collect()
}

pub fn contract() -> Result {
    check_links()?;
    let mut counts = BTreeMap::<String, Vec<Count>>::new();
    let columns = 2 * RUNTIMES.len();
    let mut total = Count::default();
    let mut failed = Vec::new();
    let mut said = Vec::new();
    for build in builds() {
        for (suite, features) in SUITES.into_iter().zip(&build.features) {
            let mut command = cargo(&["test"]);
            command.args(suite).args(features);
            command.args(["--", "--test-threads", THREADS]);
            let what = shown(&command);
            let tell = |test: &str, is_ok| {
                let path: Vec<&str> = test.split("::").collect();
                let row = counts
                    .entry(section(&path))
                    .or_insert_with(|| vec![Count::default(); columns]);
                let is_excepted = path.contains(&EXCEPTIONS);
                let add = |count: &mut Count| match (is_ok, is_excepted) {
                    (true, false) => count.passed += 1,
                    (true, true) => count.excepted += 1,
                    (false, _) => count.failed += 1,
                };
                add(&mut total);
                if !is_ok {
                    failed.push(format!("{test} of {what}"));
                }
                // A test that names no runtime runs on each that is in the build.
                let is_of = |(runtime, _): &&(&str, usize)| {
                    let name = runtime.replace('-', "_");
                    let is_named = |part: &&str| {
                        part.strip_suffix(&name)
                            .is_some_and(|before| before.is_empty() || before.ends_with("__"))
                    };
                    path.iter().any(is_named)
                };
                match build.columns.iter().find(is_of) {
                    Some((_, column)) => add(&mut row[*column]),
                    None => {
                        for (_, column) in &build.columns {
                            add(&mut row[*column]);
                        }
                    }
                }
            };
            let is_success = run(command, &mut said, tell)?;
            if !is_success && failed.is_empty() {
                return Err(format!("{what} failed"));
            }
        }
    }

    let mut head = vec!["section".to_string()];
    head.extend(RUNTIMES.map(String::from));
    head.extend(RUNTIMES.map(|runtime| format!("{runtime} of all")));
    let mut rows = vec![head];
    for (section, counts) in &counts {
        let mut row = vec![section.clone()];
        row.extend(counts.iter().map(|count| count.shown()));
        rows.push(row);
    }
    println!();
    table(&rows);
    println!();
    // Once more, where one looks first.
    for line in &said {
        println!("{line}");
    }
    for test in &failed {
        println!("FAILED {test}");
    }
    println!(
        "{} passed, {} failed",
        total.passed + total.excepted,
        total.failed
    );
    if failed.is_empty() {
        Ok(())
    } else {
        Err("the contract is broken".into())
    }
}

/// The folder and the file of a test; those of the programs are in none.
fn section(path: &[&str]) -> String {
    match path {
        [folder, file, ..] if *folder != EXCEPTIONS => format!("{folder}::{file}"),
        _ => "programs".into(),
    }
}

/// The page of the contract names each file of tests, and none that is not there.
fn check_links() -> Result {
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| format!("cannot read {path:?}: {error}"))
    };
    let page = read(&root().join("docs/contract.md"))?;
    for link in page.split(LINK).skip(1) {
        let path = link.split([')', ' ', '\n']).next().unwrap_or_default();
        if !root().join(path).is_file() {
            return Err(format!(
                "docs/contract.md links to {path}, which is not there"
            ));
        }
    }
    let tests = read(&root().join("tests/contract/main.rs"))?;
    let mut folder = "";
    for line in tests.lines() {
        if let Some(name) = line.strip_prefix("mod ") {
            folder = name.trim_end_matches(" {");
        } else if let Some(name) = line.strip_prefix("    mod ") {
            let path = format!("tests/contract/{folder}/{}.rs", name.trim_end_matches(';'));
            if !page.contains(&path) {
                return Err(format!("docs/contract.md does not link to {path}"));
            }
        }
    }
    Ok(())
}

/// Runs a test program and tells of each test; shows the rest of what it prints, and adds what the
/// tests that failed have said.
fn run(
    mut command: Command,
    said: &mut Vec<String>,
    mut tell: impl FnMut(&str, bool),
) -> Result<bool> {
    eprintln!("\n$ {}", shown(&command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", shown(&command)))?;
    let stdout = child.stdout.take().expect("it is piped");
    let mut is_said = false;
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| format!("cannot read its output: {error}"))?;
        match &*line {
            line if line.starts_with("---- ") => is_said = true,
            "failures:" => is_said = false,
            _ => {}
        }
        if is_said {
            said.push(line.clone());
        }
        // `test PATH ... ok`; with ` - should panic` before the dots where that is so.
        let outcome = line
            .strip_prefix("test ")
            .and_then(|test| test.split_once(" ... "));
        match outcome {
            Some((test, "ok")) => tell(test.split(' ').next().unwrap_or(test), true),
            Some((test, "FAILED")) => {
                tell(test, false);
                println!("{line}");
            }
            _ => println!("{line}"),
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cannot wait for it: {error}"))?;
    Ok(status.success())
}
