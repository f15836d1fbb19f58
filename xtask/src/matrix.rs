//! Builds with every set of features, and builds dependents whose sets differ from ours.

use std::fs;

use crate::run::{Result, cargo, output, root, shown, stdout, step};
use crate::{RUNTIMES, contract};

/// Sets of Tokio's features, in a build without a runtime.
const TOKIOS: [&str; 12] = [
    "",
    "fs",
    "full",
    "io-std",
    "io-util",
    "macros",
    "macros,rt",
    "net",
    "process",
    "rt",
    "signal",
    "sync,time",
];

pub fn matrix() -> Result {
    for package in ["portable", "portable-runtime-shim", "portable-macros"] {
        let mut added = vec![""];
        if package != "portable-macros" {
            // These features choose no runtime, and their code does not depend on the runtimes.
            added.push(contract::ADDED);
        }
        if package == "portable" {
            added.extend(["macros", "macros,std"]);
        }
        // Pairs of runtimes are enough: a third one conflicts with nothing that two of them do not.
        let (runtimes, custom): (&[&str], &[&str]) = match package {
            "portable-macros" => (&[], &[]),
            // Beside a runtime of the user's own: none, one without our executor, one with workers.
            _ => (&RUNTIMES, &["custom", "custom,tokio", "custom,smol"]),
        };
        for set in sets(runtimes)
            .iter()
            .filter(|set| set.len() <= 2 || set.len() == RUNTIMES.len())
        {
            // With one runtime, for what each has alone, and without any.
            let alone = match package != "portable-macros" && set.len() <= 1 {
                true => &[contract::INSIDE, contract::CONTEXT][..],
                false => &[],
            };
            for added in added.iter().chain(alone) {
                let set = [&set[..], &[added]].concat().join(",");
                check(package, set.trim_matches(','))?;
            }
        }
        for set in custom {
            for added in &added {
                check(package, format!("{set},{added}").trim_matches(','))?;
            }
        }
    }
    // Tokio's features, each alone, and all of them on each runtime.
    for features in TOKIOS {
        check("portable-tokio", features)?;
    }
    for runtime in RUNTIMES {
        check("portable-tokio", &format!("{runtime},full,test-util"))?;
    }
    Ok(())
}

/// Builds the packages that depend on `portable`, and runs clippy on them.
pub fn dependents() -> Result {
    pinned_by_cfg()?;
    apart()?;
    // The users of the macros are checked with every group of lints.
    for features in ["", "several"] {
        let manifest = ["--manifest-path", "tests/features/strict/Cargo.toml"];
        let mut clippy = cargo(&["clippy", "--all-targets", "--features", features]);
        clippy
            .args(manifest)
            .args(["--target-dir", "target/dependents"]);
        step(clippy)?;
    }
    Ok(())
}

/// Returns every subset, also the empty one.
fn sets<'a>(features: &[&'a str]) -> Vec<Vec<&'a str>> {
    (0..1_u32 << features.len())
        .map(|bits| {
            let chosen = |i: &usize| bits & (1 << i) != 0;
            (0..features.len())
                .filter(chosen)
                .map(|i| features[i])
                .collect()
        })
        .collect()
}

fn check(package: &str, features: &str) -> Result {
    let mut command = cargo(&["check", "--quiet", "--no-default-features"]);
    command.args(["--package", package, "--features", features]);
    command.args(["--target-dir", "target/matrix"]);
    if package == "portable" {
        // The table of the auto traits of its types is checked too: it is the same for each set.
        command.args(["--lib", "--test", "types"]);
    }
    let printed = output(&mut command)?;
    // Cargo repeats the warnings of a package in the workspace in each build.
    if printed.status.success() && printed.stderr.is_empty() {
        eprintln!("ok   {package} [{features}]");
        Ok(())
    } else {
        Err(format!(
            "{}\n{}",
            shown(&command),
            String::from_utf8_lossy(&printed.stderr)
        ))
    }
}

/// Tests that `--cfg portable_runtime="…"` chooses the runtime of the whole graph.
fn pinned_by_cfg() -> Result {
    for runtime in RUNTIMES {
        let mut command = cargo(&["run", "--quiet"]);
        command
            .args(["--target-dir", "../../../target/pinned"])
            .env("RUSTFLAGS", format!("--cfg portable_runtime=\"{runtime}\""))
            .current_dir(root().join("tests/features/pinned"));
        let printed = stdout(&mut command)?;
        let wanted = format!("{runtime}, of {runtime}\n");
        if printed != wanted {
            return Err(format!("{} printed {printed:?}", shown(&command)));
        }
        eprintln!("ok   --cfg portable_runtime=\"{runtime}\"");
    }
    Ok(())
}

/// Tests applications and libraries that depend on `portable` as others would. Each is a workspace
/// of its own, so that no other package's features reach it.
fn apart() -> Result {
    let folder = root().join("tests/features");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("cannot read {folder:?}: {error}"))?;
    let mut dependents: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("Cargo.toml").is_file())
        // `cargo xtask bare` builds these.
        .filter(|path| !path.ends_with("bare") && !path.ends_with("bare_library"))
        .collect();
    dependents.sort();
    for path in dependents {
        // This dependent chooses the runtime by a feature of its own.
        let features = match path.ends_with("downstream_ui") {
            true => [&[""], &RUNTIMES[..]].concat(),
            false => vec![""],
        };
        for features in features {
            let mut test = cargo(&["test", "--quiet", "--workspace", "--features", features]);
            // trybuild sees the folder only in the environment.
            test.env("CARGO_TARGET_DIR", root().join("target/dependents"))
                .current_dir(&path);
            step(test)?;
        }
    }
    Ok(())
}
