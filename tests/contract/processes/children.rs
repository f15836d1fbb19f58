//! `process`: child processes and their pipes.
#![cfg(unix)]

use std::future::poll_fn;
use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::pin::{Pin, pin};
use std::process::Stdio;
use std::thread;

use crate::common::{self, on_both_flavors, with_both_builders};
use futures::future::{Either, join_all, select};
use futures::stream::StreamExt;
use portable::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use portable::process::{Child, ChildStdin, ChildStdout, Command};
use portable::runtime::Builder;
use portable::task;
use portable::time::{Duration, timeout};

on_both_flavors! {
    the_output_and_the_status_arrive,
    a_signal_that_ended_it_is_told,
    errors_are_those_of_the_operating_system,
    arguments_environment_and_folder_arrive,
    a_command_is_stds_and_may_be_used_again,
    it_starts_at_the_call,
    a_mebibyte_goes_in_and_out_at_once,
    a_child_that_does_not_read_holds_the_writer_up,
    a_child_that_nobody_reads_is_held_up,
    stdin_is_closed_by_its_drop,
    stdin_is_closed_by_close,
    stdin_is_closed_by_wait,
    lines_come_as_they_are_written,
    a_read_that_is_cancelled_loses_nothing,
    the_stdout_of_one_is_the_stdin_of_another,
    pipes_may_be_made_of_stds,
    it_is_killed,
    kill_on_drop_kills,
    without_kill_on_drop_it_goes_on,
    a_cancelled_output_kills_if_it_was_said,
    a_wait_that_is_cancelled_is_made_up_for,
    try_wait_does_not_wait,
    the_status_is_kept,
    two_hundred_at_once,
    it_works_on_any_thread_under_any_executor,
}

with_both_builders! {
    it_outlives_the_runtime_that_it_was_awaited_on,
}

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

/// A command that runs until its stdin is closed.
fn cat() -> Command {
    let mut command = Command::new("cat");
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    command
}

/// A command that runs for a long time.
fn sleeper() -> Command {
    let mut command = Command::new("sleep");
    command.arg("1000");
    command
}

#[track_caller]
fn has_code(error: &io::Error, kind: ErrorKind, code: i32) {
    assert_eq!((error.kind(), error.raw_os_error()), (kind, Some(code)));
}

async fn the_output_and_the_status_arrive() {
    let output = shell("echo out; echo err >&2; exit 3").output().await;
    let output = output.unwrap();
    assert_eq!(output.stdout, b"out\n");
    assert_eq!(output.stderr, b"err\n");
    assert_eq!(output.status.code(), Some(3));
    for code in [0, 1, 255] {
        let status = shell(&format!("exit {code}")).status().await.unwrap();
        assert_eq!(status.code(), Some(code));
        assert_eq!(status.success(), code == 0);
    }
    // `status` closes a pipe that it does not read, so the command fails and does not wait for
    // ever.
    let mut command = shell("while echo a line; do :; done; read line || exit 4");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let status = command.stderr(Stdio::null()).status().await.unwrap();
    assert!(
        status.code() == Some(4) || status.signal().is_some(),
        "{status}"
    );
}

async fn a_signal_that_ended_it_is_told() {
    for signal in [9, 15] {
        let status = shell(&format!("kill -{signal} $$")).status().await.unwrap();
        assert_eq!((status.code(), status.signal()), (None, Some(signal)));
    }
}

async fn errors_are_those_of_the_operating_system() {
    let missing = Command::new("/no/such/program").spawn().unwrap_err();
    has_code(&missing, ErrorKind::NotFound, 2);
    let missing = Command::new("portable-no-such-program").status().await;
    has_code(&missing.unwrap_err(), ErrorKind::NotFound, 2);
    // This file is no program.
    let file = Command::new("/etc/passwd").output().await;
    has_code(&file.unwrap_err(), ErrorKind::PermissionDenied, 13);
    let folder = Command::new("/").spawn().unwrap_err();
    has_code(&folder, ErrorKind::PermissionDenied, 13);
    let folder = Command::new("true").current_dir("/no/such").spawn();
    has_code(&folder.unwrap_err(), ErrorKind::NotFound, 2);
}

