//! A toolchain that builds for another machine: rustup's, where the target is installed, else Debian's.
//!
//! Debian's compiler carries no library for other targets. It builds the library from the sources that
//! Debian ships beside it; no other compiler here takes those.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Result, root, stdout};

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// A toolchain that builds for a target.
pub enum Toolchain {
    /// The compiler that `cargo` finds has the target's library.
    Rustup,
    /// Debian's compiler and sources; the linker is in this folder.
    Debian { linker: PathBuf },
}

impl Toolchain {
    /// Returns the toolchain that builds for `target`.
    ///
    /// # Errors
    ///
    /// Returns what to install, if there is no such toolchain.
    pub fn of(target: &str) -> Result<Self> {
        let sysroot = sysroot("rustc")?;
        if sysroot
            .join("lib/rustlib")
            .join(target)
            .join("lib")
            .is_dir()
        {
            return Ok(Self::Rustup);
        }
        let debian = debian().map_err(|missing| {
            format!(
                "no toolchain builds for {target}. With rustup: rustup target add {target}; on \
                 Debian: apt-get install --no-install-recommends rustc-web cargo-web rust-web-src \
                 ({missing})"
            )
        })?;
        Ok(Self::Debian {
            linker: linker(&[&sysroot, &debian])?,
        })
    }

    /// Like [`of`](Self::of), but first has rustup install the target, if there is rustup and it can.
    pub fn install(target: &str) -> Result<Self> {
        // A server that does not answer would keep it for ever.
        let mut rustup = Command::new("timeout");
        rustup.args(["300", "rustup", "target", "add", target]);
        if let Err(error) = stdout(&mut rustup) {
            eprintln!("{}", error.trim_end());
        }
        Self::of(target)
    }

    /// Returns `cargo SUBCOMMAND --target TARGET`, in the root of the checkout.
    ///
    /// The variables are set for this command alone: a build for the host must not see them.
    pub fn cargo(&self, subcommand: &str, target: &str) -> Command {
        let mut command = match self {
            Self::Rustup => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Debian { linker } => {
                let mut command = Command::new(DEBIAN_CARGO);
                let path = env::var_os("PATH").unwrap_or_default();
                let folders = [linker.clone()].into_iter().chain(env::split_paths(&path));
                // A folder with a colon in its name can't be in a path, and then isn't in this one.
                let path = env::join_paths(folders).unwrap_or(path);
                command
                    .env("PATH", path)
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    // These belong to the toolchain that runs this program.
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("RUSTDOC");
                command
            }
        };
        command.arg(subcommand).args(["--target", target]);
        if let Self::Debian { .. } = self {
            let libraries = match target {
                _ if target.contains("-none-") => "core,alloc",
                _ if target.starts_with("wasm") => "std,panic_abort",
                _ => "std,panic_unwind",
            };
            command.arg(format!("-Zbuild-std={libraries}"));
        }
        command.current_dir(root());
        command
    }

    /// Returns the name that the output shows.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rustup => "rustup's toolchain",
            Self::Debian { .. } => "Debian's toolchain",
        }
    }
}

fn sysroot(rustc: &str) -> Result<PathBuf> {
    stdout(Command::new(rustc).args(["--print", "sysroot"])).map(|path| path.trim().into())
}

/// Returns the sysroot of Debian's compiler.
fn debian() -> Result<PathBuf> {
    for file in [DEBIAN_RUSTC, DEBIAN_CARGO] {
        if !Path::new(file).is_file() {
            return Err(format!("{file} is missing"));
        }
    }
    let version = stdout(Command::new(DEBIAN_RUSTC).arg("-V"))?;
    let minor: u32 = version
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse().ok())
        .ok_or_else(|| format!("{DEBIAN_RUSTC} has no version: {version}"))?;
    let needed = needed();
    if minor < needed {
        return Err(format!(
            "{DEBIAN_RUSTC} is 1.{minor}, and 1.{needed} is needed: apt-get update"
        ));
    }
    let sysroot = sysroot(DEBIAN_RUSTC)?;
    let sources = sysroot.join("lib/rustlib/src/rust/library/core");
    if !sources.is_dir() {
        return Err(format!("{} is missing", sources.display()));
    }
    Ok(sysroot)
}

/// Returns the minor number of the workspace's `rust-version`.
fn needed() -> u32 {
    env!("CARGO_PKG_RUST_VERSION")
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse().ok())
        .expect("the workspace has a `rust-version`")
}

/// Returns the folder of a `rust-lld`, which is among the host's tools, whatever the host is
/// called.
fn linker(sysroots: &[&PathBuf]) -> Result<PathBuf> {
    sysroots
        .iter()
        .filter_map(|sysroot| fs::read_dir(sysroot.join("lib/rustlib")).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .find(|folder| folder.join("rust-lld").is_file())
        .ok_or_else(|| "no rust-lld: rustup's toolchains have one".to_string())
}
