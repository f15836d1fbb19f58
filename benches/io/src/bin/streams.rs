//! Moves bytes and echoes through loopback connections, on `portable` and natively, in turns.
//!
//! Each run is a process of its own: the threads that a native program leaves behind would slow
//! down the runs after it.

#[path = "../streams/native.rs"]
mod native;
#[path = "../streams/portable.rs"]
mod portable;
#[path = "../../../../tests/common/runtimes.rs"]
#[allow(dead_code, unused_imports)]
mod runtimes;

use std::env;
use std::process::Command;
use std::time::Duration;

const ROUNDS: usize = 7;
const BYTES: usize = 1 << 30;
const ECHOES: usize = 100_000;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [side, workload, workers] => {
            let took = run(side, workload, workers.parse().ok());
            println!("{}", took.as_nanos());
        }
        _ => compare_all(),
    }
}

fn run(side: &str, workload: &str, workers: Option<usize>) -> Duration {
    match (side, workload) {
        ("portable", "bytes") => portable::runtime(workers).block_on(portable::bytes(BYTES)),
        ("portable", "echoes") => portable::runtime(workers).block_on(portable::echoes(ECHOES)),
        ("native", "bytes") => native::block_on(workers, native::bytes(BYTES)),
        ("native", "echoes") => native::block_on(workers, native::echoes(ECHOES)),
        _ => panic!("no such run: {side} {workload}"),
    }
}

fn compare_all() {
    let runtime = ::portable::runtime::current();
    println!("| runtime | threads | work | portable | native | ratio |");
    println!("|---|---|---|---|---|---|");
    for workers in ["main", "1", "2"] {
        if workers != "main" && !runtimes::has_workers(runtime) {
            continue;
        }
        for workload in ["bytes", "echoes"] {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                ours.push(run_alone("portable", workload, workers));
                theirs.push(run_alone("native", workload, workers));
            }
            let (ours, theirs) = (median(ours), median(theirs));
            println!(
                "| {runtime} | {workers} | {workload} | {:.0} ms | {} {:.0} ms | {:.2} |",
                ours.as_secs_f64() * 1e3,
                native::NAME,
                theirs.as_secs_f64() * 1e3,
                ours.as_secs_f64() / theirs.as_secs_f64(),
            );
        }
    }
}

fn run_alone(side: &str, workload: &str, workers: &str) -> Duration {
    let output = Command::new(env::current_exe().expect("the program has a path"))
        .args([side, workload, workers])
        // smol and async-std take their number of threads only from variables.
        .env(
            "SMOL_THREADS",
            if workers == "main" { "1" } else { workers },
        )
        .env(
            "ASYNC_STD_THREAD_COUNT",
            if workers == "main" { "1" } else { workers },
        )
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    match text.trim().parse() {
        Ok(nanos) => Duration::from_nanos(nanos),
        Err(_) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
