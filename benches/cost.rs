//! One program for each side of a comparison: spawns tasks and joins them, and counts what that
//! allocates. `cargo xtask cost` runs it, under callgrind for the instructions.
//!
//! Arguments: the runtime, `native` or `portable`, the number of tasks. It prints allocations and
//! bytes a task, and the sizes of a join handle and an abort handle.

#[path = "cost/boxed.rs"]
mod boxed;

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

// SAFETY: Everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: As the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: As the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Tasks that live at once.
const BATCH: u64 = 1_000;

/// Spawns and joins `tasks` tasks, and prints what each allocated.
async fn work<H, T>(tasks: u64, spawn: impl Fn(u64) -> H)
where
    H: Future<Output = T>,
{
    let mut handles = Vec::with_capacity(BATCH as usize);
    // What is allocated once, by the first tasks, is not counted.
    for i in 0..BATCH {
        handles.push(spawn(i));
    }
    for handle in handles.drain(..) {
        handle.await;
    }
    let before = (
        ALLOCATIONS.load(Ordering::Relaxed),
        BYTES.load(Ordering::Relaxed),
    );
    for _ in 0..tasks / BATCH {
        for i in 0..BATCH {
            handles.push(spawn(i));
        }
        for handle in handles.drain(..) {
            handle.await;
        }
    }
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before.0;
    let bytes = BYTES.load(Ordering::Relaxed) - before.1;
    let each = |count: u64| count as f64 / tasks as f64;
    print!("{:.2} {:.0}", each(allocations), each(bytes));
}

async fn task(i: u64) -> u64 {
    std::hint::black_box(i)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test` and `cargo bench` run it without arguments of ours.
    let [runtime, side, tasks] = args.as_slice() else {
        return;
    };
    let tasks = tasks.parse().expect("the number of tasks");
    match (runtime.as_str(), side.as_str()) {
        ("tokio", "native") => {
            tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .expect("a runtime")
                .block_on(work(tasks, |i| tokio::spawn(task(i))));
            sizes::<tokio::task::JoinHandle<u64>, tokio::task::AbortHandle>();
        }
        ("smol", "native") => {
            smol::block_on(work(tasks, |i| smol::spawn(task(i))));
            sizes::<smol::Task<u64>, ()>();
        }
        ("async-std", "native") => {
            async_std::task::block_on(work(tasks, |i| async_std::task::spawn(task(i))));
            sizes::<async_std::task::JoinHandle<u64>, ()>();
        }
        ("embassy", "native") => {
            boxed::run(|spawner| work(tasks, move |i| boxed::spawn(spawner, task(i))));
            sizes::<boxed::Joining<u64>, ()>();
        }
        (_, "portable") => portable(tasks),
        _ => panic!("no such runtime or side: {args:?}"),
    }
}

#[cfg(any(
    feature = "tokio",
    feature = "smol",
    feature = "async-std",
    feature = "embassy",
    feature = "pollster"
))]
fn portable(tasks: u64) {
    portable::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(work(tasks, |i| portable::spawn(task(i))));
    sizes::<portable::task::JoinHandle<u64>, portable::task::AbortHandle>();
}

#[cfg(not(any(
    feature = "tokio",
    feature = "smol",
    feature = "async-std",
    feature = "embassy",
    feature = "pollster"
)))]
fn portable(_tasks: u64) {
    panic!("no runtime feature is on");
}

fn sizes<J, A>() {
    println!(" {} {}", size_of::<J>(), size_of::<A>());
}
