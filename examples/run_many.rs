//! Runs commands, a few at a time, and prefixes each line of their output with the command's
//! number.
//!
//! Each command has a task; the next one is started when one of them ends. Ctrl-c stops the running
//! commands, with all processes that they have started, and starts no more.
//!
//! `cargo run --features smol,process,signal --example run_many -- -j 2 'sleep 1; echo a' 'echo b'`

use std::io::{self, Write};
use std::num::NonZero;
use std::pin::pin;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::thread;

use portable::io::{AsyncBufReadExt, AsyncRead, BufReader};
use portable::process::{Child, Command};
use portable::shutdown::Shutdown;
use portable::signal::ctrl_c;
use portable::spawn_task;
use portable::task::JoinSet;
use portable::time::{Duration, timeout};

const USAGE: &str = "\
usage: run_many [-j N] [COMMAND...]
       run_many [-j N] -

Runs each COMMAND in a shell, at most N at once (by default as many as there are cores),
and prints what it prints, each line after the number of the command. With `-` the lines
of stdin are the commands. Without any it shows itself at work.

Ctrl-c or SIGTERM asks the commands that run to end (SIGTERM), and starts no more. Those
that still run after two seconds, or when ctrl-c comes again, are killed.

exit status: 0 all commands succeeded, 1 some did not, 2 wrong usage, 130 it was stopped
";

/// The commands of a demonstration, which run one after the other.
const SHOWN: [&str; 3] = [
    "echo hello",
    "for n in 1 2 3; do echo line $n; done",
    "echo this goes to stderr >&2; printf 'no newline at the end'",
];

/// The time that a command has to end when it is asked to.
const GRACE: Duration = Duration::from_secs(2);

struct Options {
    at_once: usize,
    commands: Commands,
}

enum Commands {
    Given(Vec<String>),
    OnStdin,
}

/// The end of a command.
enum End {
    Ended(ExitStatus),
    Failed(io::Error),
    NotStarted,
}

#[portable::main]
async fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            let _ = print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            complain(&format!("run_many: {error}\n\n{}", USAGE.trim_end()));
            return ExitCode::from(2);
        }
    };
    match run_all(options).await {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("run_many: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run_all(options: Options) -> io::Result<ExitCode> {
    let (stop, kill) = (Shutdown::on_signal()?, Shutdown::new());
    spawn_task!(detach, be_patient(stop.clone(), kill.clone()));

    let commands = match options.commands {
        Commands::Given(commands) => commands,
        Commands::OnStdin => {
            let read = spawn_task!(blocking, || io::read_to_string(io::stdin()));
            match stop.run_until_requested(read).await {
                Some(text) => {
                    let text = text.expect("reading does not panic")?;
                    let lines = text.lines().filter(|line| !line.trim().is_empty());
                    lines.map(String::from).collect()
                }
                None => Vec::new(),
            }
        }
    };

    let (mut running, mut ends) = (JoinSet::new(), Vec::new());
    for (i, command) in commands.iter().enumerate() {
        // The limit is kept here and not by the set, whose own limit promises no order.
        if running.len() == options.at_once {
            ends.extend(
                running
                    .join_next()
                    .await
                    .transpose()
                    .expect("it does not panic"),
            );
        }
        let (command, stop, kill) = (command.clone(), stop.clone(), kill.clone());
        running.spawn(async move { (i, run(i + 1, &command, &stop, &kill).await) });
    }
    ends.extend(running.join_all().await);
    ends.sort_by_key(|(i, _)| *i);

    let is_stopped = stop.is_requested();
    let (text, all_succeeded) = summary(&commands, &ends);
    match print(text.as_bytes()) {
        // A reader that has enough, such as `head`, is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    Ok(match (is_stopped, all_succeeded) {
        (true, _) => ExitCode::from(130),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    })
}

/// Gives the commands a while to end after they were asked to, and then has them killed. The next
/// ctrl-c has them killed at once.
async fn be_patient(stop: Shutdown, kill: Shutdown) {
    stop.requested().await;
    let _ = timeout(GRACE, ctrl_c()).await;
    kill.request();
}

