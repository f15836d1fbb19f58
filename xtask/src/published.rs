//! The packages that others download.

use std::fs;
use std::path::Path;

use crate::run::{Result, root};

pub(crate) struct Published {
    pub(crate) name: String,
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
    fn six_packages_are_published() {
        let packages = published().unwrap();
        let mut names: Vec<_> = packages.iter().map(|package| &*package.name).collect();
        names.sort_unstable();
        let wanted = [
            "portable",
            "portable-contract",
            "portable-macros",
            "portable-primitives",
            "portable-reactor",
            "portable-runtime-shim",
        ];
        assert_eq!(names, wanted);
    }
}
