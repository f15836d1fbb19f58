//! Builds a program for the browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::run::{Result, cargo, root, stdout, step};
use crate::toolchain::Toolchain;

const TARGET: &str = "wasm32-unknown-unknown";

/// The folder of all builds.
pub(super) const FOLDER: &str = "target/browser";

/// The versions of all dependencies.
pub(super) const LOCK: &str = "examples/browser/Cargo.lock";

/// Builds the program `name` of the package in `package`, and writes it with what wasm-bindgen makes of
/// it to a folder, beside the files of the package that a page needs. Returns the folder.
pub(super) fn build(package: &Path, name: &str, config: &[String]) -> Result<PathBuf> {
    let toolchain = Toolchain::install(TARGET)?;
    let target = root().join(FOLDER);
    let mut build = toolchain.cargo("build", TARGET);
    build.args(["--release", "--quiet", "--bin", name]);
    for config in config {
        build.args(["--config", config]);
    }
    build
        // Some paths are in the messages of panics: they have the same length in every checkout.
        .env(
            "RUSTFLAGS",
            format!("--remap-path-prefix={}=.", root().display()),
        )
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(package);
    step(build)?;
    let site = target.join("sites").join(name);
    fs::create_dir_all(&site).map_err(|error| error.to_string())?;
    let built = target
        .join(TARGET)
        .join("release")
        .join(format!("{name}.wasm"));
    let mut bindgen = bindgen()?;
    bindgen.arg(&site).arg(built);
    step(bindgen)?;
    Ok(site)
}

/// The version of wasm-bindgen, whose tool must have that of the library.
const VERSION: &str = "wasm-bindgen 0.2.130";

/// Returns wasm-bindgen's tool, which takes a folder and a file more. One that is installed takes no time;
/// else it is built.
fn bindgen() -> Result<Command> {
    static BUILT: OnceLock<Result<PathBuf>> = OnceLock::new();
    let installed = stdout(Command::new("wasm-bindgen").arg("--version"));
    if installed.is_ok_and(|version| version.trim() == VERSION) {
        let mut command = Command::new("wasm-bindgen");
        command
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--remove-name-section",
            ])
            .args(["--remove-producers-section", "--out-dir"]);
        return Ok(command);
    }
    let built = BUILT.get_or_init(|| {
        let target = root().join(FOLDER).join("bindgen");
        let mut cargo = cargo(&["build", "--quiet", "--locked"]);
        cargo
            .args([
                "--manifest-path",
                "xtask/bindgen/Cargo.toml",
                "--target-dir",
            ])
            .arg(&target);
        step(cargo)?;
        Ok(target.join("debug/bindgen"))
    });
    built.clone().map(Command::new)
}
