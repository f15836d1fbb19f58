//! Runs the measurements: `benches/runtime/src/bin/{growth,cost}.rs`.

use std::process::Command;

use super::figures::{Figures, Row};
use super::{SIZES, places};
use crate::RUNTIMES;
use crate::bench::{load, median};
use crate::run::{Result, cargo, root, stdout, step};

const ROUNDS: usize = 7;

/// Settings with which glibc keeps freed memory. Otherwise it returns the free end of a worker's
/// heap to the system, down to the last block in use, and one small block decides how much the next
/// round must allocate anew.
const KEEPS: &str = "glibc.malloc.arena_max=1:glibc.malloc.trim_threshold=1000000000000:\
    glibc.malloc.mmap_threshold=1000000000000";

pub(super) fn all() -> Result<Figures> {
    let mut describe = Command::new("git");
    describe
        .args(["describe", "--always", "--dirty"])
        .current_dir(root());
    let mut notes = vec![
        "`cargo xtask bench growth`".to_string(),
        format!("commit {}", stdout(&mut describe)?.trim()),
        format!("medians of {ROUNDS} runs"),
        format!("load {} before", load()),
    ];
    let mut rows = Vec::new();
    for runtime in RUNTIMES {
        let programs = build(runtime)?;
        for place in places(runtime) {
            for tasks in SIZES {
                eprintln!("{runtime} {place} {tasks}");
                measure(&programs, runtime, place, tasks, &mut rows)?;
            }
        }
    }
    notes.push(format!("load {} after", load()));
    Ok(Figures { notes, rows })
}

/// Measures both sides in turns, so that other load on the machine affects both.
fn measure(
    programs: &Programs,
    runtime: &str,
    place: &str,
    tasks: u64,
    rows: &mut Vec<Row>,
) -> Result {
    let sides: &[&str] = match runtime {
        "pollster" => &["portable"],
        _ => &["native", "portable"],
    };
    let mut runs = vec![Vec::new(); sides.len()];
    for _ in 0..ROUNDS {
        for (side, runs) in sides.iter().zip(&mut runs) {
            let run = |program: &str, workload: &str, tasks: u64| {
                numbers(program, [runtime, side, place, workload], tasks)
            };
            let spawned = run(&programs.growth, "spawn-rounds", tasks)?;
            let woken = run(&programs.growth, "wake", tasks)?;
            // Some runtimes start with their first task.
            let with_one = run(&programs.cost, "idle", 1)?[1];
            let bytes = run(&programs.cost, "idle", tasks)?[1] - with_one;
            runs.push([
                tasks as f64 * 1e9 / spawned[0],
                woken[0],
                woken[1],
                woken[2],
                bytes / (tasks - 1) as f64,
            ]);
        }
    }
    for (side, runs) in sides.iter().zip(runs) {
        let of_all = |i: usize| median(runs.iter().map(|run| run[i]).collect());
        rows.push(Row {
            runtime: runtime.into(),
            place: place.into(),
            side: side.to_string(),
            tasks,
            values: std::array::from_fn(of_all),
        });
    }
    Ok(())
}

struct Programs {
    growth: String,
    cost: String,
}

fn build(runtime: &str) -> Result<Programs> {
    let mut command = cargo(&["build", "--quiet", "--release", "--bin", "growth"]);
    command.args(["--bin", "cost", "--package", "portable-bench-runtime"]);
    command.args(["--features", runtime]);
    step(command)?;
    let program = |name| {
        let path = root().join("target/release").join(name);
        path.to_string_lossy().into_owned()
    };
    Ok(Programs {
        growth: program("growth"),
        cost: program("cost"),
    })
}

/// Runs the program, and returns the numbers that it prints.
fn numbers(program: &str, [runtime, side, place, workload]: [&str; 4], n: u64) -> Result<Vec<f64>> {
    let mut command = Command::new(program);
    command
        .args([runtime, side, place, workload, &n.to_string()])
        .env("PORTABLE_RUNTIME", runtime)
        .env("GLIBC_TUNABLES", KEEPS)
        // smol and async-std take their number of threads only from variables.
        .env("SMOL_THREADS", "1")
        .env("ASYNC_STD_THREAD_COUNT", "1");
    let printed = stdout(&mut command)?;
    let numbers = printed.split_whitespace().map(str::parse);
    let numbers: std::result::Result<_, _> = numbers.collect();
    numbers.map_err(|_| format!("{command:?} gave no numbers:\n{printed}"))
}
