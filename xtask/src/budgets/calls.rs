//! Counts instructions and allocations of calls: `benches/runtime/src/bin/cost.rs`, under
//! callgrind.

use std::process::Command;
use std::sync::Mutex;
use std::thread;

use super::{Figure, Tolerance};
use crate::run::{Result, cargo, output, root, step, table};
use crate::{RUNTIMES, has_workers};

/// The operations of the short and the long run: the difference leaves out start-up and exit.
const COUNTS: [u64; 2] = [2_000, 8_000];
/// The numbers of idle tasks, at which tables of tasks are full.
const IDLE: [u64; 2] = [4_096, 8_192];

/// The workloads. None blocks, because how often the threads of a blocking one meet differs from
/// run to run.
const WORKLOADS: [&str; 10] = [
    "spawn",
    "detach",
    "join-set",
    "yield",
    "message",
    "ping-pong",
    "sleep",
    "timeout",
    "timeout-pending",
    "interval",
];

/// The workloads whose allocations are counted too.
const ALLOCATES: [&str; 5] = ["spawn", "detach", "join-set", "yield", "message"];

/// A runtime of the user's own, the least there can be: `benches/runtime/src/sides/custom.rs`.
const CUSTOM: &str = "custom";

/// Its workloads: what a task costs there. The rest is the same as on the other runtimes.
const OF_CUSTOM: [&str; 3] = ["spawn", "detach", "yield"];

/// The features that may cost each task something, beside the same runtime without them: those that
/// observe tasks, Tokio's context, and a clock that could be paused.
const ADDED: [(&str, &[&str]); 4] = [
    ("inspect", &["smol", "tokio"]),
    ("tracing", &["smol", "tokio"]),
    ("tokio-context", &["smol"]),
    ("test-util", &["smol"]),
];

/// The workloads that are run with them.
const OF_ADDED: [&str; 2] = ["spawn", "yield"];

/// One side of a comparison.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Build {
    Native,
    One,
    All,
    /// One runtime, and a feature that may cost each task something.
    With(&'static str),
}

impl Build {
    /// Returns the builds of `portable` and the runtimes that each is made for.
    fn all() -> Vec<(Self, Vec<&'static str>)> {
        // A build with all has one table, in which a runtime of the user's own has no name.
        let mut one = RUNTIMES.to_vec();
        one.push(CUSTOM);
        let added = ADDED.map(|(feature, runtimes)| (Self::With(feature), runtimes.to_vec()));
        let mut builds = vec![(Self::One, one), (Self::All, RUNTIMES.to_vec())];
        builds.extend(added);
        builds
    }

    /// Returns whether the workload is measured in this build.
    fn has(self, runtime: &str, place: &str, workload: &str) -> bool {
        match self {
            Self::With(_) => place == "main" && OF_ADDED.contains(&workload),
            _ => runtime != CUSTOM || OF_CUSTOM.contains(&workload),
        }
    }
}

/// One run that is to be made.
#[derive(Clone)]
struct Run {
    program: String,
    runtime: &'static str,
    build: Build,
    place: &'static str,
    workload: &'static str,
}

/// The cost of one operation.
#[derive(Clone, Copy)]
struct Cost {
    instructions: f64,
    allocations: f64,
    bytes: f64,
}

fn places(runtime: &str) -> &'static [&'static str] {
    match has_workers(runtime) {
        true => &["main", "task"],
        false => &["main"],
    }
}

/// Returns whether the runtime itself has the workload, so that there is something to compare with.
fn has_native(runtime: &str, place: &str, workload: &str) -> bool {
    match (runtime, workload) {
        (CUSTOM | "pollster", _) | ("async-std", "interval") => false,
        // The tasks are not on the thread of `main`, so each exchange is between threads, where
        // counts of instructions have little meaning. `cargo xtask bench` times it.
        ("smol" | "async-std", "ping-pong") => place == "task",
        _ => true,
    }
}

