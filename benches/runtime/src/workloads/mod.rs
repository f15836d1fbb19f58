//! The measured workloads, each written once for all sides.

mod blocking;
mod idle;
mod interval;
mod join_set;
mod messages;
mod sleep;
mod spawn;
mod timeout;
mod wake;
mod yields;

use std::future::Future;
use std::pin::Pin;

use crate::sides::Side;

/// The number of tasks that live at once.
const BATCH: u64 = 1_000;

/// A workload of so many operations.
pub type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Returns the workload of that name.
///
/// `report` gets the nanoseconds of each round of `spawn-rounds` and of each wake-up of `wake`. For
/// `idle` it gets the number of tasks, while they wait.
pub fn work<S: Side>(name: &str, n: u64, report: fn(u64)) -> Work {
    match name {
        "spawn" => Box::pin(spawn::and_join::<S>(n)),
        "spawn-all" => Box::pin(spawn::all_and_join::<S>(n)),
        "spawn-rounds" => Box::pin(spawn::rounds::<S>(n, report)),
        "detach" => Box::pin(spawn::and_detach::<S>(n)),
        "yield" => Box::pin(yields::one_task::<S>(n)),
        "yield-1000" => Box::pin(yields::many_tasks::<S>(n)),
        "message" => Box::pin(messages::stream::<S>(n)),
        "ping-pong" => Box::pin(messages::ping_pong::<S>(n)),
        "sleep" => Box::pin(sleep::and_drop::<S>(n)),
        "timers" => Box::pin(sleep::in_tasks::<S>(n)),
        "timeout" => Box::pin(timeout::of_ready::<S>(n)),
        "timeout-pending" => Box::pin(timeout::of_pending::<S>(n)),
        "interval" => Box::pin(interval::behind::<S>(n)),
        "join-set" => Box::pin(join_set::join_next::<S>(n)),
        "blocking" => Box::pin(blocking::one_by_one::<S>(n)),
        "blocking-burst" => Box::pin(blocking::burst::<S>(n)),
        "idle" => Box::pin(idle::tasks::<S>(n, report)),
        "wake" => Box::pin(wake::one_by_one::<S>(n, report)),
        _ => panic!("no such workload: {name}"),
    }
}

async fn task(i: u64) -> u64 {
    std::hint::black_box(i)
}
