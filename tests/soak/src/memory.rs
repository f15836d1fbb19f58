//! Checks that the memory stays flat. It is measured only on Linux.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The number of samples in a run.
const SAMPLES: u32 = 200;

/// The part of the run, in per cent, in which caches and pools fill.
const WARM_UP: u32 = 20;

/// The bytes that the allocator may keep, beside a growth by a quarter.
const SLACK: u64 = 8 << 20;

/// Returns the bytes of the process in memory.
pub(crate) fn resident() -> Option<u64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    // The kernel counts pages. If they are bigger, only the ratio matters.
    Some(pages * 4096)
}

/// Measures the memory from the start until it is asked.
pub(crate) struct Sampler {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<u64>>,
}

impl Sampler {
    pub(crate) fn start(run: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let is_over = stop.clone();
        let thread = thread::spawn(move || {
            let start = Instant::now();
            let mut samples = Vec::with_capacity(SAMPLES as usize + 1);
            for i in 1..=SAMPLES {
                let due = run * i / SAMPLES;
                thread::sleep(due.saturating_sub(start.elapsed()));
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                samples.extend(resident());
            }
            samples
        });
        Self { stop, thread }
    }

    pub(crate) fn end(self) -> Memory {
        self.stop.store(true, Ordering::SeqCst);
        Memory(self.thread.join().unwrap_or_default())
    }
}

/// The measured values, evenly over the run.
pub(crate) struct Memory(Vec<u64>);

impl Memory {
    /// Returns the median after the warm-up and that of the last quarter of the run.
    pub(crate) fn before_and_after(&self) -> Option<(u64, u64)> {
        let part = |from: u32, to: u32| {
            let at = |percent: u32| self.0.len() * percent as usize / 100;
            let mut samples = self.0[at(from)..at(to)].to_vec();
            samples.sort_unstable();
            samples.get(samples.len() / 2).copied()
        };
        Some((part(WARM_UP, 50)?, part(75, 100)?))
    }

    /// Returns a message if the memory grew.
    pub(crate) fn error(&self) -> Option<String> {
        let (before, after) = self.before_and_after()?;
        (after > before / 4 * 5 + SLACK)
            .then(|| format!("memory grew from {} to {} KiB", before / 1024, after / 1024))
    }
}
