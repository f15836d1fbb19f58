//! `process` on Windows, where there is no shell: the children are this binary.

use std::env;
use std::io::{self, ErrorKind, Read, Write};
use std::pin::pin;
use std::process::{Stdio, exit};
use std::thread;

use crate::common::{self, on_both_flavors, with_both_builders};
use futures::future::join_all;
use portable::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use portable::process::{Child, ChildStdout, Command};
use portable::runtime::Builder;
use portable::task;
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    the_output_and_the_status_arrive,
    errors_are_those_of_the_operating_system,
    text_is_added_to_the_command_line,
    a_mebibyte_goes_in_and_out_at_once,
    stdin_is_closed_by_its_drop,
    stdin_is_closed_by_close,
    stdin_is_closed_by_wait,
    lines_come_as_they_are_written,
    a_read_that_is_cancelled_loses_nothing,
    a_write_that_is_cancelled_and_tried_again_writes_nothing_twice,
    the_stdout_of_one_is_the_stdin_of_another,
    a_pipe_that_is_in_use_is_not_handed_over,
    it_is_killed,
    kill_on_drop_kills,
    without_kill_on_drop_it_goes_on,
    a_wait_that_is_cancelled_is_made_up_for,
    the_status_is_kept,
    twenty_at_once,
    it_works_on_any_thread_under_any_executor,
}

with_both_builders! {
    it_outlives_the_runtime_that_it_was_awaited_on,
}

/// What a child of these tests does.
const DOES: &str = "PORTABLE_TEST_CHILD_DOES";
/// The last line that the harness does not write.
const START: &str = "the child starts";

/// Is no test but what the children do.
#[test]
fn is_the_child() {
    let Ok(does) = env::var(DOES) else { return };
    println!("\n{START}");
    match does.as_str() {
        "fails" => {
            println!("out");
            eprintln!("err");
            exit(3);
        }
        "copies late" => thread::sleep(Duration::from_millis(300)),
        _ => {}
    }
    let mut chunk = [0; 4096];
    loop {
        let len = io::stdin().read(&mut chunk).unwrap();
        if len == 0 {
            exit(7);
        }
        io::stdout().write_all(&chunk[..len]).unwrap();
        io::stdout().flush().unwrap();
    }
}

/// A command for a child with pipes to its stdin and stdout.
fn child_that(does: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    let test = concat!(module_path!(), "::is_the_child");
    let (_, test) = test.split_once("::").unwrap();
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(DOES, does)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// Reads what the harness writes first.
async fn started(stdout: &mut ChildStdout) {
    let mut text = Vec::new();
    while !text.ends_with(START.as_bytes()) {
        let mut byte = [0];
        stdout.read_exact(&mut byte).await.unwrap();
        text.push(byte[0]);
    }
    // The end of the line.
    stdout.read_exact(&mut [0]).await.unwrap();
}

/// Starts a child that copies its stdin to its stdout and ends with the status 7.
async fn copies() -> (Child, ChildStdout) {
    let mut child = child_that("copies").spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    started(&mut stdout).await;
    (child, stdout)
}

async fn rest(mut stdout: ChildStdout) -> Vec<u8> {
    let mut bytes = Vec::new();
    stdout.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn the_output_and_the_status_arrive() {
    let output = child_that("fails").output().await.unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.ends_with(b"out\n"));
    assert_eq!(output.stderr, b"err\n");
    let mut command = child_that("fails");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    assert_eq!(command.status().await.unwrap().code(), Some(3));
}

async fn errors_are_those_of_the_operating_system() {
    let expected = std::process::Command::new("no-such-program").spawn();
    let expected = expected.unwrap_err();
    assert_eq!(expected.kind(), ErrorKind::NotFound);
    let error = Command::new("no-such-program").spawn().unwrap_err();
    assert_eq!(error.kind(), expected.kind());
    assert_eq!(error.raw_os_error(), expected.raw_os_error());
    let error = Command::new("no-such-program").output().await.unwrap_err();
    assert_eq!(error.kind(), expected.kind());
}

async fn text_is_added_to_the_command_line() {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;

    let mut command = Command::new("cmd");
    command.raw_arg("/d /c exit 5");
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
    assert_eq!(command.status().await.unwrap().code(), Some(5));
}

async fn a_mebibyte_goes_in_and_out_at_once() {
    let (mut child, stdout) = copies().await;
    let bytes: Vec<u8> = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move { stdin.write_all(&bytes).await }
    });
    assert!(rest(stdout).await == bytes);
    writer.await.unwrap().unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
}

async fn stdin_is_closed_by_its_drop() {
    let (mut child, stdout) = copies().await;
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"hello").await.unwrap();
    drop(stdin);
    assert_eq!(rest(stdout).await, b"hello");
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
}

async fn stdin_is_closed_by_close() {
    let (mut child, stdout) = copies().await;
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"hello").await.unwrap();
    stdin.close().await.unwrap();
    assert_eq!(rest(stdout).await, b"hello");
    let error = stdin.write(b"more").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
}

async fn stdin_is_closed_by_wait() {
    let (mut child, _stdout) = copies().await;
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
}

async fn lines_come_as_they_are_written() {
    let (mut child, stdout) = copies().await;
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(stdout);
    for n in 0..5 {
        let line = format!("line {n}\n");
        stdin.write_all(line.as_bytes()).await.unwrap();
        let mut read = String::new();
        lines.read_line(&mut read).await.unwrap();
        assert_eq!(read, line);
    }
    drop(stdin);
    assert_eq!(lines.read_line(&mut String::new()).await.unwrap(), 0);
    child.wait().await.unwrap();
}

