//! The packages of the checkout, as Cargo knows them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::run::{Result, cargo, stdout};

/// The folders of the workspaces whose packages the pages name.
const WORKSPACES: [&str; 3] = [
    "",
    "examples/firmware/cortex-m/",
    "examples/firmware/riscv/",
];

#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) features: HashSet<String>,
    /// The kind of each target and its name, such as `("example", "tour")`.
    pub(super) targets: HashSet<(String, String)>,
    pub(super) version: String,
}

pub(super) type Packages = HashMap<String, Package>;

pub(super) fn packages() -> Result<Packages> {
    let mut packages = Packages::new();
    for folder in WORKSPACES {
        let manifest = format!("{folder}Cargo.toml");
        let mut metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
        let printed = stdout(metadata.args(["--manifest-path", &manifest]))?;
        let metadata: Value = serde_json::from_str(&printed)
            .map_err(|error| format!("cargo metadata of {manifest}: {error}"))?;
        for package in array(&metadata["packages"]) {
            let mut read = Package {
                version: text(&package["version"]),
                ..Package::default()
            };
            let features = package["features"].as_object().into_iter().flatten();
            read.features.extend(features.map(|(name, _)| name.clone()));
            for target in array(&package["targets"]) {
                let kinds = array(&target["kind"]).iter();
                let target = kinds.map(|kind| (text(kind), text(&target["name"])));
                read.targets.extend(target);
            }
            packages.insert(text(&package["name"]), read);
        }
    }
    Ok(packages)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().into()
}
