//! Runs random load on each runtime and flavour, for hours or for seconds.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::run::{Result, cargo, root, step, table};
use crate::{RUNTIMES, has_workers};

const FLAVORS: [&str; 2] = ["multi_thread", "current_thread"];

/// The duration, the seed of the random numbers, and whether a watchdog looks on.
pub struct Options {
    /// The seconds for each runtime. Each flavour gets half of them.
    pub seconds: u64,
    pub seed: u64,
    pub has_watchdog: bool,
}

/// The limit of the watchdog, in milliseconds. No poll of the load blocks, but a machine that is busy
/// may stop a thread for long.
const WATCHDOG: &str = "2000";

impl Options {
    /// Returns options with a new seed.
    pub fn new(seconds: u64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            seconds,
            seed: now.map_or(0, |now| u64::from(now.subsec_nanos())),
            has_watchdog: false,
        }
    }

    /// Returns these options with a watchdog, which needs a build of its own.
    pub fn with_watchdog(self) -> Self {
        Self {
            has_watchdog: true,
            ..self
        }
    }

    /// Reads `--seconds N --seed N --watchdog`, in any order. Returns `None` if there is anything else.
    pub fn read(mut args: impl Iterator<Item = String>) -> Option<Self> {
        let mut options = Self::new(60);
        while let Some(name) = args.next() {
            if name == "--watchdog" {
                options = options.with_watchdog();
                continue;
            }
            let value = args.next()?.parse().ok()?;
            match name.as_str() {
                "--seconds" => options.seconds = value,
                "--seed" => options.seed = value,
                _ => return None,
            }
        }
        Some(options)
    }
}

pub fn soak(options: &Options) -> Result {
    let watchdog: &[_] = match options.has_watchdog {
        true => &["--watchdog", WATCHDOG],
        false => &[],
    };
    println!(
        "soak: --seconds {} --seed {}{}",
        options.seconds,
        options.seed,
        watchdog
            .first()
            .map_or(String::new(), |option| format!(" {option}"))
    );
    let mut build = cargo(&["build", "--release", "--package", "portable-soak"]);
    if options.has_watchdog {
        build.args(["--features", "inspect"]);
    }
    step(build)?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for runtime in RUNTIMES {
        for flavor in FLAVORS {
            // On a runtime with one thread the flavours are the same.
            if flavor == "multi_thread" && !has_workers(runtime) {
                continue;
            }
            let name = format!("{runtime} {flavor}");
            // Failures go to standard error, so that the reader sees them at once.
            let run = Command::new(root().join("target/release/portable-soak"))
                .args(["--runtime", runtime, "--flavor", flavor])
                .args(["--seconds", &format!("{}", options.seconds as f64 / 2.0)])
                .args(["--seed", &options.seed.to_string()])
                .args(watchdog)
                .stdin(Stdio::null())
                .stderr(Stdio::inherit())
                .output()
                .map_err(|error| format!("cannot run portable-soak: {error}"))?;
            let line = String::from_utf8_lossy(&run.stdout);
            let figures = figures(&line);
            if rows.is_empty() {
                rows.push(COLUMNS.map(String::from).to_vec());
            }
            rows.push(if figures.is_empty() {
                vec![runtime.into(), flavor.into(), format!("{}", run.status)]
            } else {
                let cell = |column| figures.get(column).copied().unwrap_or_default().into();
                COLUMNS.into_iter().map(cell).collect()
            });
            if !run.status.success() {
                failed.push(name);
            }
        }
    }
    println!();
    table(&rows);
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "soak --seed {} failed on {}",
            options.seed,
            failed.join(", ")
        ))
    }
}

/// The columns, from the output of a run. The seed is left out, because all runs share it.
const COLUMNS: [&str; 13] = [
    "runtime",
    "flavor",
    "spawned",
    "finished",
    "panicked",
    "cancelled",
    "blocking",
    "detached",
    "aborts",
    "runtimes",
    "per-second",
    "memory",
    "result",
];

/// Reads a line of `name=value`.
fn figures(line: &str) -> BTreeMap<&str, &str> {
    line.split_whitespace()
        .filter_map(|figure| figure.split_once('='))
        .collect()
}
