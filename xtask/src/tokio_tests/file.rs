//! A file with tests, of which what does not compile is cut.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use super::cause::cause;
use super::compile::Mistake;
use super::imports;
use super::items::{Found, Kind, items};
use crate::run::Result;

pub(super) struct File {
    pub(super) name: String,
    /// The original.
    pub(super) path: PathBuf,
    text: String,
    /// Whether the text differs from that of the original.
    is_cut: bool,
    /// The tests that are cut, and the items that they miss.
    pub(super) cut: BTreeMap<String, BTreeSet<String>>,
    /// The helpers and imports that are cut, and what they miss.
    helpers: BTreeMap<String, String>,
}

impl File {
    pub(super) fn read(name: &str, path: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("there is no file {name} in Tokio's tests: {error}"))?;
        Ok(Self {
            name: name.into(),
            path,
            text,
            is_cut: false,
            cut: BTreeMap::new(),
            helpers: BTreeMap::new(),
        })
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the name of the test program.
    pub(super) fn target(&self) -> String {
        self.name.replace(':', "_")
    }

    /// Cuts the items with these mistakes.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none to cut.
    pub(super) fn cut(&mut self, mistakes: &[Mistake]) -> Result {
        let found = items(&self.text).map_err(|error| format!("{}: {error}", self.name))?;
        let rules = |at: &Range<usize>| {
            let mut around = found.iter().filter(|item| covers(item, at));
            around.any(|item| matches!(item.kind, Kind::Rules))
        };
        // The items, and for those that import something the places of the wrong names.
        let mut wrong: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
        let mut causes = Vec::new();
        for mistake in mistakes {
            let cause = self.cause(&mistake.message);
            for places in &mistake.places {
                // What a macro of the file made goes where the macro is called.
                let place = places.iter().find(|place| !rules(place)).or(places.first());
                let Some(place) = place else { continue };
                let Some(index) = found.iter().position(|item| covers(item, place)) else {
                    continue;
                };
                wrong.entry(index).or_default().push(place.clone());
                causes.push((index, cause.clone()));
            }
        }
        if wrong.is_empty() {
            let messages: Vec<_> = mistakes.iter().map(|mistake| &*mistake.message).collect();
            return Err(format!("{}: {}", self.name, messages.join("\n")));
        }
        for (index, cause) in causes {
            let item = &found[index];
            match &item.kind {
                Kind::Use(imports) => {
                    let (_, names) = imports::without(imports, &wrong[&index]);
                    for name in names {
                        let name = name.rsplit([':', ' ']).next().unwrap_or_default();
                        self.helpers.entry(name.into()).or_insert(cause.clone());
                    }
                }
                _ if item.is_test() => {
                    self.cut.entry(item.name.clone()).or_default().insert(cause);
                }
                _ => {
                    self.helpers.entry(item.name.clone()).or_insert(cause);
                }
            }
        }
        for (index, places) in wrong.iter().rev() {
            let item = &found[*index];
            let mut rest = match &item.kind {
                // If it cannot be told which name is wrong, all of them go.
                Kind::Use(imports) => match imports::without(imports, places) {
                    (_, names) if names.is_empty() => String::new(),
                    (rest, _) => rest,
                },
                _ => String::new(),
            };
            // Messages name the lines of the original.
            let lines = self.text[item.bytes.clone()].matches('\n').count();
            rest += &"\n".repeat(lines);
            self.text.replace_range(item.bytes.clone(), &rest);
        }
        self.is_cut = true;
        Ok(())
    }

    /// Returns what is missing: not a helper that was cut, but what that missed.
    fn cause(&self, message: &str) -> String {
        let cause = cause(message);
        let name = cause.rsplit("::").next().unwrap_or(&cause);
        match self.helpers.get(name) {
            Some(of_helper) => of_helper.clone(),
            None => cause,
        }
    }
}

fn covers(item: &Found, place: &Range<usize>) -> bool {
    item.bytes.start <= place.start && place.start < item.bytes.end
}
