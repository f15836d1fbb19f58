//! Everything that must hold before a change lands.

use crate::run::{Result, cargo, step};
use crate::{RUNTIMES, cost, diagnostics, examples, matrix};

pub fn ci() -> Result {
    step(cargo(&["fmt", "--all", "--check"]))?;
    // The command of the README comes first: it is what a newcomer types.
    step(cargo(&["test", "--workspace", "--all-features"]))?;
    for runtime in RUNTIMES {
        step(cargo(&["test", "--features", runtime]))?;
        let package = "portable-interop";
        step(cargo(&[
            "test",
            "--package",
            package,
            "--features",
            runtime,
        ]))?;
    }
    // A library's view: no runtime, and then no macros either. The examples need both.
    for features in [&[][..], &["--no-default-features"]] {
        for targets in [&["--lib", "--tests"][..], &["--doc"]] {
            step(cargo(&[&["test"], features, targets].concat()))?;
        }
    }
    step(cargo(&["test", "--package", "portable-runtime-shim"]))?;
    for runtime in RUNTIMES {
        let package = "portable-runtime-shim";
        step(cargo(&[
            "test",
            "--package",
            package,
            "--features",
            runtime,
        ]))?;
    }
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--all-features"]);
    clippy.args(["--", "--deny", "warnings"]);
    step(clippy)?;
    let mut doc = cargo(&["doc", "--workspace", "--all-features", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "--deny warnings");
    step(doc)?;
    matrix::matrix()?;
    examples::examples()?;
    diagnostics::diagnostics()?;
    cost::cost()
}