async fn arguments_environment_and_folder_arrive() {
    let output = Command::new("sh")
        .arg("-c")
        .arg("echo $0 $1 $A $B $C; pwd")
        .args(["zero", "one"])
        .env("A", "a")
        .envs([("B", "b"), ("C", "c")])
        .env_remove("C")
        .current_dir("/")
        .output();
    assert_eq!(output.await.unwrap().stdout, b"zero one a b\n/\n");
    let output = Command::new("/usr/bin/env")
        .env_clear()
        .env("ONLY", "this")
        .output();
    assert_eq!(output.await.unwrap().stdout, b"ONLY=this\n");
    let output = Command::new("sh")
        .arg0("name")
        .args(["-c", "echo $0"])
        .output();
    assert_eq!(output.await.unwrap().stdout, b"name\n");
    #[cfg(target_os = "linux")]
    {
        let mut command = shell("echo $$; cut -d ' ' -f 5 /proc/$$/stat");
        let output = command.process_group(0).output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (id, group) = text.trim().split_once('\n').unwrap();
        assert_eq!(id, group);
    }
}

async fn a_command_is_stds_and_may_be_used_again() {
    let mut std = std::process::Command::new("sh");
    std.args(["-c", "echo $N"]);
    let mut command = Command::from(std);
    for n in ["1", "2"] {
        command.as_std_mut().env("N", n);
        let output = command.output().await.unwrap();
        assert_eq!(output.stdout, format!("{n}\n").into_bytes());
    }
    assert!(!command.get_kill_on_drop());
    assert!(command.kill_on_drop(true).get_kill_on_drop());
    assert_eq!(command.into_std().output().unwrap().stdout, b"2\n");
}

async fn it_starts_at_the_call() {
    let (mut reader, writer) = io::pipe().unwrap();
    // The future is not polled before the child has ended.
    let status = shell("echo hello; exit 5").stdout(writer).status();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello\n");
    assert_eq!(status.await.unwrap().code(), Some(5));
}

const MEBIBYTE: usize = 1 << 20;

/// Returns many bytes, of which no two parts are the same.
fn much() -> Vec<u8> {
    (0_u32..)
        .flat_map(|n| n.to_le_bytes())
        .take(MEBIBYTE)
        .collect()
}

async fn a_mebibyte_goes_in_and_out_at_once() {
    let mut child = shell("tee /dev/stderr")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = task::spawn(async move { stdin.write_all(&much()).await });
    let output = child.wait_with_output().await.unwrap();
    writer.await.unwrap().unwrap();
    assert!(output.status.success());
    // `assert_eq!` would print all the bytes.
    assert!(output.stdout == much(), "{} bytes", output.stdout.len());
    assert!(output.stderr == much(), "{} bytes", output.stderr.len());
}

async fn a_child_that_does_not_read_holds_the_writer_up() {
    let mut child = sleeper().stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut written = 0;
    let stuck = async {
        while written < 4 * MEBIBYTE {
            written += stdin.write(&[7; 10_000]).await.unwrap();
        }
    };
    assert!(timeout(Duration::from_millis(100), stuck).await.is_err());
    assert!((1..=MEBIBYTE).contains(&written), "{written}");
    // The writer is woken when the pipe has no reader left.
    let writer = task::spawn(async move { stdin.write_all(&[7; MEBIBYTE]).await });
    task::yield_now().await;
    child.kill().await.unwrap();
    has_code(
        &writer.await.unwrap().unwrap_err(),
        ErrorKind::BrokenPipe,
        32,
    );
}

async fn a_child_that_nobody_reads_is_held_up() {
    let mut child = shell("head -c 1048576 /dev/zero; exit 6")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let waited = timeout(Duration::from_millis(100), child.wait()).await;
    assert!(waited.is_err(), "{waited:?}");
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.stdout.len(), MEBIBYTE);
    assert_eq!(output.status.code(), Some(6));
}

async fn stdin_is_closed_by_its_drop() {
    let mut child = cat().stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"hello").await.unwrap();
    drop(stdin);
    assert_eq!(child.wait_with_output().await.unwrap().stdout, b"hello");
}

async fn stdin_is_closed_by_close() {
    let mut child = cat().spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.flush().await.unwrap();
    stdin.close().await.unwrap();
    stdin.close().await.unwrap();
    assert!(child.wait().await.unwrap().success());
    let error = stdin.write_all(b"more").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(
        stdin.into_owned_fd().unwrap_err().kind(),
        ErrorKind::BrokenPipe
    );
}

