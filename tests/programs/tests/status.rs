//! Tests of how programs end: the contract's lines 5, 9 and 11, seen from outside.
//!
//! Each program is a real one, with `#[portable::main]` on its `fn main`. It runs on each runtime
//! that is compiled in, with a time limit.
#![cfg(feature = "_runtime")]

#[path = "../../common/runner.rs"]
#[allow(dead_code)]
mod runner;
#[path = "../../common/runtimes.rs"]
#[allow(dead_code, unused_imports)]
mod runtimes;

use std::io::Read;
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(60);

struct Ended {
    /// The status, or `None` if the program had to be killed.
    status: Option<ExitStatus>,
    stdout: String,
    stderr: String,
    took: Duration,
}

impl Ended {
    #[track_caller]
    fn has(&self, code: i32, stdout: &[&str]) {
        let Self { status, stderr, .. } = self;
        let code_of = status.and_then(|status| status.code());
        let lines: Vec<&str> = self.stdout.lines().collect();
        assert_eq!(code_of, Some(code), "{status:?}\n{lines:#?}\n{stderr}");
        assert_eq!(lines, stdout, "{stderr}");
    }
}

fn read(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    let mut pipe = pipe.expect("it is piped");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait().expect("the process is ours") {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("the process is ours");
    child.wait().expect("the process is ours");
    None
}

/// Runs a program on each runtime, and calls `judge` each time.
fn on_each(program: &str, limit: Duration, judge: impl Fn(Ended)) {
    on_each_where(|_| true, program, limit, judge);
}

fn on_each_where(
    is_meant: impl Fn(&str) -> bool,
    program: &str,
    limit: Duration,
    judge: impl Fn(Ended),
) {
    let available = portable::runtime::available();
    for runtime in available.into_iter().filter(|runtime| is_meant(runtime)) {
        let start = Instant::now();
        let mut child = runner::command(program)
            .env("PORTABLE_RUNTIME", runtime)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
        let status = wait(&mut child, limit);
        judge(Ended {
            status,
            stdout: stdout.join().expect("it does not panic"),
            stderr: stderr.join().expect("it does not panic"),
            took: start.elapsed(),
        });
    }
}

#[test]
fn a_main_that_returns_ends_with_0_on_the_main_thread() {
    on_each(env!("CARGO_BIN_EXE_unit"), LIMIT, |ended| {
        ended.has(0, &["main", "7"]);
        assert_eq!(ended.stderr, "");
    });
}

#[test]
fn an_exit_code_is_the_status() {
    on_each(env!("CARGO_BIN_EXE_code"), LIMIT, |ended| ended.has(7, &[]));
}

#[test]
fn an_error_is_shown_and_the_status_is_1() {
    on_each(env!("CARGO_BIN_EXE_error"), LIMIT, |ended| {
        ended.has(1, &[]);
        assert_eq!(
            ended.stderr,
            "Error: ParseIntError { kind: InvalidDigit }\n"
        );
    });
}

#[test]
fn a_panic_ends_with_101_after_the_same_shutdown() {
    on_each(env!("CARGO_BIN_EXE_panic"), LIMIT, |ended| {
        let mut lines: Vec<&str> = ended.stdout.lines().collect();
        lines.sort_unstable();
        let wanted = [
            "a local task is dropped",
            "a task is dropped",
            "the closure that runs ends",
            "the closure that waits is dropped",
        ];
        assert_eq!(lines, wanted, "{}", ended.stderr);
        assert_eq!(ended.status.and_then(|status| status.code()), Some(101));
        assert_eq!(
            ended.stderr.matches("panicked").count(),
            1,
            "{}",
            ended.stderr
        );
    });
}

#[test]
fn panics_of_tasks_abort_nothing() {
    on_each(env!("CARGO_BIN_EXE_aborts_all"), LIMIT, |ended| {
        ended.has(0, &["the end"]);
    });
}

#[test]
fn a_task_that_spins_cannot_keep_the_process() {
    // The other runtimes have only the thread of `main`: see the exceptions.
    let program = env!("CARGO_BIN_EXE_spins");
    on_each_where(runtimes::has_workers, program, LIMIT, |ended| {
        ended.has(0, &["the end"]);
        assert!(ended.took >= Duration::from_millis(200));
    });
}

#[test]
fn a_closure_that_never_ends_cannot_keep_the_process() {
    on_each(env!("CARGO_BIN_EXE_hangs_in_a_closure"), LIMIT, |ended| {
        ended.has(0, &["the end"]);
        assert!(ended.took >= Duration::from_millis(100));
    });
}

#[test]
fn a_task_may_leave_by_exit() {
    on_each(env!("CARGO_BIN_EXE_exits"), LIMIT, |ended| {
        ended.has(7, &["the end"]);
    });
}

/// Tests of what happens in place of the contract's line 11 on a runtime with one thread.
mod exceptions {
    use super::*;

    #[test]
    fn a_task_that_never_ends_its_poll_keeps_the_process_of_one_thread() {
        on_each(
            env!("CARGO_BIN_EXE_stuck"),
            Duration::from_secs(3),
            |ended| {
                assert!(ended.status.is_none(), "{:?}", ended.status);
                assert_eq!(ended.stdout, "it spins\n");
            },
        );
    }
}
