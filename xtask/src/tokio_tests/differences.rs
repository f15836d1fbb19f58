//! The tests that differ by the contract, and the line that says so.

use std::fs;

use toml::{Table, Value};

use crate::run::{Result, root};

/// The list.
const LIST: &str = "compat/tokio/differences.toml";

/// The pages whose lines are reasons.
const PAGES: [&str; 3] = [
    "docs/contract.md",
    "docs/moving-over.md",
    "docs/tokio-tests.md",
];

pub(super) struct Difference {
    /// Where the line is, and the line.
    pub(super) page: String,
    pub(super) line: String,
    /// What happens in the tests.
    pub(super) why: String,
    /// The runtimes, of which none means all.
    pub(super) runtimes: Vec<String>,
    /// `FILE TEST`, in which a `*` in the name of the test stands for anything.
    pub(super) tests: Vec<String>,
    /// Of these, the tests that may wait for ever.
    pub(super) waits: Vec<String>,
}

/// Reads the list, and checks that each line is on its page.
pub(super) fn differences() -> Result<Vec<Difference>> {
    let text = read(LIST)?;
    let list: Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
    let entries = list.get("difference").and_then(Value::as_array);
    let mut differences = Vec::new();
    for entry in entries.into_iter().flatten() {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let texts = |key: &str| {
            let list = entry
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            list.filter_map(Value::as_str).map(String::from).collect()
        };
        let difference = Difference {
            page: text("page").into(),
            line: text("line").into(),
            why: text("why").into(),
            runtimes: texts("runtimes"),
            tests: texts("tests"),
            waits: texts("waits"),
        };
        difference.check()?;
        differences.push(difference);
    }
    Ok(differences)
}

impl Difference {
    fn check(&self) -> Result {
        let Self {
            page,
            line,
            why,
            tests,
            waits,
            ..
        } = self;
        if why.is_empty() || tests.is_empty() || line.is_empty() {
            return Err(format!(
                "{LIST}: `{line}` needs a `line`, a `why` and `tests`"
            ));
        }
        let is_listed = |waits: &&String| tests.contains(waits);
        if let Some(unlisted) = waits.iter().find(|waits| !is_listed(waits)) {
            return Err(format!(
                "{LIST}: `{unlisted}` is in `waits`, and not in `tests`"
            ));
        }
        if !PAGES.contains(&&**page) {
            return Err(format!("{LIST}: `{page}` is none of {PAGES:?}"));
        }
        let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        match joined(&read(page)?).contains(&joined(line)) {
            true => Ok(()),
            false => Err(format!("{LIST}: {page} does not say `{line}`")),
        }
    }

    /// Returns whether the test may differ on the runtime.
    pub(super) fn covers(&self, runtime: &str, file: &str, test: &str) -> bool {
        self.is_in(&self.tests, runtime, file, test)
    }

    /// Returns whether the test may wait for ever on the runtime.
    pub(super) fn may_wait(&self, runtime: &str, file: &str, test: &str) -> bool {
        self.is_in(&self.waits, runtime, file, test)
    }

    fn is_in(&self, patterns: &[String], runtime: &str, file: &str, test: &str) -> bool {
        let is_on = self.runtimes.is_empty() || self.runtimes.iter().any(|name| name == runtime);
        is_on && patterns.iter().any(|pattern| fits(pattern, file, test))
    }
}

fn fits(pattern: &str, file: &str, test: &str) -> bool {
    match pattern.split_once(' ') {
        Some((of, pattern)) => of == file && is_like(pattern, test),
        None => false,
    }
}

/// Returns whether the text is like the pattern, in which a `*` stands for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.any(|at| is_like(rest, &text[at..]))
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).map_err(|error| format!("cannot read {path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_on_its_page() {
        assert!(!differences().unwrap().is_empty());
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(fits("rt a", "rt", "a"));
        assert!(fits("rt *::a", "rt", "b::c::a"));
        assert!(fits("rt *", "rt", "a"));
        assert!(!fits("rt a", "rt", "ab"));
        assert!(!fits("rt *::a", "time", "b::a"));
        assert!(!fits("rt a*a", "rt", "a"));
        assert!(fits("rt *_b_*_c", "rt", "a_b_d_c"));
        assert!(!fits("rt *_b_*_c", "rt", "a_b_c"));
    }
}
