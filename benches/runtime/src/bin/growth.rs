//! Times the rounds of a workload: `growth RUNTIME SIDE PLACE spawn-rounds|wake TASKS` prints the
//! nanoseconds that 50 %, 99 % and 99.9 % of the rounds or wake-ups do not exceed.
//! `cargo xtask bench growth` runs it.

use std::sync::Mutex;

use portable_bench_runtime::percentiles::per_mille;

static REPORTED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

fn main() {
    // The pages of the vector are brought into memory here: a fault between two wake-ups would slow
    // down the next.
    let mut touched = vec![1; 1 << 14];
    touched.clear();
    *REPORTED.lock().expect("nobody panics") = touched;
    portable_bench_runtime::run::run(
        |_, _| None,
        |nanos| REPORTED.lock().expect("nobody panics").push(nanos),
    );
    let mut sorted = REPORTED.lock().expect("nobody panics").clone();
    sorted.sort_unstable();
    let [p50, p99, p999] = [500, 990, 999].map(|share| per_mille(&sorted, share));
    println!("{p50} {p99} {p999}");
}
