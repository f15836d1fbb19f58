//! Ten thousand tasks: spawned, joined, and timed on stderr.
//!
//! `cargo run --release --features smol --example spawn_10k`

use portable::task::JoinError;
use portable::time::Instant;

const TASKS: u64 = 10_000;

#[portable::main]
async fn main() -> Result<(), JoinError> {
    let start = Instant::now();
    let tasks: Vec<_> = (1..=TASKS)
        .map(|n| portable::spawn(async move { n }))
        .collect();
    let spawned = start.elapsed();

    let mut sum = 0;
    for task in tasks {
        sum += task.await?;
    }
    let joined = start.elapsed();

    println!("the sum of 1 to {TASKS} is {sum}");
    eprintln!(
        "{}: {TASKS} tasks spawned in {spawned:?}, joined after {joined:?}, {:?} each",
        portable::runtime::current(),
        joined / TASKS as u32,
    );
    Ok(())
}
