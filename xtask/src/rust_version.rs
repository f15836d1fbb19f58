//! Checks that the packages build with the oldest compiler that they promise to build with.
//!
//! clippy knows which functions of the library are newer, but not which syntax is. So the packages
//! are built: with rustup's toolchain of that version, if it is installed, or with an older
//! compiler of Debian's, on which the language features that were stable by then are turned on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packed::Packed;
use crate::run::{Result, root, stdout, step};
use crate::{RUNTIMES, contract};

/// The workspace's `rust-version`.
const PROMISED: &str = env!("CARGO_PKG_RUST_VERSION");

/// The features of the language and the library that the code uses and that an older compiler has
/// not stabilised, each with the minor version that stabilised it.
const STABLE_SINCE: [(&str, u32); 3] = [
    ("let_chains", 88),
    ("trait_upcasting", 86),
    ("vec_pop_if", 86),
];

/// Dependencies whose newest versions need a newer compiler than Debian's, and older versions that
/// do not.
const OLDER: [(&str, &str); 1] = [("embassy-time-queue-utils", "0.3.0")];

/// The features with further dependencies that an old compiler builds.
const OTHERS: &str =
    "future,futures,hyper,inspect,stream,test-util,tokio-context,tokio-util,tracing";

pub fn rust_version() -> Result {
    let folder = root().join("target/rust-version");
    let compiler = Compiler::find(&folder)?;
    let packed = Packed::new(&folder, folder.clone())?;
    if let Compiler::Debian { .. } = compiler {
        for (name, version) in OLDER {
            step(packed.cargo(&["update", "--quiet", name, "--precise", version]))?;
        }
    }
    let check = |args: &[&str]| -> Result {
        let mut check = packed.cargo(&["check", "--ignore-rust-version", "--package", "portable"]);
        check.args(args);
        compiler.set(&mut check);
        step(check)
    };
    for runtime in RUNTIMES {
        let features = format!("{runtime},{},{OTHERS}", contract::ADDED);
        check(&["--features", &features])?;
    }
    // The library's features cannot be turned on in a crate without `std`, which does not know
    // them.
    if let Compiler::Rustup(_) = compiler {
        let bare = "alloc,embassy,future,macros";
        check(&["--no-default-features", "--features", bare])?;
    }
    Ok(())
}

enum Compiler {
    /// The compiler of the promised version.
    Rustup(PathBuf),
    /// An older compiler, with the libraries that it needs, and the program that turns the features
    /// on.
    Debian {
        rustc: PathBuf,
        libraries: PathBuf,
        wrapper: PathBuf,
    },
}

impl Compiler {
    fn find(folder: &Path) -> Result<Self> {
        let which = ["which", "--toolchain", PROMISED, "rustc"];
        if let Ok(rustc) = stdout(Command::new("rustup").args(which)) {
            eprintln!("rustc {PROMISED} of rustup");
            return Ok(Self::Rustup(rustc.trim().into()));
        }
        Self::debian(folder).map_err(|missing| {
            format!(
                "no compiler of Rust {PROMISED} or older. With rustup: rustup toolchain install \
                 {PROMISED}; on Debian one is taken from its packages ({missing})"
            )
        })
    }

    /// Unpacks Debian's newest compiler that is not newer than promised in `folder`. To install it
    /// would replace the compiler that is there.
    fn debian(folder: &Path) -> Result<Self> {
        let version = version()?;
        let unpacked = folder.join("debian");
        let rustc = unpacked.join("usr/bin/rustc");
        if !rustc.is_file() {
            fs::create_dir_all(&unpacked)
                .map_err(|error| format!("cannot make {}: {error}", unpacked.display()))?;
            for package in packages(&version)? {
                let mut download = Command::new("apt-get");
                download.args(["download", "--quiet", "--quiet", &package]);
                download.current_dir(&unpacked);
                step(download)?;
            }
            for file in files(&unpacked, ".deb")? {
                let mut unpack = Command::new("dpkg");
                unpack.arg("--extract").arg(file).arg(&unpacked);
                step(unpack)?;
            }
        }
        let driver = stdout(
            Command::new("find")
                .arg(&unpacked)
                .args(["-name", "librustc_driver*"]),
        )?;
        let libraries = driver
            .lines()
            .next()
            .and_then(|path| Path::new(path).parent())
            .ok_or("its libraries are missing")?;
        let minor = minor(&version).unwrap_or_default();
        eprintln!("rustc 1.{minor} of Debian");
        Ok(Self::Debian {
            rustc,
            libraries: libraries.into(),
            wrapper: wrapper(folder, minor)?,
        })
    }

    fn set(&self, cargo: &mut Command) {
        // `cargo clippy` and a user's configuration may set a wrapper.
        cargo.env_remove("RUSTC_WRAPPER");
        match self {
            Self::Rustup(rustc) => {
                cargo.env("RUSTC", rustc);
            }
            Self::Debian {
                rustc,
                libraries,
                wrapper,
            } => {
                cargo
                    .env("RUSTC", rustc)
                    .env("LD_LIBRARY_PATH", libraries)
                    // The features are turned on only for the packages of the workspace.
                    .env("RUSTC_WORKSPACE_WRAPPER", wrapper);
            }
        }
    }
}

/// Returns the 85 of `1.85.0+dfsg3-1`.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

/// Returns the newest version of Debian's compiler that is not newer than promised.
fn version() -> Result<String> {
    let list = stdout(Command::new("apt-cache").args(["madison", "rustc-web"]))?;
    let promised = minor(PROMISED).expect("the workspace has a `rust-version`");
    list.lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .filter(|version| minor(version).is_some_and(|minor| minor <= promised))
        .max_by_key(|version| minor(version))
        .map(String::from)
        .ok_or_else(|| format!("apt-cache madison rustc-web: none of {PROMISED} or older"))
}

/// Returns the compiler's package, and the packages of the libraries that it loads.
fn packages(version: &str) -> Result<Vec<String>> {
    let mut packages = vec![format!("rustc-web={version}")];
    let mut next = 0;
    while next < packages.len() {
        let shown = stdout(Command::new("apt-cache").args(["show", &packages[next]]))?;
        let depends = shown
            .lines()
            .find_map(|line| line.strip_prefix("Depends: "))
            .unwrap_or_default();
        for dependency in depends.split(", ") {
            let name = dependency.split(' ').next().unwrap_or_default();
            let package = match name {
                _ if name.starts_with("libstd-rust-web") => format!("{name}={version}"),
                _ if name.starts_with("libllvm") => name.to_string(),
                _ => continue,
            };
            if !packages.contains(&package) {
                packages.push(package);
            }
        }
        next += 1;
    }
    Ok(packages)
}

fn files(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {folder:?}: {error}"))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(paths
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect())
}

/// Writes a program that runs the compiler with the features that the promised version has
/// stabilised and this minor version has not.
fn wrapper(folder: &Path, minor: u32) -> Result<PathBuf> {
    let promised = self::minor(PROMISED).expect("the workspace has a `rust-version`");
    let features = STABLE_SINCE
        .iter()
        .filter(|(_, since)| (minor + 1..=promised).contains(since))
        .map(|(feature, _)| *feature)
        .collect::<Vec<_>>()
        .join(",");
    let script =
        format!("#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec \"$@\" '-Zcrate-attr=feature({features})'\n");
    let path = folder.join("rustc-with-features");
    fs::write(&path, script)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    stdout(Command::new("chmod").arg("+x").arg(&path))?;
    Ok(path)
}
