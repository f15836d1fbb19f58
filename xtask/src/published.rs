//! The packages that others download.

use std::fs;
use std::path::Path;

use crate::run::{Result, root};

pub(crate) struct Published {
    pub(crate) name: String,
    /// The name of the library, as it stands in paths.
    pub(crate) library: String,
    /// The path from the root of the checkout, which is empty for the package at the root.
    pub(crate) folder: String,
}

/// Returns the workspace's packages, without those whose manifest says `publish = false`.
pub(crate) fn published() -> Result<Vec<Published>> {
    let manifest = manifest("")?;
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, after)| after.split_once(']'))
        .map(|(members, _)| members)
        .ok_or("the workspace's manifest has no `members = [`")?;
    // Every second part was in quotes.
    let mut packages = Vec::new();
    for folder in members.split('"').skip(1).step_by(2).chain([""]) {
        let text = self::manifest(folder)?;
        if !text.lines().any(|line| line == "publish = false") {
            let name = value(&text, "name")
                .ok_or_else(|| format!("the manifest in `{folder}` names no package"))?;
            packages.push(Published {
                library: library(&text).unwrap_or_else(|| name.replace('-', "_")),
                name,
                folder: folder.into(),
            });
        }
    }
    Ok(packages)
}

/// Returns the version that all packages have.
pub(crate) fn version() -> Result<String> {
    value(&manifest("")?, "version").ok_or_else(|| "the workspace has no version".into())
}

fn manifest(folder: &str) -> Result<String> {
    let path = Path::new(folder).join("Cargo.toml");
    fs::read_to_string(root().join(&path)).map_err(|error| format!("cannot read {path:?}: {error}"))
}

/// Returns the name of the library, if the manifest gives it another one than the package's.
fn library(manifest: &str) -> Option<String> {
    let (_, section) = manifest.split_once("\n[lib]\n")?;
    let section = section.split("\n[").next()?;
    value(section, "name")
}

/// Returns the string after the first `KEY = ` at the start of a line.
fn value(manifest: &str, key: &str) -> Option<String> {
    manifest
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))
        .map(|value| value.trim_matches('"').into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_packages_are_published() {
        let packages = published().unwrap();
        let mut names: Vec<_> = packages.iter().map(|package| &*package.name).collect();
        names.sort_unstable();
        let wanted = [
            "portable",
            "portable-browser",
            "portable-contract",
            "portable-macros",
            "portable-primitives",
            "portable-reactor",
            "portable-runtime-shim",
            "portable-tokio",
            "portable-tokio-macros",
        ];
        assert_eq!(names, wanted);
    }

    #[test]
    fn a_library_may_have_a_name_of_its_own() {
        let packages = published().unwrap();
        let library = |name: &str| {
            let mut packages = packages.iter();
            packages
                .find(|package| package.name == name)
                .unwrap()
                .library
                .as_str()
        };
        assert_eq!(library("portable-tokio"), "tokio");
        assert_eq!(library("portable-contract"), "portable_contract");
    }
}
