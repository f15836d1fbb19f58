//! Counts the results of the tests, by section and runtime.

use std::collections::BTreeMap;

use crate::RUNTIMES;
use crate::run::table;

/// The module of a file with the tests of its exceptions: lines that a runtime cannot keep, and
/// what it does instead.
const EXCEPTIONS: &str = "exceptions";

/// One column for each runtime alone, and one for each in the build with all.
const COLUMNS: usize = 2 * RUNTIMES.len();

#[derive(Clone, Copy, Default)]
struct Count {
    passed: usize,
    failed: usize,
    excepted: usize,
}

impl Count {
    fn shown(self) -> String {
        let Self {
            passed,
            failed,
            excepted,
        } = self;
        let mut cell = passed.to_string();
        if excepted > 0 {
            cell += &format!(" + {excepted} excepted");
        }
        if failed > 0 {
            cell += &format!(", {failed} FAILED");
        }
        cell
    }
}

/// The runtimes that are in a build, and the column of each.
pub(super) type Columns = Vec<(&'static str, usize)>;

/// Returns the column of a build with one runtime.
pub(super) fn of_one(runtime: &'static str) -> Columns {
    let column = RUNTIMES.iter().position(|name| *name == runtime);
    column.map(|column| (runtime, column)).into_iter().collect()
}

/// Returns the columns of the build with all runtimes.
pub(super) fn of_all() -> Columns {
    let columns = RUNTIMES.len()..;
    RUNTIMES.into_iter().zip(columns).collect()
}

/// The counts of some builds.
#[derive(Clone, Default)]
pub(super) struct Tally {
    sections: BTreeMap<String, [Count; COLUMNS]>,
    total: Count,
    failed: Vec<String>,
    /// The output of the tests that failed.
    pub(super) said: Vec<String>,
}

impl Tally {
    /// Adds a test of the build with these columns.
    pub(super) fn add(&mut self, test: &str, is_ok: bool, columns: &Columns, what: &str) {
        let path: Vec<&str> = test.split("::").collect();
        let row = self.sections.entry(section(&path)).or_default();
        let is_excepted = path.contains(&EXCEPTIONS);
        let add = |count: &mut Count| match (is_ok, is_excepted) {
            (true, false) => count.passed += 1,
            (true, true) => count.excepted += 1,
            (false, _) => count.failed += 1,
        };
        add(&mut self.total);
        if !is_ok {
            self.failed.push(format!("{test} of {what}"));
        }
        // A test that names no runtime runs on each that is in the build.
        let is_of = |(runtime, _): &&(&str, usize)| {
            let name = runtime.replace('-', "_");
            let is_named = |part: &&str| {
                part.strip_suffix(&name)
                    .is_some_and(|before| before.is_empty() || before.ends_with("__"))
            };
            path.iter().any(is_named)
        };
        match columns.iter().find(is_of) {
            Some((_, column)) => add(&mut row[*column]),
            None => {
                for (_, column) in columns {
                    add(&mut row[*column]);
                }
            }
        }
    }

    /// Adds the counts of another tally.
    pub(super) fn join(&mut self, other: Self) {
        for (section, counts) in other.sections {
            let row = self.sections.entry(section).or_default();
            for (count, more) in row.iter_mut().zip(counts) {
                count.passed += more.passed;
                count.failed += more.failed;
                count.excepted += more.excepted;
            }
        }
        self.total.passed += other.total.passed;
        self.total.failed += other.total.failed;
        self.total.excepted += other.total.excepted;
        self.failed.extend(other.failed);
        self.said.extend(other.said);
    }

    pub(super) fn is_good(&self) -> bool {
        self.failed.is_empty()
    }

    /// Returns how many tests of a section passed, in each column.
    #[cfg(test)]
    pub(super) fn passed(&self, section: &str) -> [usize; COLUMNS] {
        self.sections[section].map(|count| count.passed)
    }

    /// Prints the table, and the tests that failed.
    pub(super) fn print(&self) {
        let mut head = vec!["section".to_string()];
        head.extend(RUNTIMES.map(String::from));
        head.extend(RUNTIMES.map(|runtime| format!("{runtime} of all")));
        let mut rows = vec![head];
        for (section, counts) in &self.sections {
            let mut row = vec![section.clone()];
            row.extend(counts.iter().map(|count| count.shown()));
            rows.push(row);
        }
        println!();
        table(&rows);
        println!();
        // The output is repeated at the end, where a reader looks first.
        for line in &self.said {
            println!("{line}");
        }
        for test in &self.failed {
            println!("FAILED {test}");
        }
        println!(
            "{} passed, {} failed",
            self.total.passed + self.total.excepted,
            self.total.failed
        );
    }
}

/// Returns the folder and the file of a test. The tests of the programs share one section.
fn section(path: &[&str]) -> String {
    match path {
        [folder, file, ..] if *folder != EXCEPTIONS => format!("{folder}::{file}"),
        _ => "programs".into(),
    }
}
