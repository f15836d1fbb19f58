//! Reads, writes and copies files, and standard input to standard output, on `portable` and natively, in
//! turns.
//!
//! Each run is a process of its own, on the thread of `main`, as threads that a native program leaves
//! behind would slow down the runs after it.

#[path = "../files/native.rs"]
mod native;
#[path = "../streams/native.rs"]
#[allow(dead_code)]
mod native_streams;
#[path = "../files/portable.rs"]
mod portable;

use std::env;
use std::fs::{self, File};
use std::future::Future;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;

/// The bytes of the small reads and writes: 10,000 of 4 KiB.
const SMALL: usize = 10_000 * 4096;

/// The bytes that are copied.
const LARGE: usize = 128 << 20;

/// The work, with a name for the table.
const WORK: [(&str, &str); 5] = [
    ("cat", "stdin to stdout, 128 MiB through pipes"),
    ("copy", "file to file, 128 MiB"),
    ("reads", "10,000 reads of 4 KiB"),
    ("writes", "10,000 writes of 4 KiB"),
    ("lines", "the lines of 40 MB"),
];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [side, work, folder] => run(side, work, Path::new(folder)),
        _ => compare_all(),
    }
}

fn block_on(side: &str, ours: impl Future<Output = ()>, theirs: impl Future<Output = ()>) {
    match side {
        "portable" => ::portable::runtime::Builder::new_current_thread()
            .build()
            .expect("it starts")
            .block_on(ours),
        "native" => native_streams::block_on(None, theirs),
        _ => panic!("no such side: {side}"),
    }
}

/// Does one piece of work and prints to standard error how many nanoseconds it took.
fn run(side: &str, work: &str, folder: &Path) {
    let (large, small) = (folder.join("large"), folder.join("small"));
    let to = folder.join("written");
    let start = Instant::now();
    match work {
        "cat" => block_on(side, portable::cat(), native::cat()),
        "copy" => block_on(
            side,
            portable::copy_file(&large, &to),
            native::copy_file(&large, &to),
        ),
        "reads" => block_on(side, portable::reads(&small), native::reads(&small)),
        "writes" => block_on(
            side,
            portable::writes(&to, SMALL),
            native::writes(&to, SMALL),
        ),
        "lines" => block_on(side, portable::lines(&small), native::lines(&small)),
        _ => panic!("no such work: {work}"),
    }
    eprintln!("{}", start.elapsed().as_nanos());
}

fn compare_all() {
    let runtime = ::portable::runtime::current();
    let folder = env::temp_dir().join(format!("portable-bench-files-{}", process::id()));
    fs::create_dir(&folder).expect("there is room for a folder");
    fs::write(folder.join("large"), vec![7; LARGE]).expect("there is room");
    let line = format!("{:>79}\n", "to be or not to be");
    fs::write(folder.join("small"), line.repeat(SMALL / line.len())).expect("there is room");
    println!("| runtime | work | portable | native | ratio |");
    println!("|---|---|---|---|---|");
    for (work, what) in WORK {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(run_alone("portable", work, &folder));
            theirs.push(run_alone("native", work, &folder));
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!(
            "| {runtime} | {what} | {:.0} ms | {} {:.0} ms | {:.2} |",
            ours.as_secs_f64() * 1e3,
            native::NAME,
            theirs.as_secs_f64() * 1e3,
            ours.as_secs_f64() / theirs.as_secs_f64(),
        );
    }
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn run_alone(side: &str, work: &str, folder: &PathBuf) -> Duration {
    let mut child = Command::new(env::current_exe().expect("the program has a path"))
        .args([side, work])
        .arg(folder)
        // smol and async-std take their number of threads only from variables.
        .env("SMOL_THREADS", "1")
        .env("ASYNC_STD_THREAD_COUNT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    if work == "cat" {
        let mut input = child.stdin.take().expect("it is piped");
        let mut output = child.stdout.take().expect("it is piped");
        let mut large = File::open(folder.join("large")).expect("it was written");
        let feeds = thread::spawn(move || io::copy(&mut large, &mut input));
        let mut buf = vec![0; 1 << 16];
        let mut copied = 0;
        loop {
            match output.read(&mut buf).expect("a pipe can be read") {
                0 => break,
                read => copied += read,
            }
        }
        feeds.join().expect("it copies").expect("it is read");
        assert_eq!(copied, LARGE);
    }
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stderr);
    let Ok(nanos) = text.trim().parse() else {
        let _ = io::stderr().write_all(text.as_bytes());
        panic!("{side} {work} failed");
    };
    Duration::from_nanos(nanos)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
