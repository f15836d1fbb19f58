//! Checks that the packages build with the oldest versions of the dependencies that they ask for.

use std::fs;

use crate::packed::Packed;
use crate::run::{Result, root, step};
use crate::{RUNTIMES, contract};

/// The features with further dependencies that neither choose a runtime nor add to the contract.
const OTHERS: &str = "agnostic-lite,async-rs,axum,criterion,future,futures,hickory,hyper,hyper-util,quinn,stream,\
     tokio-context,tokio-util,tonic,tracing";

pub fn minimal_versions() -> Result {
    let folder = root().join("target/minimal");
    let packed = Packed::new(&folder, folder.clone())?;
    for package in &packed.packages {
        let path = packed.unpacked(package).join("Cargo.toml");
        let failed = |error| format!("cannot change {}: {error}", path.display());
        let manifest = fs::read_to_string(&path).map_err(failed)?;
        fs::write(&path, without_tests(&manifest)).map_err(failed)?;
    }
    // Only direct dependencies get their oldest version. The lower bounds of others are for their
    // authors to get right.
    let mut update = packed.cargo(&["update", "-Zdirect-minimal-versions"]);
    // The flag is not stable.
    update.env("RUSTC_BOOTSTRAP", "1");
    step(update)?;
    for runtime in RUNTIMES {
        let features = format!("{runtime},{},{OTHERS}", contract::ADDED);
        step(packed.cargo(&["check", "--package", "portable", "--features", &features]))?;
    }
    let bare = ["check", "--package", "portable", "--no-default-features"];
    step(packed.cargo(&[&bare[..], &["--features", "alloc,embassy,future,macros"]].concat()))
}

/// Returns a manifest without its dependencies for tests, which ask for newer versions than users
/// do.
fn without_tests(manifest: &str) -> String {
    let mut is_for_tests = false;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_for_tests = line.contains("dev-dependencies");
        }
        if !is_for_tests {
            kept += line;
            kept += "\n";
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tests_depend_on_goes() {
        let manifest = "[dependencies.a]\nversion = \"1\"\n\n[dev-dependencies.b]\nversion = \"2\"\n\n\
                        [target.'cfg(unix)'.dev-dependencies.c]\nversion = \"3\"\n\n[lints.rust]\n";
        let wanted = "[dependencies.a]\nversion = \"1\"\n\n[lints.rust]\n";
        assert_eq!(without_tests(manifest), wanted);
    }
}
