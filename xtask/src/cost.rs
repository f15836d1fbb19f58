//! What spawn-and-join costs beside the native call: instructions, allocations, sizes.

use std::process::Command;

use crate::RUNTIMES;
use crate::run::{Result, cargo, output, root, stdout, table};

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
            "handle",
            "abort",
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
                row.extend(
                    run(&binary, runtime, side, 1_000)?
                        .split_whitespace()
                        .map(String::from),
                );
                rows.push(row);
            }
        }
    }
    table(&rows);
    Ok(())
}

/// Builds `benches/cost.rs` and gives the path of the program.
fn binary(features: &str) -> Result<String> {
    let mut command = cargo(&[
        "bench",
        "--no-run",
        "--bench",
        "cost",
        "--features",
        features,
    ]);
    let printed = output(&mut command)?;
    let text = String::from_utf8_lossy(&printed.stderr);
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("Executable benches/cost.rs ("))
        .filter_map(|rest| rest.strip_suffix(')'))
        .map(String::from)
        .next_back()
        .ok_or_else(|| format!("cannot build benches/cost.rs:\n{text}"))
}

fn program(binary: &str, runtime: &str, side: &str, tasks: u64) -> Vec<String> {
    vec![
        binary.into(),
        runtime.into(),
        side.into(),
        tasks.to_string(),
    ]
}

fn run(binary: &str, runtime: &str, side: &str, tasks: u64) -> Result<String> {
    let words = program(binary, runtime, side, tasks);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(root());
    environment(&mut command, runtime);
    stdout(&mut command)
}

/// Instructions of one spawn-and-join.
fn instructions(binary: &str, runtime: &str, side: &str) -> Result<f64> {
    let mut counts = [0; 2];
    for (count, tasks) in counts.iter_mut().zip(TASKS) {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        command
            .args(program(binary, runtime, side, tasks))
            .current_dir(root());
        environment(&mut command, runtime);
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

/// One thread runs the tasks on both sides.
fn environment(command: &mut Command, runtime: &str) {
    command
        .env("PORTABLE_RUNTIME", runtime)
        .env("SMOL_THREADS", "1")
        .env("ASYNC_STD_THREAD_COUNT", "1");
}
