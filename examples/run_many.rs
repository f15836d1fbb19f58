//! Runs shell commands, so many at a time, and prefixes each line of their output with the number of
//! the command.
//!
//! ```console
//! $ cargo run --features smol,process,signal --example run_many -- -j 2 'echo one' 'ls /none'
//! 1: one
//! 2: ls: cannot access '/none': No such file or directory
//! 2 ended: exit status: 2
//! 2 commands, 1 failed
//! ```
//!
//! Without commands it takes them from stdin, one a line. Ctrl-c or SIGTERM kill those that run and
//! start no more; the status is then 130, else 1 if a command failed.

use std::env;
use std::process::{ExitCode, ExitStatus, Stdio};

use portable::io::{self, AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader, stdin, stdout};
use portable::process::Command;
use portable::shutdown::Shutdown;
use portable::task::JoinSet;

#[portable::main]
async fn main() -> io::Result<ExitCode> {
    let shutdown = Shutdown::on_signal()?;
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let mut at_once = 4;
    if arguments.first().is_some_and(|argument| argument == "-j") {
        match arguments.get(1).and_then(|number| number.parse().ok()) {
            Some(number) if number > 0 => at_once = number,
            _ => {
                eprintln!("usage: run_many [-j NUMBER] [COMMAND…]");
                return Ok(ExitCode::from(2));
            }
        }
        arguments.drain(..2);
    }
    if arguments.is_empty() {
        let input = stdin();
        let mut line = String::new();
        while let Some(Ok(1..)) = shutdown
            .run_until_requested(input.read_line(&mut line))
            .await
        {
            arguments.push(line.trim_end().into());
            line.clear();
        }
    }

    let commands = arguments.len();
    let mut failed = 0;
    let mut running = JoinSet::new();
    let mut waiting = (1..).zip(arguments);
    loop {
        while running.len() < at_once
            && !shutdown.is_requested()
            && let Some((number, command)) = waiting.next()
        {
            running.spawn(run(number, command, shutdown.clone()));
        }
        match running.join_next().await {
            Some(ended) => failed += u32::from(!ended??),
            None => break,
        }
    }
    if shutdown.is_requested() {
        say("stopped").await?;
        return Ok(ExitCode::from(130));
    }
    say(&format!("{commands} commands, {failed} failed")).await?;
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Runs a command to its end or to that of the program. Says whether it succeeded.
async fn run(number: usize, command: String, shutdown: Shutdown) -> io::Result<bool> {
    let mut child = Command::new("sh")
        .args(["-c", &command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut output = JoinSet::new();
    output.spawn(prefixed(number, child.stdout.take().expect("it is piped")));
    output.spawn(prefixed(number, child.stderr.take().expect("it is piped")));

    let to_its_end = async {
        while let Some(printed) = output.join_next().await {
            printed??;
        }
        child.wait().await
    };
    match shutdown.run_until_requested(to_its_end).await {
        Some(status) => report(number, status?).await,
        None => {
            child.kill().await?;
            Ok(false)
        }
    }
}

async fn prefixed(number: usize, pipe: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.read_until(b'\n', &mut line).await? > 0 {
        let text = String::from_utf8_lossy(&line);
        say(&format!("{number}: {}", text.trim_end_matches('\n'))).await?;
        line.clear();
    }
    Ok(())
}

async fn report(number: usize, status: ExitStatus) -> io::Result<bool> {
    if !status.success() {
        say(&format!("{number} ended: {status}")).await?;
    }
    Ok(status.success())
}

/// A line in one write is not torn by those of others.
async fn say(line: &str) -> io::Result<()> {
    stdout().write_all(format!("{line}\n").as_bytes()).await
}
