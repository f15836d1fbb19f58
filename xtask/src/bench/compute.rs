//! Measures jobs that keep a processor busy, beside a timer: the program `compute`.

use std::process::Command;

use crate::RUNTIMES;
use crate::run::{Result, cargo, root, stdout, step, table};

/// The functions that start a job.
const BY: [&str; 3] = ["spawn", "spawn_blocking", "spawn_compute"];

/// Implements `bench compute`.
pub fn compute() -> Result {
    println!("load {}", super::load());
    let head = [
        "runtime",
        "by",
        "all jobs, s",
        "timer late, p99, ms",
        "most, ms",
        "threads",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    for runtime in RUNTIMES {
        let features = format!("{runtime},compute");
        let package = ["--package", "portable-bench-runtime", "--bin", "compute"];
        let mut build = cargo(&["build", "--release", "--features", &features]);
        build.args(package);
        step(build)?;
        for by in BY {
            let mut program = Command::new(root().join("target/release/compute"));
            let printed = stdout(program.arg(by))?;
            let mut row = vec![runtime.to_string(), by.into()];
            row.extend(printed.split_whitespace().map(String::from));
            rows.push(row);
        }
    }
    println!();
    table(&rows);
    Ok(())
}
