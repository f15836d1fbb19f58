//! Checks the links of the contract's page to the tests.

use std::fs;
use std::path::Path;

use crate::run::{Result, root};

/// The beginning of a link to a file of the repository.
const LINK: &str = "https://github.com/portable-rs/portable/blob/main/";

/// Checks that the page names each file of tests, and no file that does not exist.
pub(super) fn check() -> Result {
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| format!("cannot read {path:?}: {error}"))
    };
    let page = read(&root().join("docs/contract.md"))?;
    for link in page.split(LINK).skip(1) {
        let path = link.split([')', ' ', '\n']).next().unwrap_or_default();
        if !root().join(path).is_file() {
            return Err(format!(
                "docs/contract.md links to {path}, which is not there"
            ));
        }
    }
    let tests = read(&root().join("tests/contract/main.rs"))?;
    let mut folder = "";
    for line in tests.lines() {
        if let Some(name) = line.strip_prefix("mod ") {
            folder = name.trim_end_matches(" {");
        } else if let Some(name) = line.strip_prefix("    mod ") {
            let path = format!("tests/contract/{folder}/{}.rs", name.trim_end_matches(';'));
            if !page.contains(&path) {
                return Err(format!("docs/contract.md does not link to {path}"));
            }
        }
    }
    Ok(())
}