pub(super) fn figures(is_asked: &dyn Fn(&str) -> bool) -> Result<Vec<Figure>> {
    let kinds = ["instructions", "allocations", "bytes", "idle"];
    let mut runs = Vec::new();
    for (build, runtimes) in Build::all() {
        for runtime in runtimes {
            let mut wanted = Vec::new();
            for place in places(runtime) {
                for workload in WORKLOADS.into_iter().chain(["idle"]) {
                    if !build.has(runtime, place, workload) {
                        continue;
                    }
                    let names = kinds.map(|kind| match kind {
                        "idle" => format!("idle/{runtime}/{place}"),
                        "instructions" => name(build, runtime, place, workload),
                        _ => format!("{kind}/{runtime}/{place}/{workload}"),
                    });
                    let is_idle = workload == "idle";
                    let asked = match is_idle {
                        true => is_asked(&names[3]) && build == Build::One,
                        // The other two are measured in the build with one runtime, and the
                        // figures of the build with all are compared with those of that build.
                        false if build != Build::One => is_asked(&names[0]),
                        false => {
                            names[..3].iter().any(|name| is_asked(name))
                                || is_asked(&name(Build::All, runtime, place, workload))
                        }
                    };
                    if asked {
                        wanted.push((*place, workload));
                    }
                }
            }
            if wanted.is_empty() {
                continue;
            }
            let program = program(runtime, build)?;
            for (place, workload) in wanted {
                let run = Run {
                    program: program.clone(),
                    runtime,
                    build,
                    place,
                    workload,
                };
                if build == Build::One && has_native(runtime, place, workload) {
                    runs.push(Run {
                        build: Build::Native,
                        ..run.clone()
                    });
                }
                runs.push(run);
            }
        }
    }
    let costs = measure(&runs)?;
    let find = |run: &Run, build| {
        runs.iter().zip(&costs).find_map(|(other, cost)| {
            let is_it = (other.runtime, other.place, other.workload)
                == (run.runtime, run.place, run.workload);
            (is_it && other.build == build).then_some(*cost)
        })
    };
    let mut figures = Vec::new();
    for (run, ours) in runs.iter().zip(&costs) {
        let (runtime, place, workload) = (run.runtime, run.place, run.workload);
        let native = find(run, Build::Native);
        match run.build {
            Build::Native => {}
            Build::One if workload == "idle" => figures.push(Figure {
                name: format!("idle/{runtime}/{place}"),
                native: native.map(|native| native.bytes),
                ours: ours.bytes,
                value: ours.bytes,
                budget: native.map(|native| native.bytes + 16.0),
                // The tolerance is for how far tables have grown when the tasks start.
                tolerance: Tolerance::Absolute(if runtime == "tokio" { 0.5 } else { 8.0 }),
            }),
            Build::One => {
                figures.push(Figure {
                    name: name(run.build, runtime, place, workload),
                    native: native.map(|native| native.instructions),
                    ours: ours.instructions,
                    value: ours.instructions / native.map_or(1.0, |native| native.instructions),
                    budget: native.map(|_| budget(runtime, place, workload)),
                    tolerance: tolerance(runtime, place, workload),
                });
                if !ALLOCATES.contains(&workload) {
                    continue;
                }
                let of = |kind, native: Option<f64>, ours: f64, budget| Figure {
                    name: format!("{kind}/{runtime}/{place}/{workload}"),
                    native,
                    ours,
                    value: ours,
                    budget,
                    tolerance: match kind {
                        // Bytes are rounded, and a channel allocates one block for many messages.
                        "bytes" => Tolerance::Either {
                            percent: 3.0,
                            // A queue of another thread may grow in one run and not in the other.
                            absolute: if runtime == "tokio" { 0.02 } else { 4.0 },
                        },
                        _ => Tolerance::Absolute(0.02),
                    },
                };
                let allocations = native.map(|native| native.allocations);
                figures.push(of(
                    "allocations",
                    allocations,
                    ours.allocations,
                    allocations.map(|native| native + 0.02),
                ));
                let bytes = native.map(|native| native.bytes);
                figures.push(of("bytes", bytes, ours.bytes, None));
            }
            Build::With(_) => figures.push(Figure {
                name: name(run.build, runtime, place, workload),
                native: None,
                ours: ours.instructions,
                value: ours.instructions,
                budget: None,
                tolerance: Tolerance::Percent(5.0),
            }),
            Build::All => {
                let one = find(run, Build::One).expect("it was run before");
                figures.push(Figure {
                    name: name(run.build, runtime, place, workload),
                    native: Some(one.instructions),
                    ours: ours.instructions,
                    value: ours.instructions / one.instructions,
                    budget: Some(1.05),
                    tolerance: tolerance(runtime, place, workload),
                });
            }
        }
    }
    figures.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(figures)
}

