//! Everything that must hold before a change lands.

use std::fs;
use std::process::Command;
use std::time::Instant;

use crate::run::{Result, cargo, root, step};
use crate::{
    RUNTIMES, bare, budgets, contract, diagnostics, examples, firmware, matrix, sanitize, soak,
};

/// The name, what it does, and the folders of `target/` that no later one uses.
type Step = (&'static str, fn() -> Result, &'static [&'static str]);

/// Removes what no later step uses, as the disk of a machine may be small.
const PRUNE: &str = "--prune";

/// All steps, or those that are named.
pub fn ci(arguments: &[String]) -> Result {
    let steps: [Step; 14] = [
        ("formatting", formatting, &[]),
        ("tests of all runtimes", tests_of_all, &[]),
        ("tests of one runtime", tests_of_one, &[]),
        // The folder is trybuild's.
        ("tests of none", tests_of_none, &["tests"]),
        ("contract", contract::contract, &[]),
        ("lints and docs", lints_and_docs, &[]),
        ("diagnostics", diagnostics::diagnostics, &["diagnostics"]),
        ("matrix", matrix::matrix, &["dependents", "pinned"]),
        ("bare", bare::bare, &["bare", "thumb"]),
        ("examples", examples::examples, &[]),
        ("firmware", firmware::firmware, &["firmware"]),
        ("budgets", budgets, &["budgets"]),
        ("sanitizer", sanitize::sanitize, &["sanitize"]),
        // Less than ten seconds for each runtime would mostly measure the warm-up.
        ("soak", || soak::soak(&soak::Options::new(10)), &[]),
    ];
    let arguments = arguments.iter().map(String::as_str);
    let (prunes, only): (Vec<_>, Vec<_>) = arguments.partition(|name| *name == PRUNE);
    let is_unknown = |name: &&&str| !steps.iter().any(|(step, ..)| step == *name);
    if let Some(name) = only.iter().find(is_unknown) {
        let names = steps.map(|(name, ..)| name).join(", ");
        return Err(format!("there is no step `{name}`; the steps are: {names}"));
    }
    let mut took = Vec::new();
    for (name, step, folders) in steps {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let start = Instant::now();
        step().map_err(|error| format!("{name}: {error}"))?;
        took.push(format!("{name} {} s", start.elapsed().as_secs()));
        if !prunes.is_empty() {
            prune(folders)?;
        }
    }
    eprintln!("\nall passed: {}", took.join(", "));
    Ok(())
}

fn prune(folders: &[&str]) -> Result {
    for folder in folders {
        let folder = root().join("target").join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(|error| format!("cannot remove {}: {error}", folder.display()))?;
        }
    }
    Ok(())
}

fn formatting() -> Result {
    step(cargo(&["fmt", "--all", "--check"]))?;
    // A workspace of its own.
    let mut board = cargo(&["fmt", "--check"]);
    board.current_dir(root().join("examples/firmware/cortex-m"));
    step(board)
}

/// The command of the README: it is what a newcomer types.
fn tests_of_all() -> Result {
    step(cargo(&["test", "--workspace", "--all-features"]))
}

/// But the contract, which has a step of its own.
fn tests_of_one() -> Result {
    for runtime in RUNTIMES {
        let with = |features: &str, of: &[&str]| -> Command {
            let mut test = cargo(&["test", "--features", features]);
            test.args(of);
            test
        };
        let features = format!("{runtime},{}", contract::ADDED);
        let mut targets = vec!["--lib".to_string(), "--examples".into()];
        for test in tests()? {
            // What is refused, is refused alike.
            if test != "ui" || runtime == RUNTIMES[0] {
                targets.extend(["--test".into(), test]);
            }
        }
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        step(with(&features, &targets))?;
        step(with(&features, &["--doc"]))?;
        step(with(runtime, &["--package", "portable-interop"]))?;
        step(with(runtime, &["--package", "portable-runtime-shim"]))?;
    }
    Ok(())
}

/// The files in `tests/`, each of which is a program.
fn tests() -> Result<Vec<String>> {
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

fn budgets() -> Result {
    budgets::budgets(&budgets::Options::default())
}

/// A library's view: no runtime, and then no macros either. The examples need both.
fn tests_of_none() -> Result {
    for features in [&[][..], &["--no-default-features", "--features", "std"]] {
        for targets in [&["--lib", "--tests"][..], &["--doc"]] {
            step(cargo(&[&["test"], features, targets].concat()))?;
        }
    }
    step(cargo(&["test", "--package", "portable-runtime-shim"]))
}

fn lints_and_docs() -> Result {
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--all-features"]);
    clippy.args(["--", "--deny", "warnings"]);
    step(clippy)?;
    // Every group of lints at the users of the macros.
    for features in ["", "several"] {
        let manifest = ["--manifest-path", "tests/features/strict/Cargo.toml"];
        let mut clippy = cargo(&["clippy", "--all-targets", "--features", features]);
        clippy
            .args(manifest)
            .args(["--target-dir", "target/dependents"]);
        step(clippy)?;
    }
    let mut doc = cargo(&["doc", "--workspace", "--all-features", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "--deny warnings");
    step(doc)
}
