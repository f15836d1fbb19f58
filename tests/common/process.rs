//! Programs for tests that need a process of their own.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{self, Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::runner;

const LIMIT: Duration = Duration::from_secs(60);

/// The variable that is set in the new process, to the name of the test whose program it runs.
const PROGRAM: &str = "PORTABLE_TEST_PROGRAM";

/// The line after which the program prints. The harness prints before it.
const START: &str = "----- the program starts -----";

/// Makes the [`Program`] of the `#[test]` function of this name, in the module of the call.
macro_rules! program {
    ($($test:tt)+) => {
        $crate::common::Program::of(concat!(module_path!(), "::", $($test)+))
    };
}
pub(crate) use program;

/// A program that a test runs in a process of its own: the test binary, started again for that test
/// alone. It runs on the thread that the harness makes for the test, not on the main thread.
///
/// One call starts the process, and in that process runs the program. So a test has one program.
pub(crate) struct Program {
    test: &'static str,
    command: Command,
}

impl Program {
    /// Makes the program of the `#[test]` function with this path; see [`program!`].
    pub(crate) fn of(path: &'static str) -> Self {
        // The harness names tests without the crate.
        let (_, test) = path
            .split_once("::")
            .expect("the path begins with the crate");
        let mut command = runner::command(runner::itself());
        command
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(PROGRAM, test)
            .env("RUST_BACKTRACE", "0")
            .env_remove("RUST_TEST_THREADS");
        Self { test, command }
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Starts the program by a shell. The command `before` runs first, for example to set a limit,
    /// and `behind` follows the program, for example to redirect a stream.
    pub(crate) fn by_shell(mut self, before: &str, behind: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{before}\nexec \"$0\" \"$@\" {behind}")]);
        command.arg(self.command.get_program());
        command.args(self.command.get_args());
        for (key, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        self.command = command;
        self
    }

    /// Runs the program on each runtime that is compiled in, and calls `judge` each time.
    pub(crate) fn run(self, program: impl FnOnce(), judge: impl Fn(Outcome)) {
        self.run_where(|_| true, program, judge);
    }

    /// Runs the program on the runtimes that have worker threads.
    pub(crate) fn run_with_workers(self, program: impl FnOnce(), judge: impl Fn(Outcome)) {
        self.run_where(super::has_workers, program, judge);
    }

    /// Runs the program on each runtime that is compiled in, and calls `talk` while it runs.
    pub(crate) fn talk(mut self, program: impl FnOnce(), talk: impl Fn(Running)) {
        self.be_it(program);
        super::limit_time(self.test);
        for runtime in portable::runtime::available() {
            self.command.env("PORTABLE_RUNTIME", runtime);
            talk(self.running());
        }
    }

    /// Runs the program on the runtimes for which `is_meant` holds.
    pub(crate) fn run_where(
        mut self,
        is_meant: impl Fn(&str) -> bool,
        program: impl FnOnce(),
        judge: impl Fn(Outcome),
    ) {
        self.be_it(program);
        let available = portable::runtime::available();
        for runtime in available.into_iter().filter(|runtime| is_meant(runtime)) {
            self.command.env("PORTABLE_RUNTIME", runtime);
            judge(self.start());
        }
    }

    /// Runs the program in its own process, and does not return then.
    fn be_it(&self, program: impl FnOnce()) {
        if env::var_os(PROGRAM).is_some_and(|test| test == self.test) {
            println!("\n{START}");
            program();
            process::exit(0);
        }
    }

    /// Starts the process, and waits until its program has started.
    fn running(&mut self) -> Running {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let mut running = Running {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().expect("it is piped")),
            child,
        };
        while running.line() != START {}
        running
    }

    fn start(&mut self) -> Outcome {
        let mut child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let stdout = read(child.stdout.take());
        let stderr = read(child.stderr.take());
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("the process is ours") {
                break Some(status);
            }
            if start.elapsed() > LIMIT * runner::slowness() {
                child.kill().expect("the process is ours");
                child.wait().expect("the process is ours");
                break None;
            }
            thread::sleep(Duration::from_millis(5));
        };
        let stdout = stdout.join().expect("it does not panic");
        let stderr = stderr.join().expect("it does not panic");
        let Some(status) = status else {
            panic!("the program of {} hangs\n{stdout}\n{stderr}", self.test);
        };
        let Some((_, stdout)) = stdout.split_once(START) else {
            panic!("there is no test {}\n{stdout}\n{stderr}", self.test);
        };
        Outcome {
            status,
            stdout: stdout.trim().into(),
            stderr,
        }
    }
}

fn read(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    let mut pipe = pipe.expect("it is piped");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("it can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// A program that runs.
pub(crate) struct Running {
    pub(crate) child: Child,
    /// The program's input. Setting it to `None` closes it.
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) stdout: BufReader<ChildStdout>,
}

impl Running {
    /// Returns the next line that the program prints.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        let len = self.stdout.read_line(&mut line).expect("it can be read");
        assert!(len > 0, "it prints no more: {:?}", self.child.wait());
        line.trim_end_matches('\n').into()
    }

    /// Writes to the program's input.
    #[track_caller]
    pub(crate) fn say(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("it is open");
        stdin.write_all(bytes).expect("it can be written");
    }

    /// Waits for the successful end of the program, and returns the output that has not been read
    /// yet.
    #[track_caller]
    pub(crate) fn rest(mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stdout.read_to_end(&mut rest).expect("it can be read");
        let status = self.child.wait().expect("the process is ours");
        assert!(status.success(), "{status}\n{}", rest.escape_ascii());
        rest
    }
}

/// The end of a program.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Asserts that the program ended successfully and printed these lines.
    #[track_caller]
    pub(crate) fn printed(&self, lines: &[&str]) {
        assert!(self.status.success(), "{self:#?}");
        assert_eq!(self.stdout.lines().collect::<Vec<_>>(), lines, "{self:#?}");
    }
}
