//! Checks the packages that others download: each is whole, and builds with nothing around it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::contract;
use crate::packed::Packed;
use crate::published::Published;
use crate::run::{Result, root, stdout, step};

/// The files that every package must have, byte for byte as in its folder.
const TEXTS: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// The files that Cargo writes into a package.
const GENERATED: [&str; 3] = ["Cargo.toml", "Cargo.toml.orig", ".cargo_vcs_info.json"];

/// The runtime that the tests of the package run on.
const RUNTIME: &str = "smol";

pub fn package() -> Result {
    let target = root().join("target");
    let packed = Packed::new(&target, target.clone())?;
    let mut wrong = Vec::new();
    for package in &packed.packages {
        check(package, &packed.unpacked(package), &mut wrong)?;
        eprintln!("read {}", package.name);
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    // The packages are checked with all features, and with the default ones.
    step(packed.cargo(&["check", "--workspace", "--all-features"]))?;
    for package in &packed.packages {
        step(packed.cargo(&["check", "--package", &package.name]))?;
    }
    let features = format!("{RUNTIME},{}", contract::ADDED);
    step(packed.cargo(&["test", "--package", "portable", "--features", &features]))
}

/// Checks that the texts are there, and that every other file is in git, in the package's folder.
fn check(package: &Published, unpacked: &Path, wrong: &mut Vec<String>) -> Result {
    let name = &package.name;
    let original = root().join(&package.folder);
    let read = |path: PathBuf| {
        fs::read(&path).map_err(|error| format!("{name}: cannot read {}: {error}", path.display()))
    };
    for text in TEXTS {
        // The texts of the licences stand at the root.
        let wanted = match text.starts_with("LICENSE") {
            true => root().join(text),
            false => original.join(text),
        };
        match fs::read(unpacked.join(text)) {
            Ok(packed) if packed == read(wanted)? => {}
            Ok(_) => wrong.push(format!("{name}: {text} is another text")),
            Err(_) => wrong.push(format!("{name}: {text} is missing")),
        }
    }
    let mut list = Command::new("git");
    list.args(["ls-files", "-z"]).current_dir(&original);
    let tracked = stdout(&mut list)?;
    let tracked: BTreeSet<&str> = tracked.split('\0').collect();
    for file in files(unpacked)? {
        let is_known = GENERATED.contains(&&*file) || tracked.contains(&*file);
        if !is_known {
            wrong.push(format!("{name}: {file} is not a file of it that is in git"));
        } else if !is_wanted(package, &file) {
            wrong.push(format!("{name}: {file} does not belong in it"));
        }
    }
    Ok(())
}

/// Returns whether a user of the package needs the file.
fn is_wanted(package: &Published, file: &str) -> bool {
    if GENERATED.contains(&file) || TEXTS.contains(&file) {
        return true;
    }
    if package.name == contract::LIBRARY {
        // It is the sections of the suite, without the tests of `portable` alone and its own.
        return file.ends_with(".rs") && file != "main.rs" && !file.starts_with("tests/");
    }
    match file.split_once('/') {
        Some(("src", _)) => true,
        // The documentation includes the pages, and the examples and tests need no other folder.
        Some(("examples", _)) => package.folder.is_empty() || package.library == "tokio",
        Some(("docs" | "tests", _)) => package.folder.is_empty(),
        _ => false,
    }
}

/// Returns all files below a folder, as paths from that folder.
fn files(folder: &Path) -> Result<Vec<String>> {
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(next) = folders.pop() {
        let failed = |error| format!("cannot read {}: {error}", next.display());
        for entry in fs::read_dir(&next).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(file) = path.strip_prefix(folder) {
                files.push(file.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    Ok(files)
}
