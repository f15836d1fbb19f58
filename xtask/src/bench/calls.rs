//! Times workloads of tasks and timers: `benches/runtime/src/bin/time.rs`, and the other layers.

use std::process::Command;

use super::median;
use crate::run::{Result, cargo, output, root, step, table};
use crate::{RUNTIMES, has_workers};

const ROUNDS: usize = 7;

/// The workloads, each with its number of operations.
const WORKLOADS: [(&str, u64); 5] = [
    ("spawn-all", 10_000),
    ("yield-1000", 1_000),
    ("timers", 10_000),
    ("blocking-burst", 10_000),
    ("ping-pong", 10_000),
];

const IDLE: u64 = 1_000_000;

/// The other layers, the runtimes they support, and the workloads that they lack.
const PEERS: [(&str, &[&str], &[&str]); 4] = [
    ("agnostic-lite", &["tokio", "smol"], &[]),
    ("any_spawner", &["tokio"], &["timers", "blocking-burst"]),
    ("async_executors", &["tokio", "async-std"], &[]),
    ("async-rs", &["tokio", "smol"], &["yield-1000"]),
];

pub(super) fn bench() -> Result {
    let peers = peers()?;
    let mut rows = vec![
        ["runtime", "threads", "work", "native", "portable", "ratio"]
            .into_iter()
            .chain(PEERS.map(|(name, ..)| name))
            .map(String::from)
            .collect(),
    ];
    let mut idle = vec![["runtime", "native", "portable"].map(String::from).to_vec()];
    for runtime in RUNTIMES {
        let ours = program(runtime)?;
        let places: &[&str] = match has_workers(runtime) {
            true => &["main", "1", "2", "4"],
            false => &["main"],
        };
        for place in places {
            for (workload, count) in WORKLOADS {
                let of = |program, side| Run {
                    program,
                    runtime,
                    side,
                    place,
                    workload,
                    count,
                };
                let has_native =
                    runtime != "pollster" && (runtime, workload) != ("embassy", "blocking-burst");
                // The sides take turns, so that other load on the machine affects them alike.
                let mut runs = vec![(of(&*ours, "portable"), Vec::new())];
                if has_native {
                    runs.push((of(&*ours, "native"), Vec::new()));
                }
                for (name, runtimes, lacks) in PEERS {
                    // async_executors has another type for the current-thread flavour on Tokio.
                    let is_other = (name, *place) == ("async_executors", "main");
                    if runtimes.contains(&runtime) && !lacks.contains(&workload) && !is_other {
                        runs.push((of(&*peers, name), Vec::new()));
                    }
                }
                if runs.len() > 2 {
                    // The native side may cost something else in a build with the peers'
                    // dependencies.
                    runs.push((
                        Run {
                            side: "native",
                            ..of(&*peers, "native")
                        },
                        Vec::new(),
                    ));
                }
                for _ in 0..ROUNDS {
                    for (run, took) in &mut runs {
                        took.push(run.once()?);
                    }
                }
                let find = |program: &str, side| {
                    let is_it = |run: &Run<'_>| run.program == program && run.side == side;
                    let found = runs.iter().find(|(run, _)| is_it(run));
                    found.map(|(_, took)| median(took.clone()) / 1e6)
                };
                let (portable, native) = (find(&ours, "portable"), find(&ours, "native"));
                let beside = find(&peers, "native");
                let shown = |value: Option<f64>, digits: usize| {
                    value.map_or("-".into(), |value| format!("{value:.digits$}"))
                };
                let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
                let mut row = vec![
                    runtime.into(),
                    (*place).into(),
                    workload.into(),
                    shown(native, 1),
                    shown(portable, 1),
                    shown(ratio(portable, native), 2),
                ];
                for (name, ..) in PEERS {
                    row.push(shown(ratio(find(&peers, name), beside), 2));
                }
                rows.push(row);
            }
        }
        if has_workers(runtime) {
            rows.push(spawned_main(&ours, runtime)?);
        }
        let mut row = vec![runtime.to_string()];
        for side in ["native", "portable"] {
            let run = Run {
                program: &ours,
                runtime,
                side,
                place: if has_workers(runtime) { "2" } else { "main" },
                workload: "idle",
                count: IDLE,
            };
            row.push(match (runtime, side) {
                ("pollster", "native") => "-".into(),
                _ => format!("{:.0}", run.once()?),
            });
        }
        idle.push(row);
    }
    println!(
        "\nmilliseconds, median of {ROUNDS}; of the other layers the ratio to the native calls"
    );
    table(&rows);
    println!("\nbytes a task in memory, of {IDLE} that wait");
    table(&idle);
    Ok(())
}

/// Measures the saving of `#[portable::main(spawn = true)]`: `main` and a task that wait for one
/// another, with `main` on the worker and natively beside it.
fn spawned_main(program: &str, runtime: &str) -> Result<Vec<String>> {
    let native = Run {
        program,
        runtime,
        side: "native",
        place: "1",
        workload: "ping-pong",
        count: 10_000,
    };
    let ours = Run {
        side: "portable",
        place: "task",
        ..native
    };
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        took[0].push(native.once()?);
        took[1].push(ours.once()?);
    }
    let [native, ours] = took.map(|took| median(took) / 1e6);
    let mut row = vec![
        runtime.into(),
        "1, main on it".into(),
        "ping-pong".into(),
        format!("{native:.1}"),
        format!("{ours:.1}"),
        format!("{:.2}", ours / native),
    ];
    row.extend(PEERS.map(|_| "-".to_string()));
    Ok(row)
}

/// Builds our program, and copies it so that the next build does not replace it.
fn program(runtime: &str) -> Result<String> {
    let mut command = cargo(&["build", "--quiet", "--release", "--bin", "time"]);
    command.args(["--package", "portable-bench-runtime", "--features", runtime]);
    step(command)?;
    let copy = root().join(format!("target/time-{runtime}"));
    std::fs::copy(root().join("target/release/time"), &copy)
        .map_err(|error| format!("cannot copy the program: {error}"))?;
    Ok(copy.to_string_lossy().into_owned())
}

fn peers() -> Result<String> {
    let mut command = cargo(&["build", "--quiet", "--release", "--target-dir"]);
    command.arg(root().join("target/peers"));
    command.current_dir(root().join("benches/peers"));
    step(command)?;
    let program = root().join("target/peers/release/portable-bench-peers");
    Ok(program.to_string_lossy().into_owned())
}

#[derive(Clone, Copy)]
struct Run<'a> {
    program: &'a str,
    runtime: &'a str,
    side: &'a str,
    place: &'a str,
    workload: &'a str,
    count: u64,
}

impl Run<'_> {
    /// Runs the program once, and returns the figure that it prints.
    fn once(&self) -> Result<f64> {
        let threads = if self.place == "main" {
            "1"
        } else {
            self.place
        };
        let mut command = Command::new(self.program);
        command
            .args([self.runtime, self.side, self.place, self.workload])
            .arg(self.count.to_string())
            .env("PORTABLE_RUNTIME", self.runtime)
            // smol and async-std take their number of threads only from variables.
            .env("SMOL_THREADS", threads)
            .env("ASYNC_STD_THREAD_COUNT", threads);
        let printed = output(&mut command)?;
        let text = String::from_utf8_lossy(&printed.stdout);
        text.trim().parse().map_err(|_| {
            let errors = String::from_utf8_lossy(&printed.stderr);
            format!("{command:?} gave no time:\n{errors}")
        })
    }
}