async fn stdin_is_closed_by_wait() {
    let mut child = cat().spawn().unwrap();
    assert!(child.wait().await.unwrap().success());
    let output = cat().spawn().unwrap().wait_with_output().await.unwrap();
    assert!(output.status.success());
}

async fn lines_come_as_they_are_written() {
    let mut child = shell("while read line; do echo got $line; done; printf end")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 0..100 {
        stdin.write_all(format!("{n}\n").as_bytes()).await.unwrap();
        // Each line arrives before the next one is written.
        assert_eq!(lines.next().await.unwrap().unwrap(), format!("got {n}"));
    }
    drop(stdin);
    assert_eq!(lines.next().await.unwrap().unwrap(), "end");
    assert!(lines.next().await.is_none());
    assert!(child.wait().await.unwrap().success());
}

async fn a_read_that_is_cancelled_loses_nothing() {
    let mut child = shell("for n in 1 2 3 4 5 6 7 8 9; do echo $n; sleep 0.01; done")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut read = Vec::new();
    loop {
        let mut bytes = [0; 3];
        // `select` polls the first future first, so most of the time the read is dropped.
        let turn = pin!(task::yield_now());
        if let Either::Right((count, _)) = select(turn, stdout.read(&mut bytes)).await {
            match count.unwrap() {
                0 => break,
                count => read.extend_from_slice(&bytes[..count]),
            }
        }
    }
    assert_eq!(read, b"1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    assert!(child.wait().await.unwrap().success());
}

async fn the_stdout_of_one_is_the_stdin_of_another() {
    // The second command would fail if its stdin were empty and did not block.
    let mut first = shell("sleep 0.2; echo hello; echo oh >&2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout: Stdio = first.stdout.take().unwrap().try_into().unwrap();
    let stderr = first.stderr.take().unwrap().into_owned_fd().unwrap();
    let second = Command::new("cat").stdin(stdout).output();
    let third = Command::new("cat").stdin(stderr).output();
    let (second, third) = (second.await.unwrap(), third.await.unwrap());
    assert_eq!(
        (&*second.stdout, &*second.stderr),
        (&b"hello\n"[..], &b""[..])
    );
    assert_eq!((&*third.stdout, &*third.stderr), (&b"oh\n"[..], &b""[..]));
    assert!(first.wait().await.unwrap().success());

    // The stdin of one child may be the stdout of another, too.
    let mut last = cat().stdout(Stdio::piped()).spawn().unwrap();
    let stdin: Stdio = last.stdin.take().unwrap().try_into().unwrap();
    assert!(
        shell("echo hi")
            .stdout(stdin)
            .status()
            .await
            .unwrap()
            .success()
    );
    assert_eq!(last.wait_with_output().await.unwrap().stdout, b"hi\n");
}

async fn pipes_may_be_made_of_stds() {
    let mut child = std::process::Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = ChildStdin::from_std(child.stdin.take().unwrap()).unwrap();
    let mut stdout = ChildStdout::from_std(child.stdout.take().unwrap()).unwrap();
    let copy: OwnedFd = stdin.as_fd().try_clone_to_owned().unwrap();
    assert_ne!(copy.as_raw_fd(), stdin.as_raw_fd());
    drop(copy);
    stdin.write_all(b"hello").await.unwrap();
    drop(stdin);
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "hello");
    child.wait().unwrap();
}

async fn it_is_killed() {
    let mut child = sleeper().spawn().unwrap();
    child.start_kill().unwrap();
    assert_eq!(child.wait().await.unwrap().signal(), Some(9));
    let mut child = sleeper().spawn().unwrap();
    child.kill().await.unwrap();
    assert_eq!(child.try_wait().unwrap().unwrap().signal(), Some(9));
    // A child that has ended cannot be killed, and that is no error.
    child.start_kill().unwrap();
    child.kill().await.unwrap();
    let mut child = Command::new("true").spawn().unwrap();
    assert!(child.wait().await.unwrap().success());
    child.kill().await.unwrap();
    assert!(child.wait().await.unwrap().success());
}

/// Returns whether the process is there, even as a zombie.
#[cfg(target_os = "linux")]
fn exists(id: u32) -> bool {
    std::fs::exists(format!("/proc/{id}")).unwrap()
}

async fn kill_on_drop_kills() {
    let mut child = cat().kill_on_drop(true).spawn().unwrap();
    let id = child.id().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"hello").await.unwrap();
    drop(child);
    // The other end of the pipe is closed.
    while stdin.write_all(b"hello").await.is_ok() {
        task::yield_now().await;
    }
    #[cfg(target_os = "linux")]
    common::eventually(|| !exists(id)).await;
    let _ = id;
}

