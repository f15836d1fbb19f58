//! The example `run_many`: child processes with piped output, a limit of those that run, and ctrl-c.
#![cfg(all(
    unix,
    any(
        feature = "tokio",
        feature = "smol",
        feature = "async-std",
        feature = "embassy",
        feature = "pollster"
    )
))]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{self, Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn on_each_runtime(test: impl Fn(&str)) {
    portable::runtime::available().into_iter().for_each(test);
}

fn start(runtime: &str, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_run_many"))
        .args(arguments)
        .env("PORTABLE_RUNTIME", runtime)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// What it prints and its status, with a limit of time.
fn ended(mut child: Child) -> (Vec<String>, Option<i32>) {
    drop(child.stdin.take());
    let mut stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        text.lines().map(String::from).collect()
    });
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (reader.join().unwrap(), status.code());
        }
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("it does not end: {:?}", reader.join());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// How many processes have this word in their command line.
fn processes_with(word: &str) -> usize {
    let entries = fs::read_dir("/proc").unwrap();
    let command_lines =
        entries.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
    command_lines
        .filter(|line| String::from_utf8_lossy(line).contains(word))
        .count()
}

#[test]
fn each_line_has_its_number_and_the_failed_are_counted() {
    on_each_runtime(|runtime| {
        let commands = ["echo one; echo two", "echo wrong >&2; exit 3", "kill -9 $$"];
        let (mut lines, code) = ended(start(runtime, &commands));
        lines.sort();
        let wanted = [
            "1: one",
            "1: two",
            "2 ended: exit status: 3",
            "2: wrong",
            "3 commands, 2 failed",
            "3 ended: signal: 9 (SIGKILL)",
        ];
        assert_eq!(lines, wanted, "on {runtime}");
        assert_eq!(code, Some(1), "on {runtime}");
    });
}

#[test]
fn commands_come_from_stdin() {
    on_each_runtime(|runtime| {
        let mut child = start(runtime, &["-j", "1"]);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"echo a\necho b\necho c").unwrap();
        drop(stdin);
        let (lines, code) = ended(child);
        assert_eq!(lines, ["1: a", "2: b", "3: c", "3 commands, 0 failed"]);
        assert_eq!(code, Some(0));
    });
}

#[test]
fn no_more_run_than_were_allowed() {
    on_each_runtime(|runtime| {
        let folder = std::env::temp_dir().join(format!("run-many-{}-{runtime}", process::id()));
        fs::create_dir(&folder).unwrap();
        let path = folder.display();
        let command = format!("cd {path}; touch $$; ls | wc -l; sleep 0.05; rm $$");
        let (lines, code) = ended(start(
            runtime,
            &[&["-j", "3"], &[&*command; 12][..]].concat(),
        ));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(code, Some(0), "on {runtime}: {lines:?}");
        assert_eq!(lines.len(), 13, "on {runtime}: {lines:?}");
        for line in &lines[..12] {
            let (_, running) = line.split_once(": ").unwrap();
            let running: usize = running.trim().parse().unwrap();
            assert!((1..=3).contains(&running), "on {runtime}: {lines:?}");
        }
    });
}

#[test]
fn long_output_of_several_comes_whole_and_line_by_line() {
    on_each_runtime(|runtime| {
        let command = "for i in $(seq 2000); do echo $i $i $i $i $i $i $i $i $i $i; done";
        let (lines, code) = ended(start(runtime, &[command; 4]));
        assert_eq!(code, Some(0));
        for number in 1..=4 {
            let prefix = format!("{number}: ");
            let its = lines.iter().filter_map(|line| line.strip_prefix(&prefix));
            let wanted = (1..=2000).map(|i| vec![i.to_string(); 10].join(" "));
            assert!(its.eq(wanted), "of {number} on {runtime}");
        }
        assert_eq!(lines.len(), 8001, "on {runtime}");
    });
}

#[test]
fn ctrl_c_ends_all_and_starts_no_more() {
    on_each_runtime(|runtime| {
        // A number of seconds that no other process waits.
        let word = format!("9{}{}", process::id(), runtime.len());
        let command = format!("echo ready; exec sleep {word}");
        let commands = [&*command, &*command, &*command, "echo never"];
        let mut child = start(runtime, &[&["-j", "3"], &commands[..]].concat());
        let mut stdout = BufReader::new(child.stdout.as_mut().unwrap());
        for _ in 0..3 {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            assert!(line.ends_with(": ready\n"), "on {runtime}: {line}");
        }
        drop(stdout);
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        let (lines, code) = ended(child);
        assert_eq!(lines, ["stopped"], "on {runtime}");
        assert_eq!(code, Some(130), "on {runtime}");
        assert_eq!(processes_with(&word), 0, "on {runtime}");
    });
}

#[test]
fn a_mistake_in_the_arguments_is_told() {
    on_each_runtime(|runtime| {
        for arguments in [&["-j"][..], &["-j", "0", "true"], &["-j", "many"]] {
            let (lines, code) = ended(start(runtime, arguments));
            assert_eq!((lines.len(), code), (0, Some(2)), "on {runtime}");
        }
    });
}
