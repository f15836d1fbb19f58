//! Builds the library and its tests for other machines and other operating systems, and runs the tests
//! where this machine can: by itself, under an emulator, or under wine.

mod install;
mod page;
mod suite;
mod target;
mod wine;

use self::page::Row;
use self::target::{PLATFORMS, Platform, Runs};
use crate::run::{Result, cargo, step, table};
use crate::toolchain::Toolchain;

/// The platforms for which CI checks the library.
const CHECKED: [&str; 3] = ["apple", "freebsd", "android"];

/// The platform on which CI runs tests: its pointers have 32 bits.
const RUN: &str = "i686";

/// Takes the named platforms, or all, and writes what they say into the page.
pub fn platforms(names: &[String]) -> Result {
    let chosen = chosen(names)?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for platform in chosen {
        for target in platform.targets {
            eprintln!("\n{}: {target}", platform.name);
            let outcome = one(platform, target, suite::CONTRACT);
            let row = Row::of(target, &outcome);
            failed.extend(outcome.err().map(|error| format!("{target}: {error}")));
            failed.extend(row.failed(target));
            rows.push(row);
        }
    }
    page::renew(&rows)?;
    println!();
    table(&page::shown(&rows));
    match failed.is_empty() {
        true => Ok(()),
        false => Err(failed.join("\n")),
    }
}

/// The step of CI: checks the library for other operating systems, and runs its unit tests where a
/// pointer has 32 bits.
pub fn some() -> Result {
    for platform in PLATFORMS {
        if CHECKED.contains(&platform.name) {
            // The targets of a platform differ in their processors.
            checks(platform.targets[0], target::LIBRARY)?;
        }
        if platform.name == RUN {
            let target = platform.targets[0];
            let count = one(platform, target, suite::UNITS)?;
            if let Some(error) = Row::of(target, &Ok(count)).failed(target) {
                return Err(error);
            }
        }
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Platform>> {
    let known: Vec<_> = PLATFORMS.iter().map(|platform| platform.name).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(format!("there is no platform `{name}`; there are: {known}"));
    }
    let is_chosen =
        |platform: &&Platform| names.is_empty() || names.iter().any(|n| n == platform.name);
    Ok(PLATFORMS.iter().filter(is_chosen).collect())
}

/// Builds for a target, and runs `tests` if they can be run. Returns what they say, or `None`.
fn one(platform: &Platform, target: &str, tests: &suite::Program) -> Result<Option<suite::Count>> {
    install::packages(platform.packages)?;
    match platform.runs {
        Runs::Nowhere => checks(target, &target::everything()?).map(|()| None),
        Runs::By(runner) => suite::run(platform, target, runner, tests).map(Some),
        Runs::Wine => {
            let runner = wine::runner()?;
            suite::run(platform, target, &runner, tests).map(Some)
        }
    }
}

fn checks(target: &str, features: &str) -> Result {
    let toolchain = Toolchain::install(target)?;
    let mut check = toolchain.cargo("check", target);
    check
        .args(["--package", "portable", "--features", features])
        .args(["--target-dir", "target/platforms"])
        .env("RUSTFLAGS", "--deny warnings");
    step(check)
}

/// Returns `cargo test` for a target.
fn test(toolchain: &Toolchain, target: &str) -> std::process::Command {
    let mut test = match toolchain {
        Toolchain::Rustup => cargo(&["test", "--target", target]),
        Toolchain::Debian { .. } => toolchain.cargo("test", target),
    };
    test.args(["--target-dir", "target/platforms"]);
    test
}