/// Runs a command until it ends or is stopped.
async fn run(number: usize, command: &str, stop: &Shutdown, kill: &Shutdown) -> End {
    if stop.is_requested() {
        return End::NotStarted;
    }
    // The command has a process group of its own: the processes that it starts can be stopped with
    // it, and the terminal's ctrl-c reaches this program alone.
    let child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let child = match child {
        Ok(child) => child,
        Err(error) => return End::Failed(error),
    };
    let group = child.id().unwrap_or_default();
    let mut end = pin!(end_of(number, child, stop.clone()));
    for (request, signal) in [(stop, "TERM"), (kill, "KILL")] {
        if let Some(end) = request.run_until_requested(end.as_mut()).await {
            return end;
        }
        send(signal, group).await;
    }
    end.await
}

/// Prints the output of the child, and waits for the end of the output and of the child.
async fn end_of(number: usize, mut child: Child, stop: Shutdown) -> End {
    let stdout = child.stdout.take().map(|pipe| {
        let stop = stop.clone();
        spawn_task!(async move { copy_lines(number, pipe, print, &stop).await })
    });
    if let Some(pipe) = child.stderr.take() {
        copy_lines(number, pipe, print_to_stderr, &stop).await;
    }
    if let Some(stdout) = stdout {
        stdout.await.expect("copying does not panic");
    }
    child.wait().await.map_or_else(End::Failed, End::Ended)
}

async fn copy_lines(
    number: usize,
    pipe: impl AsyncRead + Unpin,
    print: fn(&[u8]) -> io::Result<()>,
    stop: &Shutdown,
) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        line.clear();
        line.extend_from_slice(format!("[{number}] ").as_bytes());
        match pipe.read_until(b'\n', &mut line).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return complain(&format!("run_many: command {number}: {error}")),
        }
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        if print(&line).is_err() {
            // The reader of our output is gone.
            return stop.request();
        }
    }
}

/// Sends a signal to all processes of a group, if there are any left.
async fn send(signal: &str, group: u32) {
    let kill = Command::new("sh")
        .args(["-c", &format!("kill -s {signal} -- -{group}")])
        .stderr(Stdio::null())
        .status();
    if let Err(error) = kill.await {
        complain(&format!("run_many: cannot send a signal: {error}"));
    }
}

/// Returns a text on how the commands ended, and whether all have succeeded.
fn summary(commands: &[String], ends: &[(usize, End)]) -> (String, bool) {
    let (mut text, mut succeeded, mut not_started) = (String::new(), 0, 0);
    for ((i, end), command) in ends.iter().zip(commands) {
        let how = match end {
            End::Ended(status) if status.success() => {
                succeeded += 1;
                continue;
            }
            End::NotStarted => {
                not_started += 1;
                continue;
            }
            End::Ended(status) => status.to_string(),
            End::Failed(error) => error.to_string(),
        };
        let command = command.replace(char::is_control, " ");
        text += &format!("[{}] {how}: {command}\n", i + 1);
    }
    let all = ends.len();
    let failed = all - succeeded - not_started;
    text += &format!("succeeded: {succeeded}, failed: {failed}, not started: {not_started}\n");
    (text, succeeded == all)
}

/// Reads the arguments. Returns `None` if the usage is to be shown.
fn options() -> Result<Option<Options>, String> {
    let mut arguments = Vec::new();
    for argument in std::env::args_os().skip(1) {
        let argument = argument.into_string();
        arguments.push(argument.map_err(|argument| format!("not UTF-8: {argument:?}"))?);
    }
    if arguments.first().is_some_and(|first| first == "--help") {
        return Ok(None);
    }
    let mut at_once = thread::available_parallelism().map_or(1, NonZero::get);
    if let Some(number) = arguments.first().and_then(|first| first.strip_prefix("-j")) {
        let (number, used) = match (number, arguments.get(1)) {
            ("", Some(number)) => (number.as_str(), 2),
            (number, _) => (number, 1),
        };
        at_once = match number.parse() {
            Ok(number) if number > 0 => number,
            _ => return Err(format!("-j takes a number of at least 1, not `{number}`")),
        };
        arguments.drain(..used);
    }
    let commands = if arguments.is_empty() {
        at_once = 1;
        Commands::Given(SHOWN.map(String::from).to_vec())
    } else if arguments == ["-"] {
        Commands::OnStdin
    } else {
        Commands::Given(arguments)
    };
    Ok(Some(Options { at_once, commands }))
}

/// Prints the text in one write, so that no other line comes between.
fn print(text: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()
}

fn print_to_stderr(text: &[u8]) -> io::Result<()> {
    io::stderr().lock().write_all(text)
}

/// Prints to stderr, and ignores a failure, at which `eprintln!` would panic.
fn complain(text: &str) {
    let _ = print_to_stderr(format!("{text}\n").as_bytes());
}
