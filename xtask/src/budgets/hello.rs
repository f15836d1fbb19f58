//! Measures the smallest program with a task: its size, its packages, its threads and system calls.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::{Figure, Tolerance};
use crate::RUNTIMES;
use crate::run::{Result, cargo, output, root, stdout, step};

/// The number of traced starts, of which the least counts.
const STARTS: usize = 5;

/// Changes of Cargo's release profile, as variables of the environment.
pub(crate) const STRIPPED: [(&str, &str); 1] = [("STRIP", "true")];
const SMALL: [(&str, &str); 5] = [
    ("STRIP", "true"),
    ("OPT_LEVEL", "z"),
    ("LTO", "fat"),
    ("PANIC", "abort"),
    ("CODEGEN_UNITS", "1"),
];

pub(super) fn figures(is_asked: &dyn Fn(&str) -> bool) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for runtime in RUNTIMES {
        let native = format!("native-{runtime}");
        let name = format!("binary/{runtime}/stripped");
        if is_asked(&name) {
            let [ours, theirs] = [size(runtime, &STRIPPED)?, size(&native, &STRIPPED)?];
            figures.push(Figure {
                name,
                native: Some(theirs),
                ours,
                value: ours - theirs,
                budget: Some(8.0),
                tolerance: Tolerance::Absolute(4.0),
            });
        }
        let name = format!("binary/{runtime}/small");
        if is_asked(&name) {
            let bare = size("native-std", &SMALL)?;
            let [ours, theirs] = [size(runtime, &SMALL)?, size(&native, &SMALL)?];
            figures.push(Figure {
                name,
                native: Some(theirs - bare),
                ours: ours - bare,
                value: ours - bare,
                budget: Some(match runtime {
                    "smol" => 100.0,
                    _ => theirs - bare + 8.0,
                }),
                tolerance: Tolerance::Absolute(4.0),
            });
        }
    }
    for runtime in RUNTIMES {
        for (kind, edges) in [
            ("program", "normal,no-proc-macro"),
            ("build", "normal,build"),
        ] {
            let name = format!("crates/{runtime}/{kind}");
            if is_asked(&name) {
                figures.push(crates(name, runtime, kind, edges)?);
            }
        }
    }
    for runtime in RUNTIMES {
        let names = [
            format!("start/{runtime}/threads"),
            format!("start/{runtime}/calls"),
        ];
        if names.iter().any(|name| is_asked(name)) {
            let ours = start(runtime)?;
            let theirs = start(&format!("native-{runtime}"))?;
            for ((name, ours), native) in names.into_iter().zip(ours).zip(theirs) {
                // Threads that start and end may or may not contend for a lock, more often beside a
                // compiler.
                let noise = if name.ends_with("calls") { 24.0 } else { 0.0 };
                figures.push(Figure {
                    name,
                    native: Some(native),
                    ours,
                    value: ours - native,
                    budget: Some(if noise > 0.0 { 8.0 } else { 0.0 }),
                    tolerance: Tolerance::Absolute(noise),
                });
            }
        }
    }
    Ok(figures)
}

/// Builds hello, and returns its path.
pub(crate) fn build(feature: &str, profile: &[(&str, &str)]) -> Result<std::path::PathBuf> {
    let program = match feature.strip_prefix("native-") {
        Some(runtime) => format!("hello-{runtime}"),
        None => "hello-portable".into(),
    };
    // A folder of its own, because other builds would be built again for the other profile.
    let target = root().join(format!("target/budgets/hello-{}", profile.len()));
    let mut command = cargo(&["build", "--quiet", "--release"]);
    command
        .args(["--package", "portable-bench-hello", "--bin", &program])
        .args(["--features", feature, "--target-dir"])
        .arg(&target);
    for (name, value) in profile {
        command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
    }
    step(command)?;
    Ok(target.join("release").join(program))
}

/// Returns the size of hello in KiB.
fn size(feature: &str, profile: &[(&str, &str)]) -> Result<f64> {
    let program = build(feature, profile)?;
    let file = fs::metadata(&program).map_err(|error| format!("cannot read {program:?}: {error}"));
    Ok((file?.len() as f64 / 1024.0).round())
}

fn crates(name: String, runtime: &str, kind: &str, edges: &str) -> Result<Figure> {
    let ours = tree(runtime, edges)?;
    let theirs = tree(&format!("native-{runtime}"), edges)?;
    let own = ours
        .iter()
        .filter(|name| name.starts_with("portable"))
        .count();
    Ok(Figure {
        name,
        native: Some(theirs.len() as f64),
        ours: ours.len() as f64,
        value: ours.len() as f64,
        budget: match (runtime, kind) {
            // The umbrella crate smol has more packages.
            ("smol", "program") => Some(theirs.len() as f64 - 1.0),
            ("tokio" | "smol" | "async-std", _) => Some((theirs.len() + own) as f64),
            _ => None,
        },
        tolerance: Tolerance::Absolute(0.0),
    })
}

/// Returns the packages of hello without hello itself.
fn tree(feature: &str, edges: &str) -> Result<BTreeSet<String>> {
    let mut command = cargo(&["tree", "--package", "portable-bench-hello"]);
    command
        .args(["--features", feature, "--edges", edges])
        .args(["--prefix", "none", "--format", "{p}"]);
    let printed = stdout(&mut command)?;
    let packages = printed.lines().filter(|line| !line.is_empty());
    // `(*)` or the path of one of our packages follows.
    let packages = packages.map(|line| line.split(" (").next().unwrap_or(line));
    Ok(packages
        .filter(|package| !package.starts_with("portable-bench-hello"))
        .map(String::from)
        .collect())
}

/// Returns the number of threads that hello starts, and of its system calls.
fn start(feature: &str) -> Result<[f64; 2]> {
    let program = build(feature, &STRIPPED)?;
    let mut least = [f64::MAX; 2];
    for _ in 0..STARTS {
        // strace prints its table on standard error, where hello prints nothing.
        let traced = output(Command::new("strace").args(["-f", "-c"]).arg(&program))?;
        let text = String::from_utf8_lossy(&traced.stderr);
        let calls = |is_it: &dyn Fn(&str) -> bool| -> f64 {
            let lines = text
                .lines()
                .filter(|line| line.split_whitespace().next_back().is_some_and(is_it));
            lines
                .filter_map(|line| line.split_whitespace().nth(3)?.parse::<f64>().ok())
                .sum()
        };
        let total = calls(&|name| name == "total");
        if total == 0.0 {
            return Err(format!("strace gave no count:\n{text}"));
        }
        least[0] = calls(&|name| matches!(name, "clone" | "clone3")).min(least[0]);
        least[1] = total.min(least[1]);
    }
    Ok(least)
}
