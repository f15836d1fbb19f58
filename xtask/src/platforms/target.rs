//! The platforms.

use std::fs;

use crate::run::{Result, root};

/// A platform, which is one target or several.
pub(super) struct Platform {
    pub(super) name: &'static str,
    pub(super) targets: &'static [&'static str],
    /// The packages of Debian that linking and running needs.
    pub(super) packages: &'static [&'static str],
    /// The linker, if it is not the host's.
    pub(super) linker: Option<&'static str>,
    pub(super) runs: Runs,
    /// The tests that ask for what the emulator or the system does otherwise, and why.
    pub(super) skips: &'static [(&'static str, &'static str)],
}

/// Where the tests of a platform run.
pub(super) enum Runs {
    /// The library is only checked: nothing here links or runs programs of this platform.
    Nowhere,
    /// Under this command. It is empty if this machine runs them.
    By(&'static str),
    Wine,
}

/// Why tests of a stack that is too big fail.
const HALF: &str = "a stack of half of all addresses can be had, and a bigger one is another error";

pub(super) const PLATFORMS: &[Platform] = &[
    Platform {
        name: "aarch64",
        targets: &["aarch64-unknown-linux-gnu"],
        packages: &[
            "qemu-user",
            "gcc-aarch64-linux-gnu",
            "libc6-dev-arm64-cross",
        ],
        linker: Some("aarch64-linux-gnu-gcc"),
        runs: Runs::By("qemu-aarch64 -L /usr/aarch64-linux-gnu"),
        skips: &[
            (
                "entry_point::refused::",
                "QEMU ignores a limit of the memory, by which these tests refuse threads",
            ),
            (
                "a_program_that_is_not_there",
                "under QEMU a child that cannot be started is one that ends with 127",
            ),
        ],
    },
    Platform {
        name: "i686",
        targets: &["i686-unknown-linux-gnu"],
        packages: &[
            "gcc-i686-linux-gnu",
            "libc6-dev-i386-cross",
            "libc6-i386",
            "lib32gcc-s1",
        ],
        linker: Some("i686-linux-gnu-gcc"),
        runs: Runs::By(""),
        skips: &[
            ("a_stack_that_nobody_has", HALF),
            ("after_a_refusal_a_builder_builds", HALF),
            ("what_an_attribute_asks_for_in_vain", HALF),
        ],
    },
    Platform {
        name: "musl",
        targets: &["x86_64-unknown-linux-musl"],
        packages: &["musl-tools"],
        linker: None,
        runs: Runs::By(""),
        skips: &[],
    },
    Platform {
        name: "windows",
        targets: &["x86_64-pc-windows-gnu"],
        packages: &["gcc-mingw-w64-x86-64-posix", "wine64", "wine"],
        linker: Some("x86_64-w64-mingw32-gcc"),
        runs: Runs::Wine,
        skips: &[],
    },
    Platform {
        name: "apple",
        targets: &[
            "aarch64-apple-darwin",
            "x86_64-apple-darwin",
            "aarch64-apple-ios",
        ],
        packages: &[],
        linker: None,
        runs: Runs::Nowhere,
        skips: &[],
    },
    Platform {
        name: "freebsd",
        targets: &["x86_64-unknown-freebsd"],
        packages: &[],
        linker: None,
        runs: Runs::Nowhere,
        skips: &[],
    },
    Platform {
        name: "android",
        targets: &["aarch64-linux-android"],
        packages: &[],
        linker: None,
        runs: Runs::Nowhere,
        skips: &[],
    },
];

/// The features that CI checks elsewhere: all that touch the operating system, on two runtimes with
/// reactors of their own.
pub(super) const LIBRARY: &str =
    "tokio,smol,fs,net,process,signal,sync,select,stream,tokio-io,inspect,test-util";

/// The feature whose dependency has code in C. No compiler for it is here.
const IN_C: [&str; 1] = ["criterion"];

/// Returns all features but those whose dependencies have code in C.
pub(super) fn everything() -> Result<String> {
    let text = fs::read_to_string(root().join("Cargo.toml"))
        .map_err(|error| format!("cannot read Cargo.toml: {error}"))?;
    let manifest: toml::Table = text
        .parse()
        .map_err(|error| format!("Cargo.toml: {error}"))?;
    let features = manifest["features"].as_table().into_iter().flatten();
    let features = features.map(|(name, _)| name.as_str());
    let features: Vec<_> = features.filter(|name| !IN_C.contains(name)).collect();
    Ok(features.join(","))
}
