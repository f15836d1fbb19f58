//! Tests the example `cat_many`: acknowledged lines are not lost (the contract's lines 18 and 19).
#![cfg(all(unix, feature = "_runtime"))]

#[path = "../../common/runner.rs"]
#[allow(dead_code)]
mod runner;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

fn on_each_runtime(test: impl Fn(&str)) {
    portable::runtime::available().into_iter().for_each(test);
}

fn start(runtime: &str, files: &[impl AsRef<OsStr>]) -> Child {
    runner::command(env!("CARGO_BIN_EXE_cat_many"))
        .args(files)
        .env("PORTABLE_RUNTIME", runtime)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Writes lines until the reader is gone. Each line is longer than a number, and contains one.
fn feed(child: &mut Child) -> thread::JoinHandle<()> {
    let mut stdin = child.stdin.take().unwrap();
    thread::spawn(move || {
        for number in 1.. {
            if stdin.write_all(line(number).as_bytes()).is_err() {
                break;
            }
        }
    })
}

fn line(number: usize) -> String {
    format!("{number} {}\n", "x".repeat(number * 7 % 300))
}

/// Gives lines to a program, kills it after so many acknowledgements and a delay, and checks the
/// files.
fn kill(runtime: &str, after: usize, delay: Duration) {
    let dir = tempfile::tempdir().unwrap();
    let files = ["a", "b", "c"].map(|name| dir.path().join(name));
    let mut child = start(runtime, &files);
    let feeds = feed(&mut child);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = String::new();
    for _ in 0..after {
        stdout.read_line(&mut acknowledged).unwrap();
    }
    thread::sleep(delay);
    child.kill().unwrap();
    stdout.read_to_string(&mut acknowledged).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    feeds.join().unwrap();

    let numbers = acknowledged.lines().map(|number| number.parse().unwrap());
    let numbers = Vec::<usize>::from_iter(numbers);
    assert!(numbers.len() >= after, "{runtime}");
    assert_eq!(numbers, Vec::from_iter(1..=numbers.len()), "{runtime}");
    let wanted: String = numbers.into_iter().map(line).collect();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with(&wanted),
            "on {runtime}, {after} and {delay:?}: an acknowledged line is missing in {file:?}: {} \
             of {} bytes are there",
            text.len(),
            wanted.len(),
        );
    }
}

#[test]
fn killed_at_any_moment_it_has_what_it_acknowledged() {
    on_each_runtime(|runtime| {
        // The numbers are the same in each run, and different for each runtime.
        let mut random = runtime.len() as u64;
        let mut below = |limit| {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1);
            (random >> 33) % limit
        };
        for _ in 0..10 {
            let after = below(200) as usize;
            kill(runtime, after, Duration::from_micros(below(20_000)));
        }
    });
}

#[test]
fn all_lines_are_in_all_files_and_the_last_needs_no_end() {
    on_each_runtime(|runtime| {
        let dir = tempfile::tempdir().unwrap();
        let files = ["a", "b"].map(|name| dir.path().join(name));
        fs::write(
            &files[0],
            "what was there before, and is longer than what comes",
        )
        .unwrap();
        let mut child = start(runtime, &files);
        let bytes = b"one\nnot \xff utf-8\n\nlast";
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{runtime}: {output:?}");
        assert_eq!(output.stdout, b"1\n2\n3\n4\n", "{runtime}");
        assert_eq!(output.stderr, b"", "{runtime}");
        for file in files {
            assert_eq!(fs::read(file).unwrap(), bytes, "{runtime}");
        }
    });
}

#[test]
fn a_full_disk_is_reported_and_the_others_go_on() {
    on_each_runtime(|runtime| {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("missing/file");
        let files = ["/dev/full".into(), dir.path().join("a"), missing.clone()];
        let mut child = start(runtime, &files);
        child
            .stdin
            .take()
            .unwrap()
            .write_all(b"one\ntwo\n")
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{runtime}: {output:?}");
        assert_eq!(output.stdout, b"1\n2\n", "{runtime}");
        let errors = String::from_utf8(output.stderr).unwrap();
        let wanted = [
            format!(
                "cat_many: {}: No such file or directory (os error 2)",
                missing.display()
            ),
            "cat_many: /dev/full: No space left on device (os error 28)".into(),
        ];
        assert_eq!(Vec::from_iter(errors.lines()), wanted, "{runtime}");
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"one\ntwo\n");
    });
}

#[test]
fn with_no_file_left_nothing_is_acknowledged() {
    on_each_runtime(|runtime| {
        let mut child = start(runtime, &["/dev/full"]);
        // The program ends although there may be more input.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"one\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{runtime}: {output:?}");
        assert_eq!(output.stdout, b"", "{runtime}");
        drop(stdin);
    });
}
