//! Checks that the workflow for GitHub has a job for each step.

use std::fs;

use super::STEPS;
use crate::run::root;

/// Returns the steps of the workflow's matrix.
fn jobs() -> Vec<String> {
    let text = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    let name = |line: &str| {
        let name = line.trim_start().strip_prefix("- step: ")?;
        Some(name.trim_matches('"').to_string())
    };
    text.lines().filter_map(name).collect()
}

#[test]
fn there_is_a_job_for_each_step_and_no_other() {
    let steps: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(jobs(), steps);
}
