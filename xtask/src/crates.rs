//! `portable` and `tokio`, built far enough for rustc to check a file that uses them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::run::{Result, cargo, root, stdout};

pub(crate) struct Crates {
    /// The folder of the crates that the two depend on.
    dependencies: String,
    pub(crate) portable: String,
    pub(crate) tokio: String,
}

impl Crates {
    /// Builds both in `folder`, and `portable` with these runtimes.
    pub(crate) fn check(folder: PathBuf, runtimes: &[&str]) -> Result<Self> {
        let write = |path: &str, text: &str| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&folder))
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| format!("cannot write {path:?}: {error}"))
        };
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nportable = {{ path = {:?}, features = {runtimes:?} }}\n\
             tokio = {{ version = \"1\", features = [\"rt-multi-thread\", \"time\", \"macros\"] }}\n\n\
             [workspace]\n",
            root()
        );
        write("Cargo.toml", &manifest)?;
        write("src/lib.rs", "")?;
        let mut check = cargo(&["check", "--quiet", "--message-format=json"]);
        let artifacts = stdout(check.current_dir(&folder))?;
        let artifact = |name: &str| {
            let file = format!("/lib{name}-");
            let is_it = |path: &&str| path.contains(&file) && path.ends_with(".rmeta");
            let path = artifacts.split('"').find(is_it);
            path.map(String::from)
                .ok_or_else(|| format!("cargo check made no {file}"))
        };
        let (portable, tokio) = (artifact("portable")?, artifact("tokio")?);
        let end = portable.rfind('/').unwrap_or_default();
        Ok(Self {
            dependencies: format!("dependency={}", &portable[..end]),
            portable,
            tokio,
        })
    }

    /// Returns a `rustc` that checks `file`. `portable` is the crate that goes by this name: ours
    /// or Tokio.
    pub(crate) fn rustc(&self, file: &str, portable: &str) -> Command {
        let mut rustc = Command::new("rustc");
        rustc
            .args([file, "--edition=2024", "--emit=metadata", "--color=never"])
            .args(["-L", &self.dependencies])
            .args(["--extern", &format!("portable={portable}")])
            .args(["--extern", &format!("tokio={}", self.tokio)]);
        rustc
    }
}
