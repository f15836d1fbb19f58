//! The table of `portable-contract`, the library of the contract: which behaviours its macro makes
//! tests of, and which lines of the contract they stand for. It is written from the page and from
//! the lists at the top of the tests, so that neither is said twice.

mod lists;
mod page;
mod source;
mod table;

use std::fs;

use crate::run::{Result, root};

/// The folder of the package.
const FOLDER: &str = "tests/contract";

const TABLE: &str = "tests/contract/suite/table.rs";

/// Writes the table, or checks that it is up to date.
pub fn suite(update: bool) -> Result {
    let sections = lists::sections()?;
    let mut lines = page::lines(&read("docs/contract.md")?);
    // Lines that only `portable` has tests of may change without a change here.
    let is_ours = |path: &String| {
        let mut files = sections.iter().flat_map(lists::Section::paths);
        files.any(|file| file == *path)
    };
    lines.retain(|line| line.tests.iter().any(is_ours));
    let written = table::table(&sections, &lines)?;
    if update {
        return fs::write(root().join(TABLE), written)
            .map_err(|error| format!("cannot write {TABLE}: {error}"));
    }
    match read(TABLE)? == written {
        true => Ok(()),
        false => Err(format!(
            "{TABLE} is not what the tests and docs/contract.md say: `cargo xtask suite --update`"
        )),
    }
}

fn read(of: &str) -> Result<String> {
    fs::read_to_string(root().join(of)).map_err(|error| format!("cannot read {of}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_up_to_date() {
        suite(false).unwrap();
    }
}
