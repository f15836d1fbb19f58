//! Installs packages of Debian.

use std::process::Command;

use crate::run::{Result, stdout, step};

/// Installs what is missing of these packages.
pub(super) fn packages(names: &[&str]) -> Result {
    let missing: Vec<_> = names.iter().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = ["install", "--yes", "--no-install-recommends"];
    let mut update = Command::new("apt-get");
    update.args(["update", "-qq"]);
    let mut get = Command::new("apt-get");
    get.args(["-qq"]).args(install).args(&missing);
    step(update).and_then(|()| step(get)).map_err(|error| {
        let missing: Vec<_> = missing.iter().map(|name| **name).collect();
        format!(
            "{error}\nThese packages are needed; on Debian: apt-get {} {}",
            install.join(" "),
            missing.join(" ")
        )
    })
}

fn is_installed(name: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", name]);
    stdout(&mut query).is_ok_and(|status| status == "installed")
}
