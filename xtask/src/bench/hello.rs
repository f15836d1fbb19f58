//! Measures the smallest program with a task: its time from start to exit, its memory, and its
//! build.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::{load, median, peak};
use crate::RUNTIMES;
use crate::budgets::hello::{STRIPPED, build};
use crate::build_time::cpu_of_children;
use crate::run::{Result, cargo, root, stdout, table};

const STARTS: usize = 201;
const BUILDS: usize = 3;

/// Implements `bench hello`: all of its measurements.
pub fn hello() -> Result {
    println!("load {}", load());
    starts()?;
    memory()?;
    builds("build")?;
    builds("check")?;
    println!("\nload {}", load());
    Ok(())
}

/// Measures the time from start to exit, in turns.
fn starts() -> Result {
    let mut rows = head();
    for runtime in RUNTIMES {
        let programs = programs(runtime)?;
        let mut took = [Vec::new(), Vec::new()];
        for _ in 0..STARTS {
            for (program, took) in programs.iter().zip(&mut took) {
                let start = Instant::now();
                let status = Command::new(program).stdout(Stdio::null()).status();
                let micros = start.elapsed().as_secs_f64() * 1e6;
                match status {
                    Ok(status) if status.success() => took.push(micros),
                    other => return Err(format!("{program:?}: {other:?}")),
                }
            }
        }
        rows.push(row(runtime, took.map(median), "µs"));
    }
    println!("\nfrom the start of hello to its exit, median of {STARTS}");
    table(&rows);
    Ok(())
}

/// Measures the most memory in use at once.
fn memory() -> Result {
    let mut rows = head();
    for runtime in RUNTIMES {
        let [native, ours] = programs(runtime)?;
        let most = [peak::until_print(&native)?, peak::until_print(&ours)?];
        rows.push(row(runtime, most, "KiB"));
    }
    println!("\nmost memory of hello at once, until it prints");
    table(&rows);
    Ok(())
}

/// Measures `cargo build` or `cargo check` from nothing, in processor time: the best of some, in
/// turns.
fn builds(command: &str) -> Result {
    let mut rows = head();
    for runtime in RUNTIMES {
        // The native program uses a macro too, as ours does.
        let native = match runtime {
            "smol" => "native-smol-macros".to_string(),
            _ => format!("native-{runtime}"),
        };
        let mut best = [f64::MAX; 2];
        for _ in 0..BUILDS {
            for (feature, best) in [&*native, runtime].into_iter().zip(&mut best) {
                *best = from_nothing(command, feature)?.min(*best);
            }
        }
        rows.push(row(runtime, best, "s"));
    }
    println!("\nprocessor time of `cargo {command}` of hello from nothing, best of {BUILDS}");
    table(&rows);
    Ok(())
}

fn from_nothing(command: &str, feature: &str) -> Result<f64> {
    let target = root().join("target/clean-build");
    if target.exists() {
        fs::remove_dir_all(&target)
            .map_err(|error| format!("cannot remove {target:?}: {error}"))?;
    }
    let mut command = cargo(&[command, "--quiet", "--package", "portable-bench-hello"]);
    command.args(["--features", feature, "--target-dir"]);
    command.arg(&target).env("CARGO_INCREMENTAL", "0");
    let start = cpu_of_children()?;
    stdout(&mut command)?;
    Ok(cpu_of_children()?.saturating_sub(start).as_secs_f64())
}

/// Builds the native program, and ours.
fn programs(runtime: &str) -> Result<[PathBuf; 2]> {
    Ok([
        build(&format!("native-{runtime}"), &STRIPPED)?,
        build(runtime, &STRIPPED)?,
    ])
}

fn head() -> Vec<Vec<String>> {
    let head = ["runtime", "native", "portable", "ratio"];
    vec![head.map(String::from).to_vec()]
}

fn row(runtime: &str, [native, ours]: [f64; 2], unit: &str) -> Vec<String> {
    let digits = if unit == "s" { 1 } else { 0 };
    vec![
        runtime.into(),
        format!("{native:.digits$} {unit}"),
        format!("{ours:.digits$} {unit}"),
        format!("{:.2}", ours / native),
    ]
}
