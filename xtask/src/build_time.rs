//! Measures what our macros cost a build, beside Tokio's.
//!
//! All figures are processor time of the builds, the best of some rounds in turns. Wall time has
//! little meaning on a machine that does other things too.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::run::{Result, cargo, root, stdout, table};

/// The rounds that build from nothing.
const COLD: usize = 3;
/// The rounds after a change of one file.
const WARM: usize = 8;
const TESTS: usize = 200;

const TOKIO: &str =
    "tokio = { version = \"1\", features = [\"rt-multi-thread\", \"time\", \"macros\"] }";

pub fn build_time() -> Result {
    let ours = |name: &str, folder: &str, features: &str| {
        format!(
            "{name} = {{ path = {:?}, {features} }}",
            root().join(folder)
        )
    };
    let portable = ours("portable", "", "features = [\"tokio\"]");
    let macros = Pair {
        name: "macros",
        dependencies: [
            "tokio-macros = \"2\"".into(),
            ours("portable-macros", "macros", ""),
        ],
        source: Source::Library,
    };
    let hello = Pair {
        name: "hello",
        dependencies: [TOKIO.into(), portable.clone()],
        source: Source::Program,
    };
    let tests = Pair {
        name: "tests",
        dependencies: [TOKIO.into(), portable],
        source: Source::Tests,
    };

    let mut rows = vec![
        ["processor time", "tokio", "portable", "ratio"]
            .map(String::from)
            .to_vec(),
    ];
    let mut row = |what: &str, [tokio, portable]: [Duration; 2]| {
        let [tokio, portable] = [tokio, portable].map(|time| time.as_secs_f64());
        rows.push(vec![
            what.into(),
            format!("{tokio:.2} s"),
            format!("{portable:.2} s"),
            format!("{:.2}", portable / tokio),
        ]);
    };
    row("the macro crate, from nothing", macros.cold()?);
    row("a program, from nothing", hello.cold()?);
    row("a program, after a change", hello.warm()?);
    row(&format!("{TESTS} tests, after a change"), tests.warm()?);
    table(&rows);
    Ok(())
}

/// A package written for Tokio and for `portable`.
struct Pair {
    name: &'static str,
    dependencies: [String; 2],
    source: Source,
}

#[derive(Clone, Copy)]
enum Source {
    /// Only the dependency.
    Library,
    Program,
    Tests,
}

/// The number of each side, and the crate whose macros and functions it uses.
const SIDES: [(usize, &str); 2] = [(0, "tokio"), (1, "portable")];

impl Pair {
    fn cold(&self) -> Result<[Duration; 2]> {
        // Dependencies are downloaded before the time counts.
        for (side, _) in SIDES {
            self.write(side, 0)?;
            stdout(cargo(&["fetch", "--quiet"]).current_dir(self.folder(side)))?;
        }
        self.best(true, COLD, |pair, side, _| {
            let target = pair.folder(side).join("target");
            match target.exists() {
                true => fs::remove_dir_all(&target)
                    .map_err(|error| format!("cannot remove {target:?}: {error}")),
                false => Ok(()),
            }
        })
    }

    fn warm(&self) -> Result<[Duration; 2]> {
        for (side, _) in SIDES {
            self.write(side, 0)?;
            self.build(side, false)?;
        }
        self.best(false, WARM, Self::write)
    }

    /// Returns the best build time of each side. `prepare` runs before each build, untimed.
    fn best(
        &self,
        is_cold: bool,
        rounds: usize,
        prepare: impl Fn(&Self, usize, usize) -> Result,
    ) -> Result<[Duration; 2]> {
        let mut best = [Duration::MAX; 2];
        for round in 1..=rounds {
            for (side, _) in SIDES {
                prepare(self, side, round)?;
                let start = cpu_of_children()?;
                self.build(side, is_cold)?;
                best[side] = cpu_of_children()?.saturating_sub(start).min(best[side]);
            }
        }
        Ok(best)
    }

    fn folder(&self, side: usize) -> PathBuf {
        let name = format!("{}-{}", self.name, SIDES[side].1);
        root().join("target/build-time").join(name)
    }

    fn build(&self, side: usize, is_cold: bool) -> Result {
        let args: &[&str] = match self.source {
            Source::Tests => &["test", "--quiet", "--no-run"],
            _ => &["build", "--quiet"],
        };
        let mut command = cargo(args);
        if is_cold {
            // Dependencies from a registry are built so. Our crates have a path here and would not
            // be.
            command.env("CARGO_INCREMENTAL", "0");
        }
        stdout(command.current_dir(self.folder(side))).map(drop)
    }

    /// Writes the package, with another source each round.
    fn write(&self, side: usize, round: usize) -> Result {
        let folder = self.folder(side);
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{}\n\n[workspace]\n",
            self.name, self.dependencies[side]
        );
        let crate_name = SIDES[side].1;
        let (file, source) = match self.source {
            Source::Library => ("src/lib.rs", String::new()),
            Source::Program => ("src/main.rs", program(crate_name, round)),
            Source::Tests => ("src/lib.rs", tests(crate_name, round)),
        };
        fs::create_dir_all(folder.join("src"))
            .and_then(|()| fs::write(folder.join("Cargo.toml"), manifest))
            .and_then(|()| fs::write(folder.join(file), source))
            .map_err(|error| format!("cannot write {folder:?}: {error}"))
    }
}

fn program(crate_name: &str, round: usize) -> String {
    format!(
        "//! Round {round}.\n#[{crate_name}::main]\nasync fn main() {{\n    \
         let task = {crate_name}::spawn(async {{ {round} }});\n    \
         println!(\"hello {{}}\", task.await.unwrap());\n}}\n"
    )
}

/// Writes tests that await something and fail in their own way, so that none is shared.
fn tests(crate_name: &str, round: usize) -> String {
    let mut source = format!("//! Round {round}.\n");
    for i in 0..TESTS {
        source += &format!(
            "#[{crate_name}::test]\nasync fn test_{i}() -> Result<(), std::num::ParseIntError> {{\n    \
             let n: usize = \"{i}\".parse()?;\n    {crate_name}::task::yield_now().await;\n    \
             assert_eq!(n + {round}, {});\n    Ok(())\n}}\n",
            i + round
        );
    }
    source
}

/// Returns the processor time of the processes that have been waited for, and of their children.
pub(crate) fn cpu_of_children() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|error| format!("cannot read the processor time: {error}"))?;
    // Fields 16 and 17 are in hundredths of a second. The second field ends with a parenthesis.
    let ticks: u64 = stat
        .rsplit(')')
        .next()
        .into_iter()
        .flat_map(|rest| rest.split_whitespace().skip(13).take(2))
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}
