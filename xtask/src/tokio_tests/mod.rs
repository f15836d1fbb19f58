//! Runs Tokio's own tests on `portable-tokio`.
//!
//! The files come out of the package that Cargo downloads. Where one needs what is not there, that test
//! is cut from a copy, and counted.

mod cause;
mod compile;
mod differences;
mod execute;
mod file;
mod files;
mod imports;
mod items;
mod package;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Instant;

use self::compile::{Built, compile};
use self::differences::{Difference, differences};
use self::execute::{Outcome, State, Test, execute};
use self::file::File;
use self::files::Sources;
use self::package::Package;
use self::page::Count;
use crate::RUNTIMES;
use crate::run::{Result, root, table};

/// A test may need a helper that needs another one, of which one is cut in each round.
const ROUNDS: usize = 20;

/// Runs the tests in these files, or in all, and renews the page.
///
/// # Errors
///
/// Returns an error if a test does not pass and the list of differences does not have it.
pub fn tokio_tests(runtime: &str, names: &[String]) -> Result {
    if !RUNTIMES.contains(&runtime) {
        let names = RUNTIMES.join(", ");
        return Err(format!(
            "there is no runtime `{runtime}`; the runtimes are {names}"
        ));
    }
    let is_whole = names.is_empty();
    let names = if is_whole {
        files::all()
    } else {
        names.to_vec()
    };
    let ran = Ran::run(runtime, &names)?;
    let missing = is_whole.then_some(&ran.missing);
    page::renew(
        runtime,
        &ran.counts,
        missing,
        &differences()?,
        &ran.versions,
    )?;
    ran.end()
}

/// Runs some of the files on smol, for CI. The page stays as it is.
pub fn few() -> Result {
    Ran::run("smol", &files::names(files::FEW))?.end()
}

/// What the tests of some files say on one runtime.
struct Ran {
    counts: BTreeMap<String, Count>,
    /// The tests that are cut, by what they miss.
    missing: BTreeMap<String, BTreeSet<String>>,
    /// The tests that the list of differences ought to have.
    unexpected: Vec<String>,
    versions: String,
}

impl Ran {
    fn run(runtime: &str, names: &[String]) -> Result<Self> {
        let package = Package::new(runtime)?;
        let sources = Sources::find(&package)?;
        let read = |name: &String| File::read(name, sources.path(name));
        let mut files = names.iter().map(read).collect::<Result<Vec<_>>>()?;
        let programs = build(&package, &mut files)?.programs;
        let mut tests = Vec::new();
        for file in &files {
            if let Some(program) = programs.get(&file.target()) {
                tests.extend(execute::tests(&file.name, program)?);
            }
        }
        let differences = differences()?;
        for test in &mut tests {
            let Test { file, name, .. } = &*test;
            let covers = |one: &Difference| one.covers(runtime, file, name);
            let may_wait = |one: &Difference| one.may_wait(runtime, file, name);
            (test.may_differ, test.may_wait) = (
                differences.iter().any(covers),
                differences.iter().any(may_wait),
            );
        }
        let start = Instant::now();
        let logs = root().join("target/tokio-tests/logs");
        let outcomes = execute(tests, &sources.tokio, &logs)?;
        eprintln!(
            "{} tests in {} s",
            outcomes.len(),
            start.elapsed().as_secs()
        );
        let mut ran = Self {
            counts: BTreeMap::new(),
            missing: BTreeMap::new(),
            unexpected: Vec::new(),
            versions: sources.versions,
        };
        ran.count_cut(runtime, &files, &differences);
        ran.count(runtime, &outcomes)?;
        ran.print();
        Ok(ran)
    }

    fn count_cut(&mut self, runtime: &str, files: &[File], differences: &[Difference]) {
        for file in files {
            let count = self.counts.entry(file.name.clone()).or_default();
            for (test, causes) in &file.cut {
                let covers = |one: &Difference| one.covers(runtime, &file.name, test);
                if differences.iter().any(covers) {
                    count.differs += 1;
                    continue;
                }
                count.cut += 1;
                for cause in causes {
                    let tests = self.missing.entry(cause.clone()).or_default();
                    tests.insert(format!("{} {test}", file.name));
                }
            }
        }
    }

    fn count(&mut self, runtime: &str, outcomes: &[Outcome]) -> Result {
        let mut log = String::new();
        for outcome in outcomes {
            let Outcome {
                file,
                name,
                may_differ,
                state,
                seconds,
                printed,
                ..
            } = outcome;
            let count = self.counts.entry(file.clone()).or_default();
            match state {
                State::Passed => {
                    count.passed += 1;
                    if *may_differ {
                        eprintln!("passes, although it may differ: {file} {name}");
                    }
                    continue;
                }
                State::Ignored => continue,
                State::Hung => {
                    count.differs += 1;
                    count.wait += 1;
                }
                _ => count.differs += 1,
            }
            let text = format!("{file} {name}: {state:?} after {seconds} s");
            log += &format!("=== {text}\n{printed}\n");
            if outcome.is_unexpected() {
                self.unexpected.push(text);
            }
        }
        let path = root()
            .join("target/tokio-tests")
            .join(format!("{runtime}.log"));
        fs::write(&path, log).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    fn print(&self) {
        let head = ["file", "pass", "differ", "wait", "cut"];
        let mut rows = vec![head.map(String::from).to_vec()];
        let mut all = Count::default();
        let row = |name: &str, count: &Count| {
            let numbers = [count.passed, count.differs, count.wait, count.cut];
            let mut row = vec![name.to_string()];
            row.extend(numbers.map(|number| number.to_string()));
            row
        };
        for (file, count) in &self.counts {
            all.passed += count.passed;
            all.differs += count.differs;
            all.wait += count.wait;
            all.cut += count.cut;
            rows.push(row(file, count));
        }
        rows.push(row("all", &all));
        table(&rows);
        for (item, tests) in &self.missing {
            let tests: Vec<_> = tests.iter().map(String::as_str).collect();
            println!("missing: {item}: {}", tests.join(", "));
        }
    }

    fn end(self) -> Result {
        match self.unexpected.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "these neither pass nor are in compat/tokio/differences.toml as they ended; \
                 target/tokio-tests has what they printed:\n{}",
                self.unexpected.join("\n")
            )),
        }
    }
}

/// Cuts what does not compile, and builds the rest.
fn build(package: &Package, files: &mut [File]) -> Result<Built> {
    for round in 1..=ROUNDS {
        package.write(files)?;
        let start = Instant::now();
        let built = compile(package)?;
        let (wrong, took) = (built.mistakes.len(), start.elapsed().as_secs());
        eprintln!("round {round}: {wrong} files do not compile yet ({took} s)");
        if built.mistakes.is_empty() {
            return Ok(built);
        }
        for file in files.iter_mut() {
            if let Some(mistakes) = built.mistakes.get(&file.target()) {
                file.cut(mistakes)?;
            }
        }
    }
    Err(format!(
        "files do not compile after {ROUNDS} rounds of cuts"
    ))
}
