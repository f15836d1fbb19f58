//! Times a workload: `time RUNTIME SIDE PLACE WORKLOAD COUNT` prints nanoseconds, and for `idle` the
//! bytes of a task in memory. `cargo xtask bench` runs it.

use std::time::Instant;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let start = Instant::now();
    portable_bench_runtime::run::run(
        |_, _| None,
        |tasks| {
            println!("{}", resident() / tasks);
            std::process::exit(0);
        },
    );
    println!("{}", start.elapsed().as_nanos());
}

/// Returns the bytes of this process that are in memory.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0) * 4096
}
