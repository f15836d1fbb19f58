//! The published packages, packed and unpacked into a workspace of their own, with nothing around
//! it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::published::{Published, published, version};
use crate::run::{Result, cargo, root, step};

pub(crate) struct Packed {
    pub(crate) packages: Vec<Published>,
    version: String,
    /// The folder of the packages, each in a folder of its name and version.
    pub(crate) folder: PathBuf,
    /// The folder that they are built in.
    target: PathBuf,
}

impl Packed {
    /// Packs all packages into the folder `package` of `folder`, and unpacks them there. They are
    /// built in `target`.
    pub(crate) fn new(folder: &Path, target: PathBuf) -> Result<Self> {
        let packed = Self {
            packages: published()?,
            version: version()?,
            folder: folder.join("package"),
            target,
        };
        let Self { folder: in_it, .. } = &packed;
        // Files of an earlier version would be built too.
        if in_it.exists() {
            fs::remove_dir_all(in_it)
                .map_err(|error| format!("cannot remove {}: {error}", in_it.display()))?;
        }
        let mut pack = cargo(&["package", "--no-verify", "--exclude-lockfile"]);
        pack.args(["--allow-dirty", "--target-dir"]).arg(folder);
        for package in &packed.packages {
            pack.args(["--package", &package.name]);
        }
        step(pack)?;
        for package in &packed.packages {
            // `m` leaves out the times of the files: with them Cargo would reuse its builds of
            // other files.
            let mut unpack = Command::new("tar");
            unpack
                .arg("-xzmf")
                .arg(format!("{}.crate", packed.name(package)))
                .current_dir(in_it);
            step(unpack)?;
        }
        packed.make_workspace()?;
        Ok(packed)
    }

    /// Returns the folder that a package was unpacked to.
    pub(crate) fn unpacked(&self, package: &Published) -> PathBuf {
        self.folder.join(self.name(package))
    }

    fn name(&self, package: &Published) -> String {
        format!("{}-{}", package.name, self.version)
    }

    /// Writes the manifest of the workspace. Each package finds the others where they were
    /// unpacked, and the registry's packages in the versions that everything else is tested with.
    fn make_workspace(&self) -> Result {
        let mut members = String::new();
        let mut patches = String::new();
        for package in &self.packages {
            let folder = self.name(package);
            members += &format!("    \"{folder}\",\n");
            patches += &format!("{} = {{ path = \"{folder}\" }}\n", package.name);
        }
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\n{members}]\n\n\
             [patch.crates-io]\n{patches}"
        );
        fs::write(self.folder.join("Cargo.toml"), manifest)
            .and_then(|()| fs::copy(root().join("Cargo.lock"), self.folder.join("Cargo.lock")))
            .map_err(|error| format!("cannot write to {}: {error}", self.folder.display()))?;
        Ok(())
    }

    /// Returns `cargo ARGS`, in the folder of the packages.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = cargo(args);
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }
}
