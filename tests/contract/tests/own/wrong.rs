//! Runtimes that break the contract. Their tests are ignored, and run by the tests of this file, each
//! in a process of its own.

use std::collections::HashSet;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use portable::runtime::{CustomRuntime, Runnable};
use portable::time::Instant;

use super::right::Threads;
use super::runner;

/// Drops each task.
struct Drops;

impl CustomRuntime for Drops {
    fn schedule(&self, runnable: Runnable) {
        drop(runnable);
    }
}

/// Polls each task once, and never when it is woken.
struct PollsOnce {
    threads: Threads,
    polled: Mutex<HashSet<String>>,
}

impl PollsOnce {
    fn new() -> Self {
        Self {
            threads: Threads::new(),
            polled: Mutex::default(),
        }
    }
}

impl CustomRuntime for PollsOnce {
    fn schedule(&self, runnable: Runnable) {
        let id = format!("{:?}", runnable.id());
        let mut polled = self.polled.lock().unwrap_or_else(PoisonError::into_inner);
        match polled.insert(id) {
            true => self.threads.schedule(runnable),
            false => std::mem::forget(runnable),
        }
    }
}

/// Polls each task within the call that spawns or wakes it.
struct Inline;

impl CustomRuntime for Inline {
    fn schedule(&self, runnable: Runnable) {
        runnable.run();
    }
}

/// Has timers that are always ready.
struct Early(Threads);

impl CustomRuntime for Early {
    fn schedule(&self, runnable: Runnable) {
        self.0.schedule(runnable);
    }

    fn sleep_until(&self, _: Instant) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        Some(Box::pin(ready(())))
    }
}

macro_rules! contracts {
    ($($name:ident $section:ident $runtime:expr;)*) => {
        $(mod $name {
            use super::*;

            portable_contract::contract! {
                runtime: $runtime,
                sections: [$section],
                without: { $section => "the runtime is broken on purpose" },
                limit: std::time::Duration::from_secs(5),
            }
        })*
    };
}

contracts! {
    drops tasks Drops;
    polls_once tasks PollsOnce::new();
    inline tasks Inline;
    early time Early(Threads::new());
}

/// Runs the tests of a runtime whose names contain `file`, and returns what is printed.
#[track_caller]
fn output_of(runtime: &str, file: &str) -> String {
    let filter = format!("wrong::{runtime}::{file}::");
    let mut tests = runner::command(runner::itself());
    tests
        .args(["--ignored", &filter])
        .env("RUST_TEST_THREADS", "16")
        .env("RUST_BACKTRACE", "0");
    let output = tests.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{printed}");
    printed
}

/// Asserts that a test of the runtime fails, and that the failure has these texts.
#[track_caller]
fn assert_fails(printed: &str, runtime: &str, test: &str, texts: &[&str]) {
    let name = format!("wrong::{runtime}::{test}");
    let failed = format!("test {name} ... FAILED\n");
    assert!(
        printed.contains(&failed),
        "{name} does not fail:\n{printed}"
    );
    let (_, after) = printed
        .split_once(&format!("---- {name} stdout ----"))
        .unwrap_or_else(|| panic!("nothing is said of {name}:\n{printed}"));
    let said = after.split("\n---- ").next().unwrap();
    for text in texts {
        assert!(said.contains(text), "not {text:?} but:\n{said}");
    }
}

const START: &[&str] = &[
    "contract 1, Start and detach: `spawn` starts a task lazily",
    "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
];

#[test]
fn a_runtime_that_drops_tasks_fails() {
    let printed = output_of("drops", "tasks::start");
    assert_fails(&printed, "drops", "tasks::start::the_output_arrives", START);
    let printed = output_of("drops", "tasks::errors");
    let test = "tasks::errors::a_task_that_panicked_says_so";
    assert_fails(&printed, "drops", test, &["contract 4, Errors"]);
}

#[test]
fn a_runtime_that_never_polls_again_hangs_and_fails() {
    let printed = output_of("polls_once", "tasks::start");
    let test = "tasks::start::a_dropped_handle_detaches_a_task_that_waits";
    let hangs = "hangs: no end after 5s";
    assert_fails(&printed, "polls_once", test, &[START[0], START[1], hangs]);
    let passes = "test wrong::polls_once::tasks::start::the_output_arrives ... ok";
    assert!(printed.contains(passes), "{printed}");
    let printed = output_of("polls_once", "tasks::turns");
    let test = "tasks::turns::a_task_that_yields_lets_a_timer_fire";
    assert_fails(&printed, "polls_once", test, &["contract 7, Turns", hangs]);
}

#[test]
fn a_runtime_that_polls_within_the_spawn_fails() {
    let printed = output_of("inline", "tasks::start");
    let test = "tasks::start::spawn_polls_nothing_within_the_call";
    assert_fails(&printed, "inline", test, START);
}

#[test]
fn a_runtime_whose_timers_are_early_fails() {
    let printed = output_of("early", "time::sleep");
    let deadlines = "contract 15, Deadlines: A deadline is fixed when the function is called";
    let test = "time::sleep::it_is_never_early";
    assert_fails(&printed, "early", test, &[deadlines, "#time"]);
}