async fn without_kill_on_drop_it_goes_on() {
    let mut child = shell("read line; echo $line")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    drop(child);
    stdin.write_all(b"still here\n").await.unwrap();
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "still here\n");
    // The child does not stay a zombie.
    #[cfg(target_os = "linux")]
    common::eventually(|| !exists(id)).await;
    let _ = id;
}

async fn a_cancelled_output_kills_if_it_was_said() {
    let (mut reader, writer) = io::pipe().unwrap();
    let mut command = shell("echo $$; exec sleep 1000");
    let output = command.stdin(writer).kill_on_drop(true).output();
    drop(command);
    assert!(timeout(Duration::from_millis(20), output).await.is_err());
    // Only the child had the other end.
    assert_eq!(reader.read(&mut [0]).unwrap(), 0);
}

async fn a_wait_that_is_cancelled_is_made_up_for() {
    let mut child = shell("sleep 0.2; exit 7").spawn().unwrap();
    let mut cancelled = 0;
    let status = loop {
        let turn = pin!(task::yield_now());
        match select(turn, pin!(child.wait())).await {
            Either::Left(_) => cancelled += 1,
            Either::Right((status, _)) => break status.unwrap(),
        }
    };
    assert_eq!(status.code(), Some(7));
    assert!(cancelled > 0);
    // The wait is cancelled, and then awaited without a turn for other tasks.
    let mut child = shell("sleep 0.1; exit 8").spawn().unwrap();
    for _ in 0..3 {
        assert!(common::poll_once(pin!(child.wait())).is_pending());
    }
    assert_eq!(child.wait().await.unwrap().code(), Some(8));
}

async fn try_wait_does_not_wait() {
    let mut child = cat().spawn().unwrap();
    assert_eq!(child.try_wait().unwrap(), None);
    assert_eq!(child.try_wait().unwrap(), None);
    child.stdin = None;
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => task::yield_now().await,
        }
    };
    assert!(status.success());
    assert_eq!(child.try_wait().unwrap(), Some(status));
    assert_eq!(child.wait().await.unwrap(), status);
}

async fn the_status_is_kept() {
    let mut child = shell("exit 9").spawn().unwrap();
    assert!(child.id().is_some());
    for _ in 0..3 {
        assert_eq!(child.wait().await.unwrap().code(), Some(9));
        assert_eq!(child.id(), None);
    }
    assert_eq!(child.try_wait().unwrap().unwrap().code(), Some(9));
    assert_eq!(
        child.wait_with_output().await.unwrap().status.code(),
        Some(9)
    );
}

async fn two_hundred_at_once() {
    let mut children = Vec::new();
    for code in 0..200 {
        let child = shell(&format!("read line; exit {code}"))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        children.push(child);
    }
    let stdins: Vec<_> = children
        .iter_mut()
        .map(|child| child.stdin.take())
        .collect();
    let tasks: Vec<_> = children
        .into_iter()
        .map(|mut child| task::spawn(async move { child.wait().await.unwrap().code() }))
        .collect();
    task::yield_now().await;
    // No child has ended yet: they all end at once.
    assert!(tasks.iter().all(|task| !task.is_finished()));
    drop(stdins);
    for (code, task) in (0..).zip(tasks) {
        assert_eq!(task.await.unwrap(), Some(code));
    }
}

async fn it_works_on_any_thread_under_any_executor() {
    let wait = |mut child: Child| async move { child.wait().await.unwrap().code() };
    let child = |code| shell(&format!("sleep 0.1; exit {code}")).spawn().unwrap();
    let plain = {
        let waits = wait(child(1));
        thread::spawn(move || common::block_on(waits))
    };
    let ours = {
        let waits = wait(child(2));
        thread::spawn(move || portable::block_on(waits))
    };
    // This child is started on that thread, too.
    let others = thread::spawn(|| {
        let output = shell("sleep 0.1; echo hello").output();
        futures::executor::block_on(output).unwrap().stdout
    });
    let blocking = {
        let waits = wait(child(3));
        task::spawn_blocking(move || portable::block_on(waits))
    };
    let local = task::spawn_local(wait(child(4)));
    let joined = join_all((0..50).map(|code| wait(child(code))));
    assert_eq!(joined.await, Vec::from_iter((0..50).map(Some)));
    assert_eq!(local.await.unwrap(), Some(4));
    assert_eq!(blocking.await.unwrap(), Some(3));
    // This thread must not block, because on some runtimes its reactor reports the ends of the
    // children.
    let all_end = || plain.is_finished() && ours.is_finished() && others.is_finished();
    common::eventually(all_end).await;
    assert_eq!(others.join().unwrap(), b"hello\n");
    assert_eq!(ours.join().unwrap(), Some(2));
    assert_eq!(plain.join().unwrap(), Some(1));
}

