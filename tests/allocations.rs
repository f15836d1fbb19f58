//! Compares the allocations of a task with those of the native call.

// The features that observe tasks allocate for each; `cargo xtask budgets` has what they cost.
#![cfg(all(
    feature = "macros",
    feature = "_runtime",
    not(any(feature = "inspect", feature = "tracing"))
))]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::Future;
use std::thread;

use common::{on_both_flavors, on_current_thread};
use portable::{runtime, task};

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count_one() {
    // The counter no longer exists at the end of a thread.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: All calls go to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: The caller keeps the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: The caller keeps the same contract.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        // SAFETY: The caller keeps the same contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

on_both_flavors! {
    spawn_allocates_no_more_than_the_native_call,
    a_named_task_allocates_its_name,
}

on_current_thread! {
    a_task_allocates_once_in_its_life,
    an_abort_handle_allocates_at_most_once,
    a_local_task_allocates_no_more_than_twice,
    a_sleep_of_zero_allocates_nothing,
    awaiting_a_timeout_in_time_allocates_nothing,
}

/// The number of tasks, which is so large that an occasional allocation (a block of a queue) is
/// less than a hundredth of all.
const TASKS: u64 = 2_000;

/// Returns the number of allocations of this thread within `f`.
fn within<T>(f: impl FnOnce() -> T) -> (u64, T) {
    let before = ALLOCATIONS.get();
    let output = f();
    (ALLOCATIONS.get() - before, output)
}

/// Returns the number of allocations of this thread within the calls of `spawn`.
async fn of_calls<H: Future>(spawn: impl Fn(u64) -> H) -> u64 {
    let mut sum = 0;
    for n in 0..2 * TASKS {
        let (allocations, task) = within(|| spawn(n));
        task.await;
        // The first half warms up.
        if n >= TASKS {
            sum += allocations;
        }
    }
    sum
}

/// Returns the number of allocations of this thread while tasks are spawned, run and joined.
async fn of_lives<H: Future>(spawn: impl Fn(u64) -> H) -> u64 {
    let mut before = 0;
    for n in 0..2 * TASKS {
        if n == TASKS {
            before = ALLOCATIONS.get();
        }
        spawn(n).await;
    }
    ALLOCATIONS.get() - before
}

/// A small task, as most tasks are.
async fn small(n: u64) -> u64 {
    std::hint::black_box(n) + 1
}

#[track_caller]
fn assert_about(allocations: u64, a_task: u64) {
    let least = TASKS * a_task;
    let most = least + least / 20 + TASKS / 20;
    assert!(
        allocations <= most,
        "{allocations} allocations by {TASKS} tasks, not {a_task} by each"
    );
}

async fn spawn_allocates_no_more_than_the_native_call() {
    let ours = of_calls(|n| task::spawn(small(n))).await;
    match runtime::current() {
        "tokio" => {
            let native = of_calls(|n| tokio::spawn(small(n))).await;
            assert!(ours <= native, "{ours}, natively {native}");
            assert_about(ours, 1);
        }
        "smol" => {
            let native = of_calls(|n| smol::spawn(small(n))).await;
            assert!(ours <= native + TASKS, "{ours}, natively {native}");
            assert_about(ours, 1);
        }
        "async-std" => {
            let native = of_calls(|n| async_std::task::spawn(small(n))).await;
            assert!(ours <= native + TASKS, "{ours}, natively {native}");
            assert_about(ours, 1);
        }
        // The others have no spawn of their own that allocates.
        _ => assert_about(ours, 1),
    }
    // The free function and the macro allocate as much.
    assert_about(of_calls(|n| portable::spawn(small(n))).await, 1);
    assert_about(of_calls(|n| portable::spawn_task!(small(n))).await, 1);
    assert_about(
        of_calls(|n| runtime::Handle::current().spawn(small(n))).await,
        1,
    );
}

async fn a_named_task_allocates_its_name() {
    let named = |n| task::Builder::new().name("small").spawn(small(n)).unwrap();
    assert_about(of_calls(named).await, 2);
}

async fn a_task_allocates_once_in_its_life() {
    // All tasks run on this thread, so that the count misses nothing.
    let here = thread::current().id();
    let ours = of_lives(|n| {
        task::spawn(async move {
            assert_eq!(thread::current().id(), here);
            small(n).await
        })
    });
    assert_about(ours.await, 1);
    if runtime::current() == "tokio" {
        let ours = of_lives(|n| task::spawn(small(n))).await;
        let native = of_lives(|n| tokio::spawn(small(n))).await;
        assert!(ours <= native, "{ours}, natively {native}");
    }
    // A task that waits in between is noted in a place that is used again.
    let waits = of_lives(|n| {
        task::spawn(async move {
            task::yield_now().await;
            small(n).await
        })
    });
    assert_about(waits.await, 1);
}

async fn an_abort_handle_allocates_at_most_once() {
    let aborted = of_lives(|n| {
        let task = task::spawn(small(n));
        task.abort_handle().abort();
        task
    });
    assert_about(aborted.await, 2);
}

async fn a_local_task_allocates_no_more_than_twice() {
    assert_about(of_lives(|n| task::spawn_local(small(n))).await, 2);
}

async fn a_sleep_of_zero_allocates_nothing() {
    use portable::time::{Duration, sleep};

    assert_about(of_lives(|_| sleep(Duration::ZERO)).await, 0);
}

async fn awaiting_a_timeout_in_time_allocates_nothing() {
    use portable::time::{Duration, timeout};

    let in_time = of_lives(|n| timeout(Duration::from_secs(3600), small(n)));
    assert_about(in_time.await, 0);
}
