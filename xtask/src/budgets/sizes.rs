//! Measures sizes of handles and futures: `benches/runtime/src/bin/sizes.rs`.

use std::process::Command;

use super::{Figure, Tolerance};
use crate::RUNTIMES;
use crate::run::{Result, cargo, root, stdout, step};

pub(super) fn figures(is_asked: &dyn Fn(&str) -> bool) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for runtime in RUNTIMES {
        let group = format!("size/{runtime}/");
        if !is_asked(&group) && !is_asked("size") {
            continue;
        }
        let mut command = cargo(&["build", "--quiet", "--release", "--bin", "sizes"]);
        command.args(["--package", "portable-bench-runtime"]);
        command.args(["--features", &format!("{runtime},io")]);
        step(command)?;
        let program = root().join("target/release/sizes");
        for line in stdout(Command::new(program).arg(runtime))?.lines() {
            let mut words = line.split(' ');
            let (Some(name), Some(Ok(ours)), Some(native)) = (
                words.next(),
                words.next().map(str::parse::<f64>),
                words.next(),
            ) else {
                return Err(format!("not a size: {line}"));
            };
            figures.push(Figure {
                name: format!("{group}{name}"),
                native: native.parse().ok(),
                ours,
                value: ours,
                budget: None,
                tolerance: Tolerance::Absolute(0.0),
            });
        }
    }
    Ok(figures)
}
