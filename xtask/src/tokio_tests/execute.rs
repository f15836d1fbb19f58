//! Runs tests, each in a process of its own with a time limit.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::run::{Result, stdout};

/// A test on a busy machine takes up to 33 s.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a test may take that may wait for ever.
const LIMIT_OF_WAITING: Duration = Duration::from_secs(10);

/// How many tests run at once. Most wait most of the time.
const AT_ONCE: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Passed,
    Failed,
    /// The test has outrun the limit.
    Hung,
    /// The process ended otherwise.
    Ended(String),
    Ignored,
}

#[derive(Clone)]
pub(super) struct Test {
    pub(super) file: String,
    pub(super) name: String,
    program: PathBuf,
    /// Whether the test may differ.
    pub(super) may_differ: bool,
    /// Whether it may wait for ever.
    pub(super) may_wait: bool,
}

pub(super) struct Outcome {
    pub(super) file: String,
    pub(super) name: String,
    pub(super) may_differ: bool,
    pub(super) may_wait: bool,
    pub(super) state: State,
    pub(super) seconds: u64,
    pub(super) printed: String,
}

impl Outcome {
    /// Returns whether the test ought to have ended otherwise.
    pub(super) fn is_unexpected(&self) -> bool {
        match self.state {
            State::Passed | State::Ignored => false,
            State::Hung => !self.may_wait,
            State::Failed | State::Ended(_) => !self.may_differ,
        }
    }
}

/// Returns the tests of a program.
pub(super) fn tests(file: &str, program: &Path) -> Result<Vec<Test>> {
    let listed = stdout(Command::new(program).arg("--list"))?;
    let names = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    let test = |name: &str| Test {
        file: file.into(),
        name: name.into(),
        program: program.into(),
        may_differ: false,
        may_wait: false,
    };
    Ok(names.map(test).collect())
}

/// Runs them in `folder`, which is that of Tokio, with their output in files in `logs`. One that fails
/// and may not differ runs once more, alone.
pub(super) fn execute(tests: Vec<Test>, folder: &Path, logs: &Path) -> Result<Vec<Outcome>> {
    fs::create_dir_all(logs).map_err(|error| format!("cannot make {}: {error}", logs.display()))?;
    let mut outcomes = execute_all(tests.clone(), folder, logs)?;
    for outcome in &mut outcomes {
        if outcome.is_unexpected() {
            let is_it = |test: &&Test| test.file == outcome.file && test.name == outcome.name;
            if let Some(test) = tests.iter().find(is_it) {
                *outcome = run(test.clone(), folder, &logs.join("again.log"))?;
                let Outcome {
                    file, name, state, ..
                } = &*outcome;
                eprintln!("once more: {state:?}: {file} {name}");
            }
        }
    }
    Ok(outcomes)
}

fn execute_all(tests: Vec<Test>, folder: &Path, logs: &Path) -> Result<Vec<Outcome>> {
    let left = Mutex::new(tests.into_iter().rev().collect::<Vec<_>>());
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for worker in 0..AT_ONCE {
            let (left, outcomes) = (&left, &outcomes);
            scope.spawn(move || {
                let log = logs.join(format!("{worker}.log"));
                loop {
                    let test = left.lock().unwrap().pop();
                    let Some(test) = test else { return };
                    let outcome = run(test, folder, &log);
                    if let Ok(outcome) = &outcome
                        && outcome.is_unexpected()
                    {
                        let Outcome {
                            file,
                            name,
                            state,
                            seconds,
                            ..
                        } = outcome;
                        eprintln!("{state:?} after {seconds} s: {file} {name}");
                    }
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_default();
    outcomes.into_iter().collect()
}

fn run(test: Test, folder: &Path, log: &Path) -> Result<Outcome> {
    let start = Instant::now();
    let failed = |error| format!("cannot run {} {}: {error}", test.file, test.name);
    let file = File::create(log).map_err(failed)?;
    let copy = file.try_clone().map_err(failed)?;
    let mut command = Command::new(&test.program);
    command
        .args(["--exact", &test.name, "--test-threads=1", "--nocapture"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(copy)
        .stderr(file);
    // The programs that a test starts end with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(failed)?;
    let limit = if test.may_wait {
        LIMIT_OF_WAITING
    } else {
        LIMIT
    };
    let status = loop {
        match child.try_wait().map_err(failed)? {
            Some(status) => break Some(status),
            None if start.elapsed() > limit => break None,
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    if status.is_none() {
        #[cfg(unix)]
        let _ = Command::new("kill")
            .args(["-9", "--", &format!("-{}", child.id())])
            .status();
        let _ = child.kill();
        child.wait().map_err(failed)?;
    }
    let printed = fs::read(log).map_err(failed)?;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    Ok(Outcome {
        may_differ: test.may_differ,
        may_wait: test.may_wait,
        state: state(status, &printed),
        seconds: start.elapsed().as_secs(),
        file: test.file,
        name: test.name,
        printed,
    })
}

fn state(status: Option<ExitStatus>, printed: &str) -> State {
    match status {
        None => State::Hung,
        Some(status) if status.success() => match printed.contains("test result: ok. 0 passed") {
            true => State::Ignored,
            false => State::Passed,
        },
        Some(status) if status.code() == Some(101) => State::Failed,
        Some(status) => State::Ended(status.to_string()),
    }
}
