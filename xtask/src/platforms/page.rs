//! The page with what the platforms say.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use super::suite::Count;
use crate::run::{Result, root, stdout};

const PAGE: &str = "docs/platforms.md";

/// What is after this line is written by the command.
const START: &str = "<!-- The rest of this page is written by `cargo xtask platforms`. -->\n";

const HEAD: [&str; 7] = [
    "target", "built", "run", "passed", "failed", "skipped", "date",
];

/// The row of a target.
pub(super) struct Row {
    cells: [String; HEAD.len()],
    failures: Vec<String>,
}

impl Row {
    pub(super) fn of(target: &str, outcome: &Result<Option<Count>>) -> Self {
        let today = stdout(Command::new("date").args(["-u", "+%Y-%m-%d"]));
        let today = today.unwrap_or_default().trim().to_string();
        let target = format!("`{target}`");
        let none = || "–".to_string();
        let (cells, failures) = match outcome {
            Ok(Some(count)) => {
                let [passed, failed, skipped] = [count.passed, count.failed.len(), count.skipped]
                    .map(|number| number.to_string());
                let (built, run) = ("yes".into(), "yes".into());
                (
                    [target, built, run, passed, failed, skipped, today],
                    count.failed.clone(),
                )
            }
            Ok(None) => {
                let (built, run) = ("checked".into(), "no".into());
                (
                    [target, built, run, none(), none(), none(), today],
                    Vec::new(),
                )
            }
            Err(_) => {
                let (built, run) = ("**no**".into(), "no".into());
                (
                    [target, built, run, none(), none(), none(), today],
                    Vec::new(),
                )
            }
        };
        Self { cells, failures }
    }

    /// Returns the tests that failed as an error message.
    pub(super) fn failed(&self, target: &str) -> Option<String> {
        let names = self.failures.join("\n  ");
        (!self.failures.is_empty()).then(|| format!("{target}: these tests failed:\n  {names}"))
    }
}

/// Returns the rows as a table.
pub(super) fn shown(rows: &[Row]) -> Vec<Vec<String>> {
    let head = HEAD.map(String::from).to_vec();
    let rows = rows.iter().map(|row| row.cells.to_vec());
    [head].into_iter().chain(rows).collect()
}

/// Writes the rows into the page, which keeps those of other targets.
pub(super) fn renew(rows: &[Row]) -> Result {
    let path = root().join(PAGE);
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {PAGE}: {error}"))?;
    let (head, written) = text
        .split_once(START)
        .ok_or_else(|| format!("{PAGE} has no line {START:?}"))?;
    let mut table: BTreeMap<String, String> = BTreeMap::new();
    for line in written.lines().filter(|line| line.starts_with("| `")) {
        let target = line.split('`').nth(1).unwrap_or_default();
        table.insert(format!("`{target}`"), line.into());
    }
    for row in rows {
        let line = format!("| {} |", row.cells.join(" | "));
        table.insert(row.cells[0].clone(), line);
    }
    let rule = HEAD.map(|_| "---").join("|");
    let lines: Vec<_> = table.into_values().collect();
    let head_row = HEAD.join(" | ");
    let text = format!(
        "{head}{START}\n| {head_row} |\n|{rule}|\n{}\n",
        lines.join("\n")
    );
    fs::write(&path, text).map_err(|error| format!("cannot write {PAGE}: {error}"))
}
