//! The file of the expectations.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::{Figure, shown};
use crate::run::{Result, root};

/// The lines of the file: a figure's name, its value, and a remark after `#`.
pub(super) struct Expected {
    head: String,
    lines: BTreeMap<String, Line>,
}

struct Line {
    value: f64,
    remark: String,
}

fn path() -> PathBuf {
    root().join("benches/budgets.txt")
}

impl Expected {
    pub(super) fn read() -> Result<Self> {
        let text = fs::read_to_string(path())
            .map_err(|error| format!("cannot read {:?}: {error}", path()))?;
        let mut expected = Self {
            head: String::new(),
            lines: BTreeMap::new(),
        };
        for line in text.lines() {
            let (entry, remark) = line.split_once('#').unwrap_or((line, ""));
            let mut words = entry.split_whitespace();
            match (words.next(), words.next().map(str::parse)) {
                (Some(name), Some(Ok(value))) => {
                    let remark = remark.trim().to_string();
                    expected.lines.insert(name.into(), Line { value, remark });
                }
                (None, _) if expected.lines.is_empty() => {
                    expected.head += &format!("{line}\n");
                }
                (None, _) => {}
                _ => return Err(format!("benches/budgets.txt: not a figure: {line}")),
            }
        }
        Ok(expected)
    }

    pub(super) fn get(&self, name: &str) -> Option<f64> {
        self.lines.get(name).map(|line| line.value)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    /// Takes over the measured figures, and removes all others if `is_everything`.
    pub(super) fn update(&mut self, figures: &[Figure], is_everything: bool) {
        if is_everything {
            self.lines
                .retain(|name, _| figures.iter().any(|figure| figure.name == *name));
        }
        for figure in figures {
            let new = || Line {
                value: figure.value,
                remark: String::new(),
            };
            let line = self.lines.entry(figure.name.clone()).or_insert_with(new);
            // A value within its noise stays, so that a diff shows the real changes.
            if (line.value - figure.value).abs() > figure.tolerance.of(line.value) {
                line.value = figure.value;
            }
        }
    }

    pub(super) fn write(&self) -> Result {
        let width = self.lines.keys().map(String::len).max().unwrap_or(0);
        let mut text = self.head.clone();
        let mut group = "";
        for (name, line) in &self.lines {
            let of = name.rsplit_once('/').map_or("", |(group, _)| group);
            if of != group {
                text.push('\n');
                group = of;
            }
            let remark = match line.remark.as_str() {
                "" => String::new(),
                remark => format!("  # {remark}"),
            };
            let entry = format!("{name:width$}  {:>8}{remark}", shown(Some(line.value)));
            text += &format!("{entry}\n");
        }
        // The first group needs no empty line above it, because the head ends with one.
        let text = text.replace("\n\n\n", "\n\n");
        fs::write(path(), text).map_err(|error| format!("cannot write {:?}: {error}", path()))
    }
}