fn name(build: Build, runtime: &str, place: &str, workload: &str) -> String {
    let build = match build {
        Build::All => "all",
        Build::With(feature) => feature,
        _ => "one",
    };
    format!("instructions/{runtime}/{build}/{place}/{workload}")
}

/// Returns the budget for the instructions, as a ratio to the native call.
fn budget(runtime: &str, place: &str, workload: &str) -> f64 {
    match (runtime, workload) {
        ("tokio", "spawn" | "detach" | "join-set") => 1.01,
        ("smol" | "async-std", "spawn" | "detach" | "join-set") => match place {
            "main" => 0.6,
            _ => 0.8,
        },
        (
            "smol" | "async-std" | "embassy",
            "sleep" | "timeout" | "timeout-pending" | "interval",
        ) => 1.0,
        _ => 1.02,
    }
}

/// Returns the tolerance. The instructions of one thread are the same each time; with several
/// threads they vary.
fn tolerance(runtime: &str, place: &str, workload: &str) -> Tolerance {
    Tolerance::Percent(match (runtime, place, workload) {
        // The count is so small that one instruction is more than a percent.
        ("tokio", _, "timeout" | "interval") => 6.0,
        ("tokio", "main", _) => 1.0,
        ("tokio", _, _) => 2.0,
        // The thread of the timers does some of the work now and then.
        ("smol" | "async-std" | "pollster", _, "timeout-pending") => 100.0,
        // No native figure varies together with this one.
        ("pollster", _, "sleep") => 50.0,
        ("smol" | "async-std", _, "sleep") => 30.0,
        ("async-std", "main", "ping-pong") => 30.0,
        ("smol" | "async-std" | "pollster" | CUSTOM, _, "timeout" | "join-set" | "interval") => {
            12.0
        }
        _ => 5.0,
    })
}

/// Builds the program, and copies it so that the next build does not replace it.
fn program(runtime: &str, build: Build) -> Result<String> {
    let (features, kind) = match build {
        Build::All => (RUNTIMES.join(","), "all".to_string()),
        Build::With(feature) => (
            format!("{runtime},{feature}"),
            format!("{runtime}-{feature}"),
        ),
        _ => (runtime.to_string(), runtime.to_string()),
    };
    let folder = root().join("target/budgets");
    let copy = folder.join(format!("cost-{kind}"));
    let mut command = cargo(&["build", "--quiet", "--release", "--bin", "cost"]);
    command.args([
        "--package",
        "portable-bench-runtime",
        "--features",
        &features,
    ]);
    step(command)?;
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::copy(root().join("target/release/cost"), &copy))
        .map_err(|error| format!("cannot copy the program: {error}"))?;
    Ok(copy.to_string_lossy().into_owned())
}

