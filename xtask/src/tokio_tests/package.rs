//! The package whose dependency `tokio` is ours, and whose tests are Tokio's files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::file::File;
use crate::run::{Result, cargo, root};

/// What Tokio's tests depend on beside Tokio. The package `tokio-util` is ours too.
const DEPENDENCIES: &str = r#"
bytes = "1"
futures = { version = "0.3", features = ["async-await"] }
futures-test = "0.3"
libc = "0.2"
nix = { version = "0.31", default-features = false, features = ["aio", "fs", "socket"] }
pin-project-lite = "0.2"
rand = "0.9"
socket2 = "0.6"
tempfile = "3"
tokio-stream = "0.1"
tokio-test = "0.4"
"#;

/// The features that Tokio's tests ask for, of their own package.
const FEATURES: [&str; 12] = [
    "full",
    "fs",
    "io-std",
    "io-util",
    "macros",
    "net",
    "process",
    "rt",
    "rt-multi-thread",
    "signal",
    "sync",
    "time",
];

pub(super) struct Package {
    folder: PathBuf,
    runtime: String,
}

impl Package {
    /// Makes the package, without a test.
    pub(super) fn new(runtime: &str) -> Result<Self> {
        let all = root().join("target/tokio-tests");
        let folder = all.join(runtime);
        let package = Self {
            folder,
            runtime: runtime.into(),
        };
        let util = all.join("util");
        write(
            &util.join("src/lib.rs"),
            "pub use portable::{sync, task};\n",
        )?;
        let manifest = format!(
            "[package]\nname = \"tokio-util\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nportable = {{ path = {:?}, features = [\"sync\"] }}\n",
            root()
        );
        write(&util.join("Cargo.toml"), &manifest)?;
        let tests = package.folder.join("tests");
        if tests.exists() {
            fs::remove_dir_all(&tests)
                .map_err(|error| format!("cannot remove {}: {error}", tests.display()))?;
        }
        package.write(&[])?;
        let lock = package.folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(root().join("Cargo.lock"), &lock)
                .map_err(|error| format!("cannot write {}: {error}", lock.display()))?;
        }
        Ok(package)
    }

    /// Returns `cargo ARGS` for the package.
    pub(super) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = cargo(args);
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", root().join("target/tokio-tests/build"))
            .env("RUSTFLAGS", "--cap-lints=warn");
        command
    }

    /// Writes the manifest, and a copy of each file of which something is cut.
    pub(super) fn write(&self, files: &[File]) -> Result {
        let mut text = format!(
            "[package]\nname = \"tokio-tests\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
             autotests = false\n\n[workspace]\n\n[profile.dev]\ndebug = 0\nincremental = false\n\n\
             [features]\ndefault = {FEATURES:?}\n"
        );
        for feature in FEATURES {
            text += &format!("{feature} = []\n");
        }
        text += &format!(
            "\n[dependencies]\ntokio = {{ package = \"portable-tokio\", path = {:?}, features = \
             [\"full\", \"test-util\", {:?}] }}\ntokio-util = {{ path = \"../util\" }}{DEPENDENCIES}",
            root().join("compat/tokio"),
            self.runtime
        );
        for file in files {
            let path = match file.is_cut() {
                true => {
                    let copy = self
                        .folder
                        .join("tests")
                        .join(format!("{}.rs", file.target()));
                    write(&copy, file.text())?;
                    link_support(&file.path, &copy)?;
                    copy
                }
                false => file.path.clone(),
            };
            text += &format!("\n[[test]]\nname = {:?}\npath = {path:?}\n", file.target());
        }
        write(&self.folder.join("src/lib.rs"), "")?;
        write(&self.folder.join("Cargo.toml"), &text)
    }
}

/// Makes the modules that some tests share reachable from a copy.
fn link_support(original: &Path, copy: &Path) -> Result {
    let (support, link) = (
        original.with_file_name("support"),
        copy.with_file_name("support"),
    );
    if link.exists() || !support.exists() {
        return Ok(());
    }
    #[cfg(unix)]
    let done = std::os::unix::fs::symlink(support, &link);
    #[cfg(windows)]
    let done = std::os::windows::fs::symlink_dir(support, &link);
    done.map_err(|error| format!("cannot make {}: {error}", link.display()))
}

/// Writes the file, if it has another text: Cargo would build it again.
fn write(path: &Path, text: &str) -> Result {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().unwrap_or(path))
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
