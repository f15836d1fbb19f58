//! Counts the allocations of a workload: `cost RUNTIME SIDE PLACE WORKLOAD COUNT` prints the
//! allocations and their bytes, and for `idle` the live bytes.
//!
//! `cargo xtask budgets` runs it with two counts, under callgrind: the difference leaves out
//! start-up and exit.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "mimalloc")]
use mimalloc::MiMalloc as Below;
#[cfg(not(feature = "mimalloc"))]
use std::alloc::System as Below;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);

// SAFETY: All calls go to the allocator below.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        ALLOCATED.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: The caller keeps the same contract.
        unsafe { Below.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        FREED.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: The caller keeps the same contract.
        unsafe { Below.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    portable_bench_runtime::run::run(
        |_, _| None,
        |_| {
            let bytes = ALLOCATED.load(Ordering::Relaxed) - FREED.load(Ordering::Relaxed);
            println!("0 {bytes}");
            std::process::exit(0);
        },
    );
    let allocations = ALLOCATIONS.load(Ordering::Relaxed);
    println!("{allocations} {}", ALLOCATED.load(Ordering::Relaxed));
}
