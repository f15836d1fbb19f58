//! Finds a task that blocks its thread: by a dump, and by the watchdog.
//!
//! The dump and the report of the watchdog go to stderr, because they have times.
//!
//! `cargo run --release --features "smol inspect" --example stuck`

use std::sync::mpsc::{self, Receiver};
use std::thread;

use portable::runtime::Handle;
use portable::runtime::dump::{Dump, State};
use portable::task::Builder;
use portable::time::{Duration, sleep};

#[portable::main(watchdog = "50ms")]
async fn main() -> std::io::Result<()> {
    let ticks = Builder::new().name("ticks").spawn(async {
        loop {
            sleep(Duration::from_millis(10)).await;
        }
    })?;
    let (lines, parsed) = mpsc::channel();
    let parser = Builder::new().name("parser").spawn(parse(parsed))?;

    // A dump polls nothing, so another thread can make one while all workers are stuck.
    let handle = Handle::current();
    let looks = thread::spawn(move || {
        let dump = wait_for_a_stuck_task(&handle);
        drop(lines);
        dump
    });

    parser.await.expect("the task does not panic");
    ticks.abort();
    let dump = looks.join().expect("the thread does not panic");
    eprintln!("{dump}");
    for task in dump.tasks().iter() {
        if task.state() == State::Polling && task.state_age() >= Duration::from_millis(100) {
            println!("stuck: {}", task.name().unwrap_or("a task without a name"));
            println!("spawned at {}", task.location());
        }
    }
    eprintln!("this was {}", portable::runtime::current());
    Ok(())
}

/// Waits for lines in a way that blocks the thread, with all tasks that only this thread runs.
async fn parse(lines: Receiver<String>) {
    while let Ok(line) = lines.recv() {
        println!("parsed {line}");
    }
}

/// Returns a dump with a task that has been in one poll for a tenth of a second.
fn wait_for_a_stuck_task(handle: &Handle) -> Dump {
    loop {
        thread::sleep(Duration::from_millis(10));
        let dump = handle.dump();
        let is_stuck = dump.tasks().iter().any(|task| {
            task.state() == State::Polling && task.state_age() >= Duration::from_millis(100)
        });
        if is_stuck {
            return dump;
        }
    }
}
