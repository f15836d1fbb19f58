//! Checks that the threads of a runtime end with it. They are counted only on Linux.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Returns the number of threads of the process.
pub(crate) fn count() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"))?;
    line.trim().parse().ok()
}

/// Returns a message if there are more threads than before. The kernel takes a moment to forget one
/// that has been joined.
pub(crate) fn error(before: Option<u64>) -> Option<String> {
    let before = before?;
    let start = Instant::now();
    loop {
        let now = count()?;
        if now <= before {
            return None;
        }
        if start.elapsed() > Duration::from_secs(3) {
            return Some(format!(
                "{before} threads before the runtime, {now} after it"
            ));
        }
        thread::sleep(Duration::from_millis(1));
    }
}
