//! Tests the example `run_many`: its limit, whole lines, and nothing left after ctrl-c.
#![cfg(all(unix, feature = "_runtime"))]

#[path = "../../common/runner.rs"]
#[allow(dead_code)]
mod runner;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{self, Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

fn on_each_runtime(test: impl Fn(&str)) {
    portable::runtime::available().into_iter().for_each(test);
}

fn command(runtime: &str, arguments: &[&str]) -> Command {
    let mut command = runner::command(env!("CARGO_BIN_EXE_run_many"));
    command
        .args(arguments)
        .env("PORTABLE_RUNTIME", runtime)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Waits for the end of a child, but not for ever.
fn end_of(child: Child) -> Output {
    let id = child.id();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    receiver.recv_timeout(LIMIT).unwrap_or_else(|_| {
        send("KILL", id);
        panic!("run_many hangs");
    })
}

fn run(runtime: &str, arguments: &[&str]) -> Output {
    end_of(command(runtime, arguments).spawn().unwrap())
}

fn send(signal: &str, id: u32) {
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", signal, &id.to_string()]).status();
    assert!(status.unwrap().success());
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

#[track_caller]
fn has(output: &Output, code: i32, stdout: &[&str]) {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    let lines = Vec::from_iter(text(&output.stdout).lines());
    assert_eq!(lines, stdout, "{output:?}");
}

#[test]
fn the_ends_are_summed_up() {
    on_each_runtime(|runtime| {
        let ends = run(
            runtime,
            &["-j1", "echo a", "exit 3", "kill -9 $$", "echo 'b\n\nc'"],
        );
        let stdout = [
            "[1] a",
            "[4] b",
            "[4] ",
            "[4] c",
            "[2] exit status: 3: exit 3",
            "[3] signal: 9 (SIGKILL): kill -9 $$",
            "succeeded: 2, failed: 2, not started: 0",
        ];
        has(&ends, 1, &stdout);
        let ends = run(runtime, &["printf 'no end'; printf oh >&2"]);
        has(
            &ends,
            0,
            &["[1] no end", "succeeded: 1, failed: 0, not started: 0"],
        );
        assert_eq!(text(&ends.stderr), "[1] oh\n");
    });
}

#[test]
fn commands_may_come_by_stdin() {
    on_each_runtime(|runtime| {
        let mut child = command(runtime, &["-j", "1", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = b"echo a\n\n  \nread line || echo nothing to read";
        child.stdin.take().unwrap().write_all(lines).unwrap();
        let stdout = [
            "[1] a",
            "[2] nothing to read",
            "succeeded: 2, failed: 0, not started: 0",
        ];
        has(&end_of(child), 0, &stdout);
    });
}

#[test]
fn wrong_usage_is_said() {
    on_each_runtime(|runtime| {
        for arguments in [&["-j", "0", "true"][..], &["-j", "x"], &["-j"]] {
            let output = run(runtime, arguments);
            has(&output, 2, &[]);
            assert!(text(&output.stderr).starts_with("run_many: -j takes a number of at least 1"));
        }
        assert!(text(&run(runtime, &["--help"]).stdout).starts_with("usage: run_many"));
    });
}

#[test]
fn no_more_run_at_once_than_may_and_so_many_do() {
    on_each_runtime(|runtime| {
        let dir = tempfile::tempdir().unwrap();
        // The first three commands wait for each other.
        let wait = format!(
            "cd {}; echo start; echo >$$; until [ $(ls | wc -l) -ge 3 ]; do sleep 0.01; done; \
             echo end",
            dir.path().display()
        );
        let mut arguments = vec!["-j", "3"];
        arguments.extend([&*wait; 12]);
        let output = run(runtime, &arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        // The output of a command is printed before its end is known.
        let (mut now, mut most) = (0, 0);
        for line in text(&output.stdout).lines() {
            now += i32::from(line.ends_with("start"));
            now -= i32::from(line.ends_with("end"));
            most = most.max(now);
        }
        assert_eq!(now, 0, "{output:?}");
        // The commands themselves prove that there were three: otherwise they would wait for ever.
        // The output of one may be read later than that of others that began after it.
        assert!(most <= 3, "{runtime}: {output:?}");
    });
}

#[test]
fn all_lines_are_there_and_whole() {
    const COMMANDS: usize = 8;
    const LINES: usize = 500;

    on_each_runtime(|runtime| {
        // Lines of up to 2 KiB, written in two parts.
        let print = format!(
            "awk 'BEGIN {{ for (n = 0; n < {LINES}; n++) {{
                printf \"%d \", n; fflush(); printf \"%\" (n * 7 % 2048 + 1) \"s\\n\", \"x\"
            }} }}'"
        );
        let command = format!("{print} & {print} >&2; wait");
        let mut arguments = vec!["-j8"];
        arguments.extend([&*command; COMMANDS]);
        let output = run(runtime, &arguments);
        assert_eq!(output.status.code(), Some(0), "{runtime}");
        for (stream, more) in [(&output.stdout, 1), (&output.stderr, 0)] {
            let mut next = [0; COMMANDS];
            let lines = Vec::from_iter(text(stream).lines());
            assert_eq!(lines.len(), COMMANDS * LINES + more, "{runtime}");
            for line in &lines[..COMMANDS * LINES] {
                let (head, rest) = line.split_once("] ").unwrap();
                let of: usize = head.strip_prefix('[').unwrap().parse().unwrap();
                let n = &mut next[of - 1];
                let wanted = format!("{n} {:>1$}", "x", *n * 7 % 2048 + 1);
                assert!(rest == wanted, "{runtime}: {line}");
                *n += 1;
            }
            assert_eq!(next, [LINES; COMMANDS], "{runtime}");
        }
    });
}

/// Returns the processes whose environment has this variable.
#[cfg(target_os = "linux")]
fn marked(mark: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    for entry in fs::read_dir("/proc").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(id) = name.and_then(|name| name.parse().ok())
            // Zombies have no environment.
            && let Ok(environment) = fs::read(path.join("environ"))
            && environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
        {
            ids.push(id);
        }
    }
    ids
}

/// Starts the program, waits for `up` of its commands, lets `stop` end it, and checks that no
/// process is left.
#[cfg(target_os = "linux")]
fn stopped(runtime: &str, arguments: &[&str], up: usize, stop: impl FnOnce(u32)) -> Vec<String> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let mark = format!("{}-{number}", process::id());
    let mut child = command(runtime, arguments)
        .env("PORTABLE_TEST_MARK", &mark)
        .spawn()
        .unwrap();
    let mark = format!("PORTABLE_TEST_MARK={mark}");
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    for _ in 0..up {
        stdout.read_line(&mut printed).unwrap();
    }
    assert!(marked(&mark).len() > up, "{runtime}: {printed}");
    stop(child.id());
    let rest = thread::spawn(move || {
        stdout.read_to_string(&mut printed).unwrap();
        printed
    });
    let output = end_of(child);
    assert_eq!(output.status.code(), Some(130), "{runtime}: {output:?}");
    assert_eq!(text(&output.stderr), "", "{runtime}");
    // The processes that were sent the signal die, but nobody waits for the children of children.
    for _ in 0..1000 {
        if marked(&mark).is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(marked(&mark), [0; 0], "{runtime}");
    let mut lines: Vec<String> = rest.join().unwrap().lines().map(String::from).collect();
    // The order in which commands begin is not promised, nor which of them do.
    lines[..up].sort();
    lines
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_stops_all_and_starts_no_more() {
    on_each_runtime(|runtime| {
        // The commands have children of their own.
        let commands = ["echo up; sleep 1000 & sleep 1000; echo never"; 6];
        let mut arguments = vec!["-j", "3"];
        arguments.extend(commands);
        for signal in ["INT", "TERM"] {
            let lines = stopped(runtime, &arguments, 3, |id| send(signal, id));
            let sum = "succeeded: 0, failed: 3, not started: 3";
            assert_eq!(lines.len(), 7, "{runtime}: {lines:#?}");
            assert!(lines[..3].iter().all(|line| line.ends_with("] up")));
            let told = |line: &String| line.contains("] signal: 15 (SIGTERM): echo up;");
            assert!(lines[3..6].iter().all(told), "{runtime}: {lines:#?}");
            assert_eq!(lines[6], sum, "{runtime}");
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn what_does_not_want_to_end_is_killed() {
    on_each_runtime(|runtime| {
        let stubborn = "exec 2>/dev/null; trap 'echo no' TERM; trap '' INT; echo up; while :; do sleep 1; done";
        // The command gets one signal to end, and is killed a while later.
        let lines = stopped(runtime, &["-j1", stubborn], 1, |id| send("INT", id));
        let killed = format!("[1] signal: 9 (SIGKILL): {stubborn}");
        let sum = "succeeded: 0, failed: 1, not started: 0";
        assert_eq!(lines, ["[1] up", "[1] no", &killed, sum], "{runtime}");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn what_ends_well_when_it_is_asked_to_has_succeeded() {
    on_each_runtime(|runtime| {
        let polite = "trap 'echo bye; exit 0' TERM; echo up; sleep 1000 & wait";
        let lines = stopped(runtime, &[polite], 1, |id| send("INT", id));
        let sum = "succeeded: 1, failed: 0, not started: 0";
        assert_eq!(lines, ["[1] up", "[1] bye", sum], "{runtime}");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn it_stops_when_nobody_reads() {
    on_each_runtime(|runtime| {
        let mut child = command(runtime, &["-j1", "while echo y; do :; done", "true"])
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "[1] y\n");
        drop(stdout);
        let output = end_of(child);
        assert_eq!(output.status.code(), Some(130), "{runtime}: {output:?}");
    });
}
