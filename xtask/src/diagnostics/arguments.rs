//! Checks mistakes in the attribute and the signature: one error each, at its place, with its cure.

use super::compiler::Compiler;
use super::marks::{Mark, marks};
use super::report::{Diagnostic, diagnostics};
use super::variant::Variant;
use super::{Case, each};
use crate::run::{Result, table};

#[derive(Default)]
pub(super) struct Score {
    errors: usize,
    spans: usize,
    cures: usize,
    pub(super) printed: String,
}

struct Compared {
    mistakes: usize,
    ours: Score,
    tokio: Score,
}

/// Compares all cases, prints the table, and returns the cases that are wrong.
pub(super) fn compare(compiler: &Compiler) -> Result<String> {
    let cases = Case::all("arguments")?;
    let compared = each(&cases, |case| one(compiler, case))?;
    let head = [
        "arguments",
        "mistakes",
        "ours",
        "spans",
        "cures",
        "tokio",
        "spans",
        "cures",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    let mut total = Compared {
        mistakes: 0,
        ours: Score::default(),
        tokio: Score::default(),
    };
    let mut wrong = String::new();
    for (case, compared) in cases.iter().zip(&compared) {
        rows.push(row(&case.name, compared));
        total.mistakes += compared.mistakes;
        total.ours.add(&compared.ours);
        total.tokio.add(&compared.tokio);
        if !compared.is_right() {
            let printed = &compared.ours.printed;
            wrong += &format!("\n--- {} is not one error a mistake\n{printed}", case.name);
        }
    }
    rows.push(row("total", &total));
    println!();
    table(&rows);
    Ok(wrong)
}

fn row(name: &str, compared: &Compared) -> Vec<String> {
    let mut row = vec![name.into(), compared.mistakes.to_string()];
    for score in [&compared.ours, &compared.tokio] {
        row.extend(score.counts());
    }
    row
}

fn one(compiler: &Compiler, case: &Case) -> Result<Compared> {
    let marks = marks(&case.source);
    if marks.is_empty() {
        return Err("no mistake is marked".into());
    }
    let score = |variant: Variant| {
        let printed = compiler.check(&case.name, &variant.source(case), variant)?;
        Ok::<_, String>(Score::of(&marks, printed))
    };
    Ok(Compared {
        mistakes: marks.len(),
        ours: score(Variant::Ours)?,
        tokio: score(Variant::Tokio)?,
    })
}

impl Compared {
    fn is_right(&self) -> bool {
        self.ours.is_right(self.mistakes)
    }
}

impl Score {
    pub(super) fn of(marks: &[Mark], printed: String) -> Self {
        let found = diagnostics(&printed);
        let mut found: Vec<&Diagnostic> = found.iter().filter(|one| one.is_error).collect();
        // rustc reports each test that no harness finds, so one function may cause several reports.
        found.dedup_by_key(|error| (error.message(), error.range()));
        let has_error = |mark: &&Mark| found.iter().any(|error| mark.is_at(error));
        let has_cure = |mark: &&Mark| {
            found
                .iter()
                .any(|error| error.message().contains(&mark.cure))
        };
        Score {
            errors: found.len(),
            spans: marks.iter().filter(has_error).count(),
            cures: marks.iter().filter(has_cure).count(),
            printed,
        }
    }

    /// Returns whether each mistake has one error, at its place, with its cure.
    pub(super) fn is_right(&self, mistakes: usize) -> bool {
        [self.errors, self.spans, self.cures]
            .into_iter()
            .all(|count| count == mistakes)
    }

    pub(super) fn counts(&self) -> [String; 3] {
        [self.errors, self.spans, self.cures].map(|count| count.to_string())
    }

    fn add(&mut self, other: &Self) {
        self.errors += other.errors;
        self.spans += other.spans;
        self.cures += other.cures;
    }
}

impl Mark {
    /// Returns whether an error is about this place, or about an argument around it, and not about
    /// the attribute as a whole.
    fn is_at(&self, error: &Diagnostic) -> bool {
        let Some((line, start, end)) = error.range() else {
            return false;
        };
        line == self.line && start > 1 && start < self.end && self.start < end
    }
}
