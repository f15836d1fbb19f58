//! Runs on four workers with a name and 3 MiB of stack: by the attribute, and by the builder.
//!
//! `cargo run --features smol --example custom_runtime`

use std::collections::{BTreeSet, HashSet};
use std::hint::black_box;
use std::io;
use std::thread;

use portable::runtime::{self, Builder};

const MIB: usize = 1024 * 1024;

fn main() -> io::Result<()> {
    by_attribute();

    let runtime = Builder::new_multi_thread()
        .worker_threads(4)
        .thread_name("by-builder")
        .thread_stack_size(3 * MIB)
        .build()?;
    runtime.block_on(work());
    Ok(())
}

// The attribute works on any async function, not on `main` alone.
#[portable::main(worker_threads = 4, thread_name = "by-attribute", thread_stack_size = 3 * MIB)]
async fn by_attribute() {
    work().await;
}

async fn work() {
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            portable::spawn(async {
                use_stack(5 * MIB / 2);
                thread::current()
            })
        })
        .collect();

    let mut names = BTreeSet::new();
    let mut ids = HashSet::new();
    for task in tasks {
        let thread = task.await.expect("the task does not panic");
        names.insert(thread.name().unwrap_or_default().to_string());
        ids.insert(thread.id());
    }
    println!("100 tasks used 2.5 MiB of stack each, on threads named {names:?}");
    // The number of workers that found something to do differs from run to run.
    eprintln!("this was {}, threads: {}", runtime::current(), ids.len());
}

/// Fills as many bytes of the stack. By default a thread has 2 MiB.
fn use_stack(bytes: usize) {
    let mut frame = [0_u8; 64 * 1024];
    black_box(&mut frame);
    if let Some(rest) = bytes.checked_sub(frame.len()) {
        use_stack(rest);
    }
    // The frame is still needed here, so the frames cannot share their place.
    black_box(&mut frame);
}