fn it_outlives_the_runtime_that_it_was_awaited_on(mut builder: Builder) {
    let mut child = cat().spawn().unwrap();
    let stdin = child.stdin.take();
    let runtime = builder.build().unwrap();
    runtime.block_on(async {
        let waited = timeout(Duration::from_millis(20), child.wait()).await;
        assert!(waited.is_err(), "{waited:?}");
    });
    drop(runtime);
    let mut wait = pin!(child.wait());
    assert!(common::poll_once(wait.as_mut()).is_pending());
    drop(stdin);
    assert!(common::block_on(wait).unwrap().success());
}

/// Both families of traits, called by hand because their extensions have the same names.
mod traits {
    use super::*;

    on_both_flavors! {
        those_of_futures_io,
    }

    #[cfg(feature = "tokio-io")]
    mod tokio_io {
        use crate::common::on_both_flavors;

        on_both_flavors! {
            those_of_tokio,
        }

        use super::those_of_tokio;
    }

    async fn those_of_futures_io() {
        use futures::io::{AsyncRead, AsyncWrite};

        let mut child = cat().stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bufs = [&b"to be "[..], b"or not"].map(io::IoSlice::new);
        let written = poll_fn(|cx| Pin::new(&mut stdin).poll_write_vectored(cx, &bufs)).await;
        assert_eq!(written.unwrap(), 12);
        poll_fn(|cx| AsyncWrite::poll_flush(Pin::new(&mut stdin), cx))
            .await
            .unwrap();
        poll_fn(|cx| Pin::new(&mut stdin).poll_close(cx))
            .await
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let (mut first, mut second) = ([0; 3], [0; 20]);
        let mut bufs = [&mut first[..], &mut second].map(io::IoSliceMut::new);
        let read = poll_fn(|cx| Pin::new(&mut stdout).poll_read_vectored(cx, &mut bufs)).await;
        assert_eq!(read.unwrap(), 12);
        assert_eq!((&first[..], &second[..9]), (&b"to "[..], &b"be or not"[..]));
        let mut rest = [0; 3];
        let end = poll_fn(|cx| AsyncRead::poll_read(Pin::new(&mut stdout), cx, &mut rest)).await;
        assert_eq!(end.unwrap(), 0);
        assert!(child.wait().await.unwrap().success());
    }

    #[cfg(feature = "tokio-io")]
    async fn those_of_tokio() {
        use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

        let mut child = shell("cat; echo oh >&2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        assert!(stdin.is_write_vectored());
        let written = poll_fn(|cx| AsyncWrite::poll_write(Pin::new(&mut stdin), cx, b"hello"));
        assert_eq!(written.await.unwrap(), 5);
        poll_fn(|cx| Pin::new(&mut stdin).poll_shutdown(cx))
            .await
            .unwrap();

        async fn all(mut pipe: impl AsyncRead + Unpin) -> Vec<u8> {
            let mut bytes = Vec::new();
            loop {
                let mut memory = [0; 3];
                let mut buf = ReadBuf::new(&mut memory);
                poll_fn(|cx| Pin::new(&mut pipe).poll_read(cx, &mut buf))
                    .await
                    .unwrap();
                if buf.filled().is_empty() {
                    return bytes;
                }
                bytes.extend_from_slice(buf.filled());
            }
        }

        assert_eq!(all(child.stdout.take().unwrap()).await, b"hello");
        assert_eq!(all(child.stderr.take().unwrap()).await, b"oh\n");
        assert!(child.wait().await.unwrap().success());
    }
}

/// Tests that change the whole process, or end it.
#[cfg(target_os = "linux")]
mod program {
    use std::env;
    use std::fs::{self, File};
    use std::os::unix::process::CommandExt;
    use std::process;

