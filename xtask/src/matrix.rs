//! Every set of features, and dependents with other sets than ours.

use std::fs;

use crate::run::{Result, cargo, output, root, shown, stdout, step};
use crate::{RUNTIMES, contract};

pub fn matrix() -> Result {
    for package in ["portable", "portable-runtime-shim", "portable-macros"] {
        let mut added = vec![""];
        if package != "portable-macros" {
            // What chooses no runtime, and is written without regard to which there are.
            added.push(contract::ADDED);
        }
        if package == "portable" {
            added.extend(["macros", "macros,std"]);
        }
        // Any two runtimes: a third meets nothing that two of them did not.
        let runtimes: &[&str] = match package {
            "portable-macros" => &[],
            _ => &RUNTIMES,
        };
        for set in sets(runtimes)
            .iter()
            .filter(|set| set.len() <= 2 || set.len() == RUNTIMES.len())
        {
            for added in &added {
                let set = [&set[..], &[added]].concat().join(",");
                check(package, set.trim_matches(','))?;
            }
        }
    }
    Ok(())
}

/// Builds the packages that depend on `portable`, and runs clippy on them.
pub fn dependents() -> Result {
    pinned_by_cfg()?;
    apart()?;
    // Every group of lints at the users of the macros.
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

/// Every subset, the empty one too.
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
    if package == "portable" {
        // With the table of what its types are, which is the same for each set.
        command.args(["--lib", "--test", "types"]);
    }
    let printed = output(&mut command)?;
    // Warnings of a package in the workspace are printed anew each time.
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

/// `--cfg portable_runtime="…"` names the runtime of the whole graph.
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

/// Applications and libraries that depend on `portable` as others would, each a workspace of its
/// own, so that no other package's features reach it.
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
        // This one chooses by a feature of its own.
        let features = match path.ends_with("downstream_ui") {
            true => [&[""], &RUNTIMES[..]].concat(),
            false => vec![""],
        };
        for features in features {
            let mut test = cargo(&["test", "--quiet", "--workspace", "--features", features]);
            // In the environment trybuild sees it too.
            test.env("CARGO_TARGET_DIR", root().join("target/dependents"))
                .current_dir(&path);
            step(test)?;
        }
    }
    Ok(())
}
