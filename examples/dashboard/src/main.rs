//! A program that shows its own tasks while they run.
//!
//! `cargo run --release -p dashboard-demo --features smol`, and open http://127.0.0.1:3100.

use std::time::{Duration, Instant};
use std::{env, io, thread};

use dashboard_demo::serve;
use portable::net::TcpListener;
use portable::shutdown::Shutdown;
use portable::{task, time};

#[portable::main]
async fn main() -> io::Result<()> {
    let shutdown = Shutdown::on_signal()?;
    let address = env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3100");
    let listener = TcpListener::bind(address).await?;
    println!(
        "listening on http://{}, on {}",
        listener.local_addr()?,
        portable::runtime::current()
    );
    start_something_to_see()?;
    serve(listener, shutdown).await
}

/// Starts tasks of every kind: one that ticks, three that work, one that waits for ever, one that
/// blocks its thread now and then, closures, and short ones that come and go.
fn start_something_to_see() -> io::Result<()> {
    let named = |name| task::Builder::new().name(name);
    named("ticker").spawn(async {
        let mut ticks = time::interval(Duration::from_millis(250));
        loop {
            ticks.tick().await;
        }
    })?;
    for name in ["worker 1", "worker 2", "worker 3"] {
        named(name).spawn(async {
            loop {
                work(Duration::from_millis(2));
                time::sleep(Duration::from_millis(20)).await;
            }
        })?;
    }
    named("waits for ever").spawn(std::future::pending::<()>())?;
    named("blocks its thread").spawn(async {
        loop {
            time::sleep(Duration::from_secs(3)).await;
            thread::sleep(Duration::from_millis(400));
        }
    })?;
    named("reader of closures").spawn(async {
        loop {
            let closure = task::Builder::new().name("closure");
            let closure = closure.spawn_blocking(|| thread::sleep(Duration::from_millis(700)));
            let Ok(closure) = closure else { return };
            let _ = closure.await;
            time::sleep(Duration::from_millis(100)).await;
        }
    })?;
    named("spawner").spawn(async {
        loop {
            for _ in 0..10 {
                task::spawn(time::sleep(Duration::from_millis(300)));
            }
            time::sleep(Duration::from_millis(500)).await;
        }
    })?;
    Ok(())
}

fn work(duration: Duration) {
    let start = Instant::now();
    while start.elapsed() < duration {}
}
