//! Runs rustc, with `portable` and `tokio` available.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::variant::Variant;
use crate::crates::Crates;
use crate::run::{Result, output, root};

pub(super) struct Compiler {
    folder: PathBuf,
    /// The crates with one runtime.
    one: Crates,
    /// The crates with several runtimes.
    several: Crates,
}

impl Compiler {
    pub(super) fn prepare() -> Result<Self> {
        let folder = root().join("target/diagnostics");
        Ok(Self {
            one: Crates::check(folder.clone(), &["tokio"])?,
            several: Crates::check(folder.join("several"), &["tokio", "smol", "pollster"])?,
            folder,
        })
    }

    /// Returns rustc's output for `source`. On Tokio's side, the name `portable` stands for Tokio's
    /// crate.
    pub(super) fn check(&self, name: &str, source: &str, variant: Variant) -> Result<String> {
        let portable = match variant.is_on_tokio() {
            true => &self.one.tokio,
            false => &self.one.portable,
        };
        let program = |file: &str| {
            let mut rustc = self.one.rustc(file, portable);
            rustc.arg("--crate-type=bin");
            rustc
        };
        self.printed(name, source, variant.folder(), program)
    }

    /// Returns rustc's output for the tests in `source`: in a build with one runtime, and in one
    /// with several.
    pub(super) fn check_tests(&self, name: &str, source: &str) -> Result<[String; 2]> {
        let printed = |crates: &Crates, folder: &str| {
            let tests = |file: &str| {
                let mut rustc = crates.rustc(file, &crates.portable);
                rustc.arg("--test");
                rustc
            };
            self.printed(name, source, folder, tests)
        };
        Ok([
            printed(&self.one, "tests-on-one")?,
            printed(&self.several, "tests-on-several")?,
        ])
    }

    fn printed(
        &self,
        name: &str,
        source: &str,
        folder: &str,
        rustc: impl Fn(&str) -> Command,
    ) -> Result<String> {
        // The file has the same name in each folder, so that the outputs can be compared as they
        // are.
        let folder = self.folder.join(folder);
        let file = format!("{name}.rs");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join(&file), source))
            .map_err(|error| format!("cannot write {file}: {error}"))?;
        let mut rustc = rustc(&file);
        rustc.current_dir(&folder).arg("--diagnostic-width=140");
        let printed = output(&mut rustc)?;
        Ok(String::from_utf8_lossy(&printed.stderr).into_owned())
    }
}
