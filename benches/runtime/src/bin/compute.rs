//! Runs a thousand jobs of 10 ms of processor time by one of the functions that start a task, beside
//! a task that sleeps a millisecond at a time. Prints how long all jobs took, how late the sleeps
//! were, and how many threads there were.
//!
//! `cargo xtask bench compute` runs it on every runtime.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portable::task::{self, JoinHandle};
use portable::time::{Duration, Instant, sleep, sleep_until};
use portable_bench_runtime::percentiles::per_mille;
use rustix::time::{ClockId, clock_gettime};

const JOBS: usize = 1_000;
const JOB: Duration = Duration::from_millis(10);
const TICK: Duration = Duration::from_millis(1);

#[portable::main]
async fn main() -> ExitCode {
    let start: fn() -> JoinHandle<()> = match std::env::args().nth(1).as_deref() {
        Some("spawn") => || task::spawn(async { job() }),
        Some("spawn_blocking") => || task::spawn_blocking(job),
        Some("spawn_compute") => || task::spawn_compute(job),
        _ => {
            eprintln!("usage: compute spawn|spawn_blocking|spawn_compute");
            return ExitCode::from(2);
        }
    };
    let is_over = Arc::new(AtomicBool::new(false));
    let timer = task::spawn(ticks(is_over.clone()));
    // The timer is on its way when the jobs come.
    sleep(TICK * 20).await;

    let began = Instant::now();
    let jobs: Vec<_> = (0..JOBS).map(|_| start()).collect();
    for job in jobs {
        job.await.expect("a job does not panic");
    }
    let took = began.elapsed();
    is_over.store(true, Ordering::Relaxed);
    let (late, threads) = timer.await.expect("the timer does not panic");
    println!(
        "{:.2} {:.1} {:.1} {threads}",
        took.as_secs_f64(),
        per_mille(&late, 990) as f64 / 1_000.0,
        per_mille(&late, 1_000) as f64 / 1_000.0,
    );
    ExitCode::SUCCESS
}

/// Keeps a processor busy for [`JOB`], not counting the time in which the thread does not run.
fn job() {
    let time = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let start = time();
    while time() - start < JOB {}
}

/// Sleeps until it is over. Returns in order by how many microseconds each sleep was late, and the
/// highest number of threads.
async fn ticks(is_over: Arc<AtomicBool>) -> (Vec<u64>, usize) {
    let (mut late, mut threads) = (Vec::new(), 0);
    while !is_over.load(Ordering::Relaxed) {
        let deadline = Instant::now() + TICK;
        sleep_until(deadline).await;
        late.push(deadline.elapsed().as_micros() as u64);
        threads = threads.max(count_threads());
    }
    late.sort_unstable();
    (late, threads)
}

/// Returns the number of threads of this process, or 0 where it is not cheap to know.
fn count_threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