/// Makes all runs, as many at once as there are cores.
fn measure(runs: &[Run]) -> Result<Vec<Cost>> {
    let next = Mutex::new(0..runs.len());
    let costs = Mutex::new(vec![None; runs.len()]);
    let work = || -> Result {
        loop {
            let taken = next.lock().expect("nobody panics").next();
            let Some(index) = taken else { return Ok(()) };
            let cost = runs[index].measure()?;
            costs.lock().expect("nobody panics")[index] = Some(cost);
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("nobody panics"))
    })?;
    let costs = costs.into_inner().expect("nobody panics");
    Ok(costs.into_iter().flatten().collect())
}

impl Run {
    fn measure(&self) -> Result<Cost> {
        let counts = match self.workload {
            "idle" => IDLE,
            _ => COUNTS,
        };
        let [short, long] = [self.least(counts[0])?, self.least(counts[1])?];
        let each =
            |pick: fn(&Cost) -> f64| (pick(&long) - pick(&short)) / (counts[1] - counts[0]) as f64;
        Ok(Cost {
            instructions: each(|cost| cost.instructions),
            allocations: each(|cost| cost.allocations),
            // A single allocation in thousands of operations rounds to nothing.
            bytes: (each(|cost| cost.bytes) * 100.0).round() / 100.0,
        })
    }

    /// Returns the least cost of some runs: where other threads take part, some runs do additional
    /// work.
    fn least(&self, count: u64) -> Result<Cost> {
        let runs = match self.runtime {
            "smol" | "async-std" | "pollster" if self.workload != "idle" => 4,
            _ => 1,
        };
        let mut least = self.once(count)?;
        for _ in 1..runs {
            let cost = self.once(count)?;
            least.instructions = least.instructions.min(cost.instructions);
            least.allocations = least.allocations.min(cost.allocations);
            least.bytes = least.bytes.min(cost.bytes);
        }
        Ok(least)
    }

    fn once(&self, count: u64) -> Result<Cost> {
        let mut command = match self.workload {
            "idle" => Command::new(&self.program),
            _ => {
                let mut command = Command::new("valgrind");
                command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
                command.arg(&self.program);
                command
            }
        };
        let side = match self.build {
            Build::Native => "native",
            _ => "portable",
        };
        command
            .args([self.runtime, side, self.place, self.workload])
            .arg(count.to_string())
            .current_dir(root())
            .env("PORTABLE_RUNTIME", self.runtime)
            // One thread runs the tasks on both sides.
            .env("SMOL_THREADS", "1")
            .env("ASYNC_STD_THREAD_COUNT", "1");
        let printed = output(&mut command)?;
        let errors = String::from_utf8_lossy(&printed.stderr);
        let instructions = errors
            .lines()
            .find_map(|line| line.split("Collected : ").nth(1))
            .and_then(|number| number.trim().parse().ok());
        let numbers = String::from_utf8_lossy(&printed.stdout);
        let mut numbers = numbers.split_whitespace().map(|number| number.parse().ok());
        let (Some(Some(allocations)), Some(Some(bytes))) = (numbers.next(), numbers.next()) else {
            return Err(format!("{command:?} gave no figures:\n{errors}"));
        };
        if instructions.is_none() && self.workload != "idle" {
            return Err(format!("callgrind gave no count:\n{errors}"));
        }
        Ok(Cost {
            instructions: instructions.unwrap_or(0.0),
            allocations,
            bytes,
        })
    }
}

/// Implements `cost [WORKLOAD]`: instructions and allocations of one workload on every runtime, as
/// figures.
pub fn cost(workload: &str) -> Result {
    let is_asked = |name: &str| name.ends_with(&format!("/{workload}"));
    let mut rows = vec![
        ["what", "beside", "ours", "value"]
            .map(String::from)
            .to_vec(),
    ];
    for figure in figures(&is_asked)? {
        rows.push(vec![
            figure.name,
            super::shown(figure.native),
            super::shown(Some(figure.ours)),
            super::shown(Some(figure.value)),
        ]);
    }
    table(&rows);
    Ok(())
}
