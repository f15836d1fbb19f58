//! The checks that must pass before a change lands.

mod beside;
mod suites;
#[cfg(test)]
mod workflow;

use std::fs;
use std::time::Instant;

use self::beside::Beside;
pub(crate) use self::suites::tests;
use crate::run::{Result, cargo, root, step};
use crate::{
    bare, browser, budgets, console, contract, diagnostics, docs, examples, firmware, matrix,
    minimal_versions, package, platforms, rust_version, sanitize, soak, tokio_tests,
};

/// A part of CI, which can run alone.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    run: fn() -> Result,
    /// The folders of `target/` that no later step uses.
    leaves: &'static [&'static str],
    lane: Lane,
}

/// The steps of one lane run one after another, beside those of the other: tests wait most of the
/// time, and one compiler has seldom work for two cores.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// The step builds in `target/debug`.
    Debug,
    /// The step builds elsewhere. In the same folder Cargo would have one lane wait for the other.
    Elsewhere,
}

impl Step {
    const fn debug(name: &'static str, run: fn() -> Result) -> Self {
        let (leaves, lane): (&[_], _) = (&[], Lane::Debug);
        Self {
            name,
            run,
            leaves,
            lane,
        }
    }

    const fn elsewhere(
        name: &'static str,
        run: fn() -> Result,
        leaves: &'static [&'static str],
    ) -> Self {
        let lane = Lane::Elsewhere;
        Self {
            name,
            run,
            leaves,
            lane,
        }
    }

    fn run(&self, prunes: bool) -> Result<String> {
        let Self { name, .. } = self;
        let start = Instant::now();
        (self.run)().map_err(|error| format!("{name}: {error}"))?;
        let took = format!("{name} {} s", start.elapsed().as_secs());
        eprintln!("\npassed: {took}");
        if prunes {
            prune(self.leaves)?;
        }
        Ok(took)
    }
}

pub(crate) const STEPS: &[Step] = &[
    Step::debug("formatting", formatting),
    Step::debug("tests of all runtimes", contract::tests_of_all),
    Step::debug("tests of one runtime", suites::of_one),
    Step {
        // trybuild makes this folder.
        leaves: &["tests"],
        ..Step::debug("tests of none", suites::of_none)
    },
    Step::debug("contract", contract::contract),
    Step::debug("examples", examples::examples),
    Step::debug("package", package::package),
    Step::debug("lints", lints),
    Step::debug("docs", docs::check),
    Step::elsewhere("budgets", budgets, &["budgets"]),
    // Less than ten seconds for each runtime would mostly measure the warm-up.
    Step::elsewhere("soak", || soak::soak(&soak::Options::new(10)), &[]),
    Step::elsewhere(
        "soak with a watchdog",
        || soak::soak(&soak::Options::new(10).with_watchdog()),
        &["release"],
    ),
    Step::elsewhere("matrix", matrix::matrix, &["matrix"]),
    Step::elsewhere(
        "dependents",
        dependents,
        &["dependents", "pinned", "tokio-tests"],
    ),
    Step::elsewhere("console", console::console, &["console"]),
    Step::elsewhere("diagnostics", diagnostics::diagnostics, &["diagnostics"]),
    Step::elsewhere(
        "minimal versions",
        minimal_versions::minimal_versions,
        &["minimal"],
    ),
    Step::elsewhere(
        "rust version",
        rust_version::rust_version,
        &["rust-version"],
    ),
    Step::elsewhere("bare", bare::bare, &["bare", "thumb"]),
    Step::elsewhere("platforms", platforms::some, &["platforms"]),
    Step::elsewhere("sanitizer", sanitize::sanitize, &["sanitize"]),
    Step::elsewhere("firmware", firmware::firmware, &["firmware"]),
    Step::elsewhere("browser", browser::browser, &["browser"]),
];

/// The option that removes folders which no later step uses, as the disk of a machine may be small.
const PRUNE: &str = "--prune";

/// Runs all steps, or those that are named.
pub fn ci(arguments: &[String]) -> Result {
    let arguments = arguments.iter().map(String::as_str);
    let (prunes, only): (Vec<_>, Vec<_>) = arguments.partition(|name| *name == PRUNE);
    let prunes = !prunes.is_empty();
    let is_unknown = |name: &&&str| !STEPS.iter().any(|step| step.name == **name);
    if let Some(name) = only.iter().find(is_unknown) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        let names = names.join(", ");
        return Err(format!("there is no step `{name}`; the steps are: {names}"));
    }
    let took = match only.is_empty() {
        true => in_lanes(prunes)?,
        false => {
            let steps = STEPS.iter().filter(|step| only.contains(&step.name));
            steps
                .map(|step| step.run(prunes))
                .collect::<Result<Vec<_>>>()?
        }
    };
    eprintln!("\nall passed: {}", took.join(", "));
    Ok(())
}

/// Runs all steps, in both lanes.
fn in_lanes(prunes: bool) -> Result<Vec<String>> {
    let of = |lane| STEPS.iter().filter(move |step| step.lane == lane);
    let names = of(Lane::Elsewhere).map(|step| step.name).collect();
    let mut beside = Beside::start(names, prunes.then_some(PRUNE))?;
    let mut took = Vec::new();
    for step in of(Lane::Debug) {
        let done = match step.run(prunes) {
            Ok(done) => done,
            Err(error) => {
                let other = beside.stop().err();
                return Err([error]
                    .into_iter()
                    .chain(other)
                    .collect::<Vec<_>>()
                    .join("\n"));
            }
        };
        took.push(done);
        took.extend(beside.print()?);
    }
    took.extend(beside.finish()?);
    Ok(took)
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

pub(crate) fn formatting() -> Result {
    step(cargo(&["fmt", "--all", "--check"]))?;
    // The firmware for a board is a workspace of its own.
    for board in ["cortex-m", "riscv"] {
        let mut format = cargo(&["fmt", "--check"]);
        format.current_dir(root().join("examples/firmware").join(board));
        step(format)?;
    }
    Ok(())
}

fn budgets() -> Result {
    budgets::budgets(&budgets::Options::default())
}

/// The packages that depend on ours, and some of Tokio's own tests, which do too.
fn dependents() -> Result {
    matrix::dependents()?;
    tokio_tests::few()
}

fn lints() -> Result {
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--all-features"]);
    clippy.args(["--", "--deny", "warnings"]);
    step(clippy)
}
