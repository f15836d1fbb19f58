//! Runs steps beside those of this process, each in a process of its own.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use crate::run::{Result, root};

/// The lane of these steps. It ends with its first step that fails.
pub(super) struct Beside {
    ended: Receiver<Ended>,
    /// The number of steps that have not ended yet.
    left: usize,
    stops: Arc<AtomicBool>,
}

/// A step that has ended.
struct Ended {
    name: &'static str,
    seconds: u64,
    /// The file with the output of the step.
    log: PathBuf,
    outcome: Result,
}

impl Beside {
    /// Starts the first of the steps.
    pub(super) fn start(steps: Vec<&'static str>, option: Option<&'static str>) -> Result<Self> {
        let folder = root().join("target/ci");
        // The program is copied, because a build of the workspace replaces it.
        let program = folder.join(format!("xtask{}", env::consts::EXE_SUFFIX));
        fs::create_dir_all(&folder)
            .and_then(|()| fs::copy(env::current_exe()?, &program))
            .map_err(|error| format!("cannot write to {}: {error}", folder.display()))?;
        let (send, ended) = channel();
        let stops = Arc::new(AtomicBool::new(false));
        let has_stopped = stops.clone();
        let left = steps.len();
        thread::spawn(move || {
            for name in steps {
                let log = folder.join(format!("{}.log", name.replace(' ', "-")));
                let mut command = Command::new(&program);
                command.arg("ci").args(option).arg(name);
                let start = Instant::now();
                let outcome = run(&mut command, &log);
                let is_last = outcome.is_err();
                let seconds = start.elapsed().as_secs();
                let step = Ended {
                    name,
                    seconds,
                    log,
                    outcome,
                };
                if send.send(step).is_err() || is_last || has_stopped.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        Ok(Self { ended, left, stops })
    }

    /// Starts no further step, and waits for the one that runs.
    ///
    /// # Errors
    ///
    /// Returns an error if a step failed whose output has not been printed yet.
    pub(super) fn stop(mut self) -> Result {
        self.stops.store(true, Ordering::SeqCst);
        while let Ok(step) = self.ended.recv() {
            self.end(step)?;
        }
        Ok(())
    }

    /// Prints the output of the steps that ended since the last call, and returns how long they
    /// took.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them failed.
    pub(super) fn print(&mut self) -> Result<Vec<String>> {
        let mut took = Vec::new();
        while let Ok(step) = self.ended.try_recv() {
            took.push(self.end(step)?);
        }
        Ok(took)
    }

    /// Waits for all steps, prints their output, and returns how long they took.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them failed.
    pub(super) fn finish(mut self) -> Result<Vec<String>> {
        let mut took = Vec::new();
        while self.left > 0 {
            let step = self.ended.recv();
            let step = step.map_err(|_| "the steps beside ended early".to_string())?;
            took.push(self.end(step)?);
        }
        Ok(took)
    }

    fn end(&mut self, step: Ended) -> Result<String> {
        self.left -= 1;
        let Ended { name, seconds, .. } = step;
        eprintln!("\n--- {name}, beside");
        let log = fs::read(&step.log).unwrap_or_default();
        eprintln!("{}", String::from_utf8_lossy(&log).trim_end());
        eprintln!("---");
        step.outcome.map_err(|error| format!("{name}: {error}"))?;
        Ok(format!("{name} {seconds} s beside"))
    }
}

/// Runs a step, with its output in a file.
fn run(command: &mut Command, log: &PathBuf) -> Result {
    let failed = |error| format!("cannot run it: {error}");
    let file = fs::File::create(log).map_err(failed)?;
    let copy = file.try_clone().map_err(failed)?;
    command.stdin(Stdio::null()).stdout(copy).stderr(file);
    let status = command.status().map_err(failed)?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{status}; what it printed is above")),
    }
}
