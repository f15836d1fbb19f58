//! Reads from the arguments what a program runs: the side, the place, the workload and the count.

use std::env;

use crate::sides::{AsyncStd, Embassy, Place, Side, Smol, Tokio};
use crate::workloads::work;

/// A function that runs a workload on a side: [`on`].
pub type Run = fn(Place, &str, u64, fn(u64));

/// Reads the arguments of the program, RUNTIME SIDE PLACE WORKLOAD COUNT, and runs the workload.
///
/// `others` finds sides that this crate does not have, by the name of the side and of the runtime.
/// `report` gets what a workload measures itself: see [`work`].
///
/// # Panics
///
/// Panics if an argument names nothing that exists.
pub fn run(others: fn(&str, &str) -> Option<Run>, report: fn(u64)) {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [runtime, side, place, workload, count] = args[..] else {
        panic!("usage: RUNTIME SIDE main|task|WORKERS WORKLOAD COUNT");
    };
    let count = count.parse().expect("a number of operations");
    let run: Run = match (side, runtime) {
        ("native", "tokio") => on::<Tokio>,
        ("native", "smol") => on::<Smol>,
        ("native", "async-std") => on::<AsyncStd>,
        ("native", "embassy") => on::<Embassy>,
        #[cfg(feature = "_runtime")]
        ("portable", _) => on::<crate::sides::Portable>,
        _ => match others(side, runtime) {
            Some(run) => run,
            None => panic!("no such side: {side} on {runtime}"),
        },
    };
    run(Place::of(place), workload, count, report);
}

/// Runs a workload on `S`.
///
/// # Panics
///
/// Panics if `S` lacks what the workload needs.
pub fn on<S: Side>(place: Place, workload: &str, count: u64, report: fn(u64)) {
    assert!(!S::LACKS.contains(&workload), "it lacks {workload}");
    S::run(place, work::<S>(workload, count, report));
}
