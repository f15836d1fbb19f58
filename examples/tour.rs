//! One of each: a task, a blocking closure, a panic, an abort, a timeout and an interval.
//!
//! The message of the panic goes to stderr; the program catches it and goes on.
//!
//! `cargo run --features smol --example tour`

use std::error::Error;

use portable::task;
use portable::time::{Duration, interval, sleep, timeout};

#[portable::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A task starts on its own, and its handle gives the output.
    let task = portable::spawn(async { 6 * 7 });
    println!("a task gave {}", task.await?);

    // Blocking code belongs on a thread of its own.
    let task = task::spawn_blocking(|| {
        std::thread::sleep(Duration::from_millis(10));
        "its time"
    });
    println!("a blocking closure took {}", task.await?);

    // A panic ends only its task, and its payload arrives unchanged.
    let task = portable::spawn(async { panic!("oh no") });
    let payload = task.await.unwrap_err().into_panic();
    println!("a task panicked: {:?}", payload.downcast_ref::<&str>());

    // The future of an aborted task is dropped before its handle is ready.
    let noisy = Noisy;
    let task = portable::spawn(async move {
        sleep(Duration::from_secs(3600)).await;
        drop(noisy);
    });
    task.abort();
    let aborted = task.await.is_err_and(|error| error.is_cancelled());
    println!("a task was aborted: {aborted}");

    // A future that is too late gives an error, one in time gives its output.
    let limit = Duration::from_millis(20);
    match timeout(limit, sleep(Duration::from_secs(3600))).await {
        Ok(()) => println!("this does not happen"),
        Err(elapsed) => println!("a sleep took too long: {elapsed}"),
    }
    println!("a future in time: {:?}", timeout(limit, async { 42 }).await);

    // The first tick comes at once, the others one period apart.
    let mut ticks = interval(Duration::from_millis(10));
    let first = ticks.tick().await;
    for _ in 0..3 {
        println!("a tick, {:?} after the first", ticks.tick().await - first);
    }

    eprintln!("this was {}", portable::runtime::current());
    Ok(())
}

/// A value that prints when it is dropped.
struct Noisy;

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("its future was dropped");
    }
}
