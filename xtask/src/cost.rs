//! What spawn-and-join costs beside the native call: instructions and allocations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::RUNTIMES;
use crate::run::{Result, cargo, output, root, stdout, step, table};

/// Tasks of the short and the long run: their difference leaves start-up and exit out.
const TASKS: [u64; 2] = [2_000, 12_000];

pub fn cost() -> Result {
    let mut rows = vec![
        [
            "runtime",
            "build",
            "instructions",
            "ratio",
            "allocations",
            "bytes",
        ]
        .map(String::from)
        .to_vec(),
    ];
    for runtime in RUNTIMES {
        let mut native = None;
        for (build, features) in [
            ("one feature", runtime),
            ("all features", &RUNTIMES.join(",")),
        ] {
            let binary = binary(features)?;
            for side in ["native", "portable"] {
                // pollster has no spawn.
                if side == "native" && (native.is_some() || runtime == "pollster") {
                    continue;
                }
                let instructions = instructions(&binary, runtime, side)?;
                if side == "native" {
                    native = Some(instructions);
                }
                let label = if side == "native" { "native" } else { build };
                let mut row = vec![
                    runtime.to_string(),
                    label.to_string(),
                    format!("{instructions:.0}"),
                    native.map_or("-".into(), |native| format!("{:.3}", instructions / native)),
                ];
                row.extend(allocated(&binary, runtime, side)?);
                rows.push(row);
            }
        }
    }
    table(&rows);
    Ok(())
}

/// Builds the program and gives its path.
fn binary(features: &str) -> Result<PathBuf> {
    let package = ["--package", "portable-bench-runtime", "--bin", "cost"];
    let build = ["build", "--release", "--features", features];
    step(cargo(&[&build[..], &package].concat()))?;
    // The next build takes its place.
    let built = root().join("target/release/cost");
    let kept = root().join(format!("target/release/cost-{features}"));
    fs::copy(&built, &kept).map_err(|error| format!("cannot copy {built:?}: {error}"))?;
    Ok(kept)
}

fn program(command: &mut Command, runtime: &str, side: &str, tasks: u64) {
    command
        .args([runtime, side, "main", "spawn", &tasks.to_string()])
        .current_dir(root())
        // One thread runs the tasks on both sides.
        .env("PORTABLE_RUNTIME", runtime)
        .env("SMOL_THREADS", "1")
        .env("ASYNC_STD_THREAD_COUNT", "1");
}

/// Allocations of one spawn-and-join, and their bytes.
fn allocated(binary: &Path, runtime: &str, side: &str) -> Result<Vec<String>> {
    let mut totals = [[0.0; 2]; 2];
    for (total, tasks) in totals.iter_mut().zip(TASKS) {
        let mut command = Command::new(binary);
        program(&mut command, runtime, side, tasks);
        let printed = stdout(&mut command)?;
        let mut numbers = printed.split_whitespace().map(str::parse);
        for number in total {
            *number = match numbers.next() {
                Some(Ok(parsed)) => parsed,
                _ => return Err(format!("it prints no two numbers: {printed}")),
            };
        }
    }
    let tasks = (TASKS[1] - TASKS[0]) as f64;
    let each = |i: usize| (totals[1][i] - totals[0][i]) / tasks;
    Ok(vec![format!("{:.2}", each(0)), format!("{:.0}", each(1))])
}

/// Instructions of one spawn-and-join.
fn instructions(binary: &Path, runtime: &str, side: &str) -> Result<f64> {
    let mut counts = [0; 2];
    for (count, tasks) in counts.iter_mut().zip(TASKS) {
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(binary);
        program(&mut command, runtime, side, tasks);
        let printed = output(&mut command)?;
        let text = String::from_utf8_lossy(&printed.stderr);
        *count = text
            .lines()
            .find_map(|line| line.split("Collected : ").nth(1))
            .and_then(|number| number.trim().parse().ok())
            .ok_or_else(|| format!("callgrind gave no count:\n{text}"))?;
    }
    Ok((counts[1] as f64 - counts[0] as f64) / (TASKS[1] - TASKS[0]) as f64)
}