async fn a_read_that_is_cancelled_loses_nothing() {
    let (mut child, mut stdout) = copies().await;
    let mut stdin = child.stdin.take().unwrap();
    let mut read = Vec::new();
    for n in 0..10_u8 {
        let mut buf = [0; 8];
        assert!(common::poll_once(pin!(stdout.read(&mut buf))).is_pending());
        let cancelled = timeout(Duration::from_millis(1), stdout.read(&mut buf)).await;
        assert!(cancelled.is_err());
        stdin.write_all(&[n]).await.unwrap();
        let len = stdout.read(&mut buf).await.unwrap();
        read.extend_from_slice(&buf[..len]);
    }
    drop(stdin);
    stdout.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    child.wait().await.unwrap();
}

async fn a_write_that_is_cancelled_and_tried_again_writes_nothing_twice() {
    let mut child = child_that("copies late").spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = task::spawn(async move {
        started(&mut stdout).await;
        rest(stdout).await
    });
    let mut stdin = child.stdin.take().unwrap();
    let bytes: Vec<u8> = (0..1 << 18).map(|n: u32| (n % 251) as u8).collect();
    let (mut sent, mut cancelled) = (0, 0);
    while sent < bytes.len() {
        match timeout(Duration::from_millis(2), stdin.write(&bytes[sent..])).await {
            Ok(written) => sent += written.unwrap(),
            Err(_) => cancelled += 1,
        }
    }
    drop(stdin);
    assert!(reader.await.unwrap() == bytes);
    assert!(cancelled > 0);
    child.wait().await.unwrap();
}

async fn the_stdout_of_one_is_the_stdin_of_another() {
    let (mut one, stdout) = copies().await;
    let stdin: Stdio = stdout.try_into().unwrap();
    let mut other = child_that("copies").stdin(stdin).spawn().unwrap();
    let mut stdout = other.stdout.take().unwrap();
    started(&mut stdout).await;
    let mut stdin = one.stdin.take().unwrap();
    stdin.write_all(b"hello").await.unwrap();
    drop(stdin);
    assert_eq!(rest(stdout).await, b"hello");
    assert_eq!(one.wait().await.unwrap().code(), Some(7));
    assert_eq!(other.wait().await.unwrap().code(), Some(7));
}

async fn a_pipe_that_is_in_use_is_not_handed_over() {
    let (mut child, mut stdout) = copies().await;
    assert!(common::poll_once(pin!(stdout.read(&mut [0; 8]))).is_pending());
    let error = Stdio::try_from(stdout).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResourceBusy);
    assert!(error.to_string().contains("portable"), "{error}");
    child.kill().await.unwrap();
}

async fn it_is_killed() {
    let (mut child, stdout) = copies().await;
    let _stdin = child.stdin.take().unwrap();
    assert!(child.id().is_some());
    child.start_kill().unwrap();
    assert!(!child.wait().await.unwrap().success());
    assert_eq!(child.id(), None);
    // It has ended: nothing is done.
    child.kill().await.unwrap();
    assert!(rest(stdout).await.is_empty());
}

async fn kill_on_drop_kills() {
    let mut command = child_that("copies");
    let mut child = command.kill_on_drop(true).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let _stdin = child.stdin.take().unwrap();
    started(&mut stdout).await;
    drop(child);
    assert!(rest(stdout).await.is_empty());
}

async fn without_kill_on_drop_it_goes_on() {
    let (mut child, stdout) = copies().await;
    let mut stdin = child.stdin.take().unwrap();
    drop(child);
    stdin.write_all(b"hello").await.unwrap();
    drop(stdin);
    assert_eq!(rest(stdout).await, b"hello");
}

async fn a_wait_that_is_cancelled_is_made_up_for() {
    let (mut child, _stdout) = copies().await;
    let stdin = child.stdin.take().unwrap();
    for _ in 0..3 {
        let wait = timeout(Duration::from_millis(2), child.wait()).await;
        assert!(wait.is_err());
        assert_eq!(child.try_wait().unwrap(), None);
    }
    drop(stdin);
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
}

async fn the_status_is_kept() {
    let (mut child, _stdout) = copies().await;
    drop(child.stdin.take());
    for _ in 0..3 {
        assert_eq!(child.wait().await.unwrap().code(), Some(7));
        assert_eq!(child.try_wait().unwrap().unwrap().code(), Some(7));
    }
}

async fn twenty_at_once() {
    let outputs = (0..20).map(|_| child_that("fails").output());
    for output in join_all(outputs).await {
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(output.stdout.ends_with(b"out\n"));
    }
}

async fn it_works_on_any_thread_under_any_executor() {
    let (mut child, stdout) = copies().await;
    let mut stdin = child.stdin.take().unwrap();
    let ended = thread::spawn(move || {
        futures::executor::block_on(async {
            stdin.write_all(b"hello").await.unwrap();
            drop(stdin);
            assert_eq!(rest(stdout).await, b"hello");
            child.wait().await.unwrap()
        })
    });
    while !ended.is_finished() {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(ended.join().unwrap().code(), Some(7));
}

fn it_outlives_the_runtime_that_it_was_awaited_on(mut builder: Builder) {
    let (mut child, stdout) = builder.build().unwrap().block_on(async {
        let (mut child, stdout) = copies().await;
        let stdin = child.stdin.take();
        assert!(common::poll_once(pin!(child.wait())).is_pending());
        child.stdin = stdin;
        (child, stdout)
    });
    builder.build().unwrap().block_on(async {
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"hello").await.unwrap();
        drop(stdin);
        assert_eq!(rest(stdout).await, b"hello");
        assert_eq!(child.wait().await.unwrap().code(), Some(7));
    });
}
