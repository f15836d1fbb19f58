//! The page with what the tests say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::differences::Difference;
use super::files;
use crate::RUNTIMES;
use crate::run::{Result, root};

const PAGE: &str = "docs/tokio-tests.md";

/// What is between these is written by the command.
const START: &str = "<!-- The rest of this page is written by `cargo xtask tokio-tests`. -->\n";

/// What the tests of one file say on one runtime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: usize,
    pub(super) differs: usize,
    /// Of those that differ, the tests that wait for ever.
    pub(super) wait: usize,
    pub(super) cut: usize,
}

/// A row for each file, a column for each runtime.
type Table = BTreeMap<String, BTreeMap<String, Count>>;

/// Writes the counts of one runtime into the page, which keeps those of other files and runtimes. What
/// is missing, by its item, is replaced if it is told.
pub(super) fn renew(
    runtime: &str,
    counts: &BTreeMap<String, Count>,
    missing: Option<&BTreeMap<String, BTreeSet<String>>>,
    differences: &[Difference],
    versions: &str,
) -> Result {
    let path = root().join(PAGE);
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {PAGE}: {error}"))?;
    let (head, written) = text
        .split_once(START)
        .ok_or_else(|| format!("{PAGE} has no line {START:?}"))?;
    let mut table = read(written);
    table.retain(|file, _| files::all().contains(file));
    for (file, count) in counts {
        let row = table.entry(file.clone()).or_default();
        row.insert(runtime.into(), *count);
    }
    let missing = match missing {
        Some(missing) => shown_missing(missing),
        None => section(written, "## What is missing")
            .unwrap_or_default()
            .into(),
    };
    let text = format!(
        "{head}{START}\nThe files are those of {versions}.\n\n{}\n{}\n{missing}",
        shown(&table),
        shown_differences(differences)
    );
    let text = format!("{}\n", text.trim_end());
    fs::write(&path, text).map_err(|error| format!("cannot write {PAGE}: {error}"))
}

/// Returns the section with this heading, to the next heading.
fn section<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let start = text.find(heading)?;
    let end = text[start + 1..]
        .find("\n## ")
        .map_or(text.len(), |end| start + 1 + end);
    Some(&text[start..end])
}

fn shown(table: &Table) -> String {
    let mut all = BTreeMap::<&str, Count>::new();
    for (runtime, count) in table.values().flatten() {
        let all = all.entry(runtime).or_default();
        all.passed += count.passed;
        all.differs += count.differs;
        all.wait += count.wait;
        all.cut += count.cut;
    }
    let cells = |of: &dyn Fn(&str) -> Option<Count>| {
        let cell = |runtime: &&str| of(runtime).map_or(String::new(), |count| cell(&count));
        RUNTIMES.iter().map(cell).collect::<Vec<_>>().join(" | ")
    };
    let mut text = format!(
        "| file | {} |\n|---|{}\n",
        RUNTIMES.join(" | "),
        "---|".repeat(RUNTIMES.len())
    );
    let total = cells(&|runtime| all.get(runtime).copied());
    text += &format!("| all | {total} |\n");
    for file in files::all() {
        if let Some(row) = table.get(&file) {
            let cells = cells(&|runtime| row.get(runtime).copied());
            text += &format!("| {file} | {cells} |\n");
        }
    }
    text
}

fn cell(count: &Count) -> String {
    let mut text = count.passed.to_string();
    let parts = [
        (count.differs, "differ"),
        (count.wait, "wait"),
        (count.cut, "cut"),
    ];
    for (number, of) in parts.iter().filter(|(number, _)| *number > 0) {
        text += &format!(", {number} {of}");
    }
    text
}

/// Reads the table again.
fn read(text: &str) -> Table {
    let mut table = Table::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let mut cells = line.trim_matches('|').split(" |").map(str::trim);
        let Some(file) = cells
            .next()
            .filter(|file| *file != "file" && *file != "all")
        else {
            continue;
        };
        for (runtime, text) in RUNTIMES.iter().zip(cells) {
            if let Some(count) = counted(text) {
                let row = table.entry(file.into()).or_default();
                row.insert(runtime.to_string(), count);
            }
        }
    }
    table
}

fn counted(text: &str) -> Option<Count> {
    let mut parts = text.split(", ");
    let mut count = Count {
        passed: parts.next()?.parse().ok()?,
        ..Count::default()
    };
    for part in parts {
        let (number, of) = part.split_once(' ')?;
        let number = number.parse().ok()?;
        match of {
            "differ" => count.differs = number,
            "wait" => count.wait = number,
            "cut" => count.cut = number,
            _ => return None,
        }
    }
    Some(count)
}

fn shown_differences(differences: &[Difference]) -> String {
    let mut text = String::from("## What differs\n\n");
    for difference in differences {
        let Difference {
            page,
            line,
            why,
            tests,
            waits,
            runtimes,
        } = difference;
        let page = page.strip_prefix("docs/").unwrap_or(page);
        let ticked = |names: &[String]| {
            let names = names.iter().map(|name| format!("`{name}`"));
            names.collect::<Vec<_>>().join(", ")
        };
        text += &format!(
            "- {why} [{page}]({page}): \u{201c}{line}\u{201d} {}",
            ticked(tests)
        );
        if !waits.is_empty() {
            text += &format!("; these wait for ever: {}", ticked(waits));
        }
        if !runtimes.is_empty() {
            text += &format!(" (on {})", runtimes.join(", "));
        }
        text += "\n";
    }
    text
}

fn shown_missing(missing: &BTreeMap<String, BTreeSet<String>>) -> String {
    if missing.is_empty() {
        return String::new();
    }
    let mut ranked: Vec<_> = missing.iter().collect();
    ranked.sort_by_key(|(_, tests)| std::cmp::Reverse(tests.len()));
    let mut text = String::from("## What is missing\n\n| tests | item |\n|---|---|\n");
    for (item, tests) in ranked {
        let item = item.replace('|', "\\|").replace('`', "");
        text += &format!("| {} | `{item}` |\n", tests.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let count = Count {
            passed: 4,
            differs: 3,
            wait: 2,
            cut: 12,
        };
        let row = [
            ("smol".to_string(), count),
            ("tokio".to_string(), Count::default()),
        ];
        let table = Table::from([("time_sleep".to_string(), row.into())]);
        let shown = shown(&table);
        assert!(shown.contains("4, 3 differ, 2 wait, 12 cut"), "{shown}");
        assert_eq!(read(&shown), table);
    }
}
