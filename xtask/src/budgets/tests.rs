//! Measures what tests cost rustc: the memory for one more test, and whether it is constant.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{Figure, Tolerance};
use crate::RUNTIMES;
use crate::bench::high_water;
use crate::crates::Crates;
use crate::run::{Result, root, shown};

/// The numbers of tests in a file, each twice the one before.
const SIZES: [usize; 3] = [400, 800, 1600];

pub(super) fn figures(is_asked: &dyn Fn(&str) -> bool) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (build, runtimes) in [("one", &RUNTIMES[..1]), ("all", &RUNTIMES[..])] {
        let [each, growth] = ["each", "growth"].map(|figure| format!("tests/{build}/{figure}"));
        if !is_asked(&each) && !is_asked(&growth) {
            continue;
        }
        let folder = root().join("target/budgets/tests").join(build);
        let crates = Crates::check(folder, runtimes)?;
        let ours = of_each(&crates, "#[portable::test]\nasync fn ")?;
        // The native side has one test per runtime too.
        let natives: Vec<String> = (0..runtimes.len())
            .map(|runtime| match build {
                "one" => "#[tokio::test]\nasync fn ".into(),
                _ => format!("#[test]\nfn on_{runtime}_"),
            })
            .collect();
        let native = of_each(&crates, &natives.join("NAME() {}\n"))?;
        figures.push(Figure {
            name: each,
            native: Some(native[1]),
            ours: ours[1],
            value: ours[1] / native[1],
            budget: Some(if build == "one" { 1.0 } else { 1.5 }),
            tolerance: Tolerance::Percent(8.0),
        });
        figures.push(Figure {
            name: growth,
            native: Some(native[1] / native[0]),
            ours: ours[1] / ours[0],
            value: ours[1] / ours[0],
            budget: Some(1.25),
            tolerance: Tolerance::Absolute(0.2),
        });
    }
    Ok(figures)
}

/// Returns the KiB for one more test, between the sizes. `functions` is the text before a test's
/// name; a `NAME` in it makes several functions.
fn of_each(crates: &Crates, functions: &str) -> Result<Vec<f64>> {
    let peaks: Vec<f64> = SIZES
        .iter()
        .map(|size| {
            let mut source = String::new();
            for number in 0..*size {
                let name = format!("test_{number}");
                let functions = functions.replace("NAME", &name);
                let _ = writeln!(source, "{functions}{name}() {{}}");
            }
            peak(crates, &source)
        })
        .collect::<Result<_>>()?;
    let steps = peaks.windows(2).zip(SIZES.windows(2));
    Ok(steps
        .map(|(peaks, sizes)| (peaks[1] - peaks[0]) / (sizes[1] - sizes[0]) as f64)
        .collect())
}

/// Returns the most KiB that rustc uses when it checks the tests in `source`.
fn peak(crates: &Crates, source: &str) -> Result<f64> {
    let folder = root().join("target/budgets/tests");
    fs::write(folder.join("tests.rs"), source)
        .map_err(|error| format!("cannot write a file in {folder:?}: {error}"))?;
    let mut rustc: Command = crates.rustc("tests.rs", &crates.portable);
    rustc
        .current_dir(&folder)
        .arg("--test")
        .stdin(Stdio::null());
    let mut child = rustc
        .spawn()
        .map_err(|error| format!("cannot run rustc: {error}"))?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(seen) = fs::read_to_string(&status_file)
            .ok()
            .and_then(|status| high_water(&status))
        {
            peak = seen;
        }
        let ended = child
            .try_wait()
            .map_err(|error| format!("cannot wait for rustc: {error}"))?;
        match ended {
            Some(status) if status.success() => return Ok(peak as f64),
            Some(status) => return Err(format!("{} failed: {status}", shown(&rustc))),
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
}
