//! rustc, with `portable` and `tokio` at hand.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::variant::Variant;
use crate::run::{Result, cargo, output, root, stdout};

pub(super) struct Compiler {
    folder: PathBuf,
    /// Where the crates are that `portable` and `tokio` depend on.
    dependencies: String,
    portable: String,
    tokio: String,
}

impl Compiler {
    /// Builds both crates, as far as rustc needs them to check another.
    pub(super) fn prepare() -> Result<Self> {
        let folder = root().join("target/diagnostics");
        let write = |path: &str, text: &str| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&folder))
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| format!("cannot write {path:?}: {error}"))
        };
        let manifest = format!(
            "[package]\nname = \"diagnostics\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nportable = {{ path = {:?}, features = [\"tokio\"] }}\n\
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
        Ok(Compiler {
            folder,
            dependencies: format!("dependency={}", &portable[..end]),
            portable,
            tokio,
        })
    }

    /// What rustc prints when it checks `source`. On Tokio's side, its crate goes by the name of
    /// ours too.
    pub(super) fn check(&self, name: &str, source: &str, variant: Variant) -> Result<String> {
        // The same name in another folder, so that the output needs no cleaning.
        let folder = self.folder.join(variant.folder());
        let file = format!("{name}.rs");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join(&file), source))
            .map_err(|error| format!("cannot write {file}: {error}"))?;
        let portable = match variant.is_on_tokio() {
            true => &self.tokio,
            false => &self.portable,
        };
        let mut rustc = Command::new("rustc");
        rustc
            .current_dir(&folder)
            .args([&file, "--edition=2024", "--emit=metadata"])
            .args([
                "--crate-type=bin",
                "--color=never",
                "--diagnostic-width=140",
            ])
            .args(["-L", &self.dependencies])
            .args(["--extern", &format!("portable={portable}")])
            .args(["--extern", &format!("tokio={}", self.tokio)]);
        let printed = output(&mut rustc)?;
        Ok(String::from_utf8_lossy(&printed.stderr).into_owned())
    }
}