    use super::*;
    use crate::common::Outcome;

    macro_rules! programs {
        ($($judge:ident: [$($test:ident),* $(,)?]),* $(,)?) => {
            mod current_thread {
                $($(programs! { @ $test "current_thread" $judge })*)*
            }
            mod multi_thread {
                $($(programs! { @ $test "multi_thread" $judge })*)*
            }
        };
        (@ $test:ident $flavor:literal $judge:ident) => {
            #[test]
            fn $test() {
                // The limit is never reached.
                #[portable::main(flavor = $flavor, shutdown_timeout = "50s")]
                async fn main() {
                    super::$test().await;
                }

                $crate::common::program!(stringify!($test)).run(main, super::$judge);
            }
        };
    }

    programs! {
        ends: [
            no_zombie_stays,
            without_descriptors_it_is_told_by_the_signal,
            without_descriptors_and_signals_it_is_looked_at,
            what_somebody_else_has_waited_for_is_an_error,
        ],
        a_child_goes_on: [main_does_not_wait_for_a_child],
        a_child_is_killed: [main_kills_on_drop],
    }

    fn ends(outcome: Outcome) {
        assert!(outcome.status.success(), "{outcome:#?}");
        // The output is that of the program, or of the one that took its place.
        let printed = outcome.stdout.rsplit("-----").next().unwrap();
        assert_eq!(printed.trim(), "end", "{outcome:#?}");
    }

    fn child_of(outcome: &Outcome) -> u32 {
        assert!(outcome.status.success(), "{outcome:#?}");
        outcome.stdout.parse().unwrap()
    }

    /// Returns whether the process runs, and is no zombie.
    fn runs(id: u32) -> bool {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let state = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next());
        state.is_some_and(|state| state != 'Z')
    }

    fn a_child_goes_on(outcome: Outcome) {
        let id = child_of(&outcome);
        // The child would have ended if the process had waited for it.
        assert!(runs(id), "{outcome:#?}");
        let kill = std::process::Command::new("kill")
            .arg(id.to_string())
            .status();
        assert!(kill.unwrap().success());
    }

    fn a_child_is_killed(outcome: Outcome) {
        let id = child_of(&outcome);
        common::eventually_blocking(|| !runs(id));
    }

    /// Returns the number of children of this process that have ended and were not waited for.
    fn zombies() -> usize {
        let mut count = 0;
        for entry in fs::read_dir("/proc").unwrap() {
            let path = entry.unwrap().path().join("stat");
            let stat = fs::read_to_string(path).unwrap_or_default();
            let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
            let (state, parent) = (fields.next(), fields.next());
            if state == Some("Z") && parent == Some(&process::id().to_string()) {
                count += 1;
            }
        }
        count
    }

