//! Checks the documentation: it builds without a warning, its links lead somewhere, and its code and
//! its commands name things that exist.

mod commands;
mod links;
mod packages;
mod page;
mod rendered;
mod snippets;

use std::fs;
use std::process::Command;

pub(crate) use self::page::Page;
use self::rendered::Rendered;
use crate::published::published;
use crate::run::{Result, cargo, root, stdout, step};
use crate::{RUNTIMES, contract};

/// Runs the step of CI, and the programs on the pages. In CI the programs run with the tests of all
/// runtimes.
pub fn docs() -> Result {
    check()?;
    let test = ["test", "--doc", "--package", "portable", "--all-features"];
    step(cargo(&[&test[..], &["--", ".md"]].concat()))
}

/// Builds the documentation and reads all pages.
pub fn check() -> Result {
    build()?;
    let mut wrong = Vec::new();
    let mut rendered = Rendered::new(root().join("target/doc"), written()?);
    rendered.check("portable", &mut wrong)?;
    let pages = pages()?;
    links::check(&pages, &mut rendered, &mut wrong);
    let packages = packages::packages()?;
    let library = page::text("src/lib.rs")?;
    for page in &pages {
        snippets::check(page, &packages, &library, &mut wrong);
        commands::check(page, &packages, &mut wrong);
    }
    match wrong.is_empty() {
        true => {
            eprintln!("ok   {} pages", pages.len());
            Ok(())
        }
        false => Err(format!("in the documentation:\n{}", wrong.join("\n"))),
    }
}

/// Builds the documentation for no feature, for each runtime, and last for all: those pages are
/// checked.
fn build() -> Result {
    let packages = published()?;
    let each = RUNTIMES.map(|runtime| vec!["--features", runtime]);
    let all = vec!["--all-features"];
    for features in [vec!["--no-default-features"]]
        .into_iter()
        .chain(each)
        .chain([all.clone()])
    {
        let mut doc = cargo(&["doc", "--no-deps"]);
        // The library of the contract turns a runtime on in `portable`, which has all with the last.
        let is_built = |name: &str| name != contract::LIBRARY || features == all;
        for package in packages.iter().filter(|package| is_built(&package.name)) {
            // Cargo does not notice that another set of features has replaced the pages.
            let pages = root().join("target/doc").join(&package.library);
            if pages.exists() {
                fs::remove_dir_all(&pages)
                    .map_err(|error| format!("cannot remove {}: {error}", pages.display()))?;
            }
            doc.args(["--package", &package.name]);
        }
        doc.args(features).env("RUSTDOCFLAGS", "--deny warnings");
        step(doc)?;
    }
    Ok(())
}

/// Reads every page of the repository.
fn pages() -> Result<Vec<Page>> {
    let paths = files(&["*.md"])?;
    paths.iter().map(|path| Page::read(path)).collect()
}

/// Returns everything that rustdoc reads, one file after another.
fn written() -> Result<String> {
    let files = files(&["*.md", "src/*.rs", "macros/*.rs", "runtime-shim/*.rs"])?;
    files.iter().map(|path| page::text(path)).collect()
}

/// Returns the files of the repository that match a pattern.
fn files(patterns: &[&str]) -> Result<Vec<String>> {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z"])
        .args(patterns)
        .current_dir(root());
    let paths = stdout(&mut list)?;
    Ok(paths.split_terminator('\0').map(String::from).collect())
}
