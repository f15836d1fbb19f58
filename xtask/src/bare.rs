//! Builds for microcontrollers, without an operating system, and the tests of that mode on the
//! host.

use crate::run::{Result, cargo, root, step};
use crate::sanitize::host;
use crate::toolchain::Toolchain;

/// The targets for which every set of features is built: Cortex-M3, and Cortex-M0, which has no
/// compare-and-swap.
const TARGETS: [&str; 2] = ["thumbv7m-none-eabi", "thumbv6m-none-eabi"];

/// The targets for which the largest set is built: Cortex-M4, Cortex-M33 and RISC-V.
const OTHERS: [&str; 3] = [
    "thumbv7em-none-eabi",
    "thumbv8m.main-none-eabi",
    "riscv32imac-unknown-none-elf",
];

/// Sets of features, and whether the shim has them too.
const SETS: [(&str, bool); 9] = [
    ("", true),
    ("alloc", true),
    ("embassy", true),
    ("embassy,alloc", true),
    ("future", true),
    ("embassy,future", true),
    ("embassy,alloc,future", true),
    ("macros,embassy", false),
    ("macros,embassy,alloc,future", false),
];

pub fn bare() -> Result {
    builds()?;
    tests()
}

/// Proves that no dependency needs the standard library: these targets have none.
fn builds() -> Result {
    let every = TARGETS.map(|target| (target, &SETS[..]));
    let largest = OTHERS.map(|target| (target, &SETS[SETS.len() - 1..]));
    for (target, sets) in every.into_iter().chain(largest) {
        let toolchain = Toolchain::of(target)?;
        eprintln!("\n{target}: {}", toolchain.name());
        for &(features, of_the_shim) in sets {
            let packages = ["portable", "portable-runtime-shim"];
            for package in &packages[..if of_the_shim { 2 } else { 1 }] {
                let mut build = toolchain.cargo("build", target);
                build
                    .args(["--quiet", "--package", package, "--no-default-features"])
                    .args(["--features", features])
                    .args(["--target-dir", "target/thumb"])
                    .env("RUSTFLAGS", "--deny warnings");
                step(build)?;
            }
        }
    }
    Ok(())
}

/// Runs the tests with an allocator and without, and the tests of a library that leaves the choice
/// to others.
fn tests() -> Result {
    for (folder, features) in [
        ("bare", ""),
        ("bare", "alloc"),
        ("bare_library", ""),
        ("bare_library", "alloc"),
    ] {
        let mut test = cargo(&["test", "--quiet", "--features", features]);
        // trybuild sees the folder only in the environment.
        test.env("CARGO_TARGET_DIR", root().join("target/bare"))
            .current_dir(root().join("tests/features").join(folder));
        step(test)?;
    }
    // Examples that need the dependencies of the firmware's manifest only compile: they are missing
    // here.
    for features in ["", "embassy", "embassy,alloc,future"] {
        let package = ["test", "--quiet", "--package", "portable-runtime-shim"];
        let mut test = cargo(&package);
        test.args(["--no-default-features", "--features", features])
            .args(["--target-dir", "target/bare"]);
        step(test)?;
    }
    sanitized()?;
    lints()
}

/// Runs the same tests under AddressSanitizer, because this mode has unsafe code of its own.
fn sanitized() -> Result {
    let host = host()?;
    for features in ["", "alloc"] {
        let mut test = cargo(&["test", "--quiet", "--features", features]);
        test.args([
            "--target",
            &host,
            "--target-dir",
            "../../../target/sanitize",
        ])
        .args(["--test", "tasks", "--test", "time"])
        .args(["--test", "no_executor"])
        // The flag is not stable. A build for a named target does not sanitize build scripts and
        // macros.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .current_dir(root().join("tests/features/bare"));
        if features == "alloc" {
            test.args(["--test", "allocator"]);
        }
        step(test)?;
    }
    Ok(())
}

fn lints() -> Result {
    let mut clippy = cargo(&["clippy", "--quiet", "--all-targets", "--features", "alloc"]);
    clippy
        .args([
            "--target-dir",
            "../../../target/bare",
            "--",
            "--deny",
            "warnings",
        ])
        .current_dir(root().join("tests/features/bare"));
    step(clippy)
}
