//! Watches a program on each runtime as tokio-console does.

use std::env;

use crate::run::{Result, cargo, root, step};

/// Without it, or the flag `tokio_unstable`, console-subscriber refuses to start.
const FLAG: &str = "--cfg console_without_tokio_unstable";

/// Runs `tests/console`, with all runtimes in one build.
pub fn console() -> Result {
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    flags = format!("{flags} {FLAG}").trim_start().to_string();
    let mut run = cargo(&["run", "--quiet"]);
    run.args(["--target-dir", "../../target/console"])
        .env("RUSTFLAGS", flags)
        .current_dir(root().join("tests/console"));
    step(run)
}