    /// Returns whether `SIGCHLD` is caught, that is, whether this process listens to it.
    fn child_signal_is_caught() -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        u64::from_str_radix(mask.unwrap().trim(), 16).unwrap() >> 16 & 1 == 1
    }

    async fn no_zombie_stays() {
        let mut kept = cat().spawn().unwrap();
        // Some children end before they are dropped, some meanwhile, and some later.
        for round in 0..20 {
            drop(Command::new("true").spawn().unwrap());
            drop(sleeper().kill_on_drop(true).spawn().unwrap());
            drop(shell(&format!("sleep 0.0{round}")).spawn().unwrap());
            let mut child = Command::new("true").spawn().unwrap();
            assert!(child.wait().await.unwrap().success());
            drop(shell("exit 1").output());
            drop(task::spawn(sleeper().kill_on_drop(true).status()));
            task::spawn(sleeper().kill_on_drop(true).status()).abort();
        }
        let task = task::spawn(async {
            let mut child = shell("sleep 0.1").spawn().unwrap();
            let _ = timeout(Duration::ZERO, child.wait()).await;
        });
        task.await.unwrap();
        // From here on no child is spawned, waited for or dropped.
        assert!(kept.id().is_some());
        common::eventually(|| zombies() == 0).await;
        assert!(kept.wait().await.unwrap().success());
        println!("end");
    }

    /// Opens files until no descriptor is left.
    fn use_up_descriptors() -> Vec<File> {
        let id = process::id().to_string();
        let mut limit = std::process::Command::new("prlimit");
        limit.args(["--pid", &id, "--nofile=200:"]);
        assert!(limit.status().unwrap().success());
        let mut files = Vec::new();
        loop {
            match File::open("/dev/null") {
                Ok(file) => files.push(file),
                Err(error) => {
                    assert_eq!(error.raw_os_error(), Some(24));
                    return files;
                }
            }
        }
    }

    async fn waits_without_descriptors(code: i32) {
        let child = || shell(&format!("sleep 0.3; exit {code}")).spawn().unwrap();
        let mut told = shell(&format!("read line; exit {code}"));
        let mut cancelled = told.stdin(Stdio::piped()).spawn().unwrap();
        let mut killed = sleeper().spawn().unwrap();
        let children: Vec<_> = (0..20).map(|_| child()).collect();
        let files = use_up_descriptors();
        // These commands need descriptors.
        let error = Command::new("true").stdout(Stdio::piped()).spawn();
        assert_eq!(error.unwrap_err().raw_os_error(), Some(24));
        let error = shell("true").output().await;
        assert_eq!(error.unwrap_err().raw_os_error(), Some(24));

        let tasks: Vec<_> = children
            .into_iter()
            .map(|mut child| task::spawn(async move { child.wait().await.unwrap().code() }))
            .collect();
        // This child ends with its input.
        let mut input = cancelled.stdin.take();
        let mut turns = 0;
        let status = loop {
            let turn = pin!(task::yield_now());
            match select(turn, pin!(cancelled.wait())).await {
                Either::Left(_) => turns += 1,
                Either::Right((status, _)) => break status.unwrap(),
            }
            if turns == 3 {
                drop(input.take());
            }
        };
        assert_eq!(status.code(), Some(code));
        assert!(turns >= 3);
        for task in tasks {
            assert_eq!(task.await.unwrap(), Some(code));
        }
        killed.kill().await.unwrap();
        // Nothing is lost, and with descriptors everything works again.
        drop(files);
        let output = shell("echo hello").output().await.unwrap();
        assert_eq!(output.stdout, b"hello\n");
        assert_eq!(zombies(), 0);
    }

    async fn without_descriptors_it_is_told_by_the_signal() {
        assert!(!child_signal_is_caught());
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().await.unwrap();
        // The process does not listen to the signal while it has descriptors.
        assert!(!child_signal_is_caught());
        // The process listens because of this child, with descriptors that stay.
        drop(sleeper().kill_on_drop(true).spawn().unwrap());
        assert!(child_signal_is_caught());
        waits_without_descriptors(11).await;
        println!("end");
    }

    async fn without_descriptors_and_signals_it_is_looked_at() {
        waits_without_descriptors(12).await;
        assert!(!child_signal_is_caught());
        println!("end");
    }

    /// Closes the command's streams: the reader of a pipe would wait for the child's end of it.
    fn quiet(mut command: Command) -> Command {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    async fn what_somebody_else_has_waited_for_is_an_error() {
        // The program starts again where the signal is ignored: then the operating system waits for
        // children.
        if env::var_os("PORTABLE_TEST_AGAIN").is_none() {
            let error = std::process::Command::new("env")
                .arg("--ignore-signal=CHLD")
                .args(common::runner::words(common::runner::itself()))
                .args(env::args_os().skip(1))
                .env("PORTABLE_TEST_AGAIN", "1")
                .exec();
            panic!("{error}");
        }
        let mut child = shell("exit 1").spawn().unwrap();
        let id = child.id().unwrap();
        for _ in 0..2 {
            assert_eq!(child.wait().await.unwrap_err().raw_os_error(), Some(10));
        }
        assert!(!exists(id));
        // The id could be that of another process by then.
        assert_eq!(child.start_kill().unwrap_err().raw_os_error(), Some(10));
        drop(child);
        println!("end");
    }

    async fn main_does_not_wait_for_a_child() {
        let mut child = quiet(shell("exec sleep 20")).spawn().unwrap();
        println!("{}", child.id().unwrap());
        let task = task::spawn(async move { child.wait().await });
        task::yield_now().await;
        drop(quiet(shell("sleep 0.5")).spawn().unwrap());
        drop(task);
    }

    async fn main_kills_on_drop() {
        let mut child = quiet(sleeper()).kill_on_drop(true).spawn().unwrap();
        println!("{}", child.id().unwrap());
        task::spawn(async move { child.wait().await });
        task::yield_now().await;
    }
}
