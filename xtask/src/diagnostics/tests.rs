//! Checks mistakes in tests: one error each, at its place, however many runtimes there are.

use super::arguments::Score;
use super::compiler::Compiler;
use super::marks::marks;
use super::{Case, each};
use crate::run::{Result, table};

/// Checks all cases, prints the table, and returns the cases that are wrong.
pub(super) fn compare(compiler: &Compiler) -> Result<String> {
    let cases = Case::all("tests")?;
    let checked = each(&cases, |case| {
        let marks = marks(&case.source);
        if marks.is_empty() {
            return Err("no mistake is marked".into());
        }
        let printed = compiler.check_tests(&case.name, &case.source)?;
        Ok((
            marks.len(),
            printed.map(|printed| Score::of(&marks, printed)),
        ))
    })?;
    let head = [
        "tests", "mistakes", "one", "spans", "cures", "several", "spans", "cures",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    let mut wrong = String::new();
    for (case, (mistakes, scores)) in cases.iter().zip(&checked) {
        let mut row = vec![case.name.clone(), mistakes.to_string()];
        for score in scores {
            row.extend(score.counts());
            if !score.is_right(*mistakes) {
                let printed = &score.printed;
                wrong += &format!("\n--- {} is not one error a mistake\n{printed}", case.name);
            }
        }
        rows.push(row);
    }
    println!();
    table(&rows);
    Ok(wrong)
}
