//! Measures the memory of tasks that are allocated.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::pending;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

use portable::task::yield_now;

use self::support::{Counted, block_on, start};

struct Counting;

/// The bytes that are allocated, by any thread.
static BYTES: AtomicIsize = AtomicIsize::new(0);

// SAFETY: All calls go to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Ordering::SeqCst);
        // SAFETY: The caller keeps the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Ordering::SeqCst);
        // SAFETY: The caller keeps the same contract.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALIVE: AtomicUsize = AtomicUsize::new(0);

const LIVE: usize = 100;

/// Runs many tasks at once, which end in each of the possible ways.
async fn round() {
    let mut tasks = Vec::with_capacity(LIVE);
    for i in 0..LIVE {
        let counted = Counted::new(&ALIVE);
        let ballast = [i as u8; 1000];
        tasks.push(portable::spawn(async move {
            yield_now().await;
            if i % 4 == 0 {
                pending::<()>().await;
            }
            (counted, ballast)
        }));
    }
    yield_now().await;
    for (i, task) in tasks.into_iter().enumerate() {
        match i % 4 {
            0 => {
                task.abort();
                assert!(task.await.unwrap_err().is_cancelled());
            }
            1 => drop(task),
            _ => assert_eq!(task.await.unwrap().1[999], i as u8),
        }
    }
    while ALIVE.load(Ordering::SeqCst) > 0 {
        yield_now().await;
    }
}

/// Returns the allocated bytes as a task sees them: by then, everything that ended before has been
/// dropped on the executor's thread. The task is spawned inside `block_on`, so that the allocations
/// of `block_on` are always counted.
fn allocated() -> isize {
    block_on(async {
        let task = portable::spawn(async { BYTES.load(Ordering::SeqCst) });
        task.await.unwrap()
    })
}

// The harness of tests is not used, because its own thread allocates at any time.
fn main() {
    memory_is_bounded_by_the_tasks_that_live_at_once_and_mostly_freed();
}

fn memory_is_bounded_by_the_tasks_that_live_at_once_and_mostly_freed() {
    start();
    // The threads allocate once, at their first use.
    block_on(portable::spawn(yield_now())).unwrap();
    let before = allocated();
    block_on(portable::spawn(round())).unwrap();
    let after_one = allocated();
    let kept = (after_one - before) as usize / LIVE;
    assert!(
        kept < 200,
        "{kept} bytes a task, whose future has more than 1000"
    );
    for _ in 0..20 {
        block_on(portable::spawn(round())).unwrap();
    }
    assert_eq!(allocated(), after_one);

    // A task keeps its bytes only until its output is taken.
    let held = block_on(portable::spawn(async {
        let task = portable::spawn(async { [1_u8; 5000] });
        while !task.is_finished() {
            yield_now().await;
        }
        let with_the_output = BYTES.load(Ordering::SeqCst);
        drop(task);
        with_the_output - BYTES.load(Ordering::SeqCst)
    }));
    assert_eq!(held.unwrap(), 5000);

    // One future has no size, the other is aligned to more than the allocator's default.
    #[repr(align(128))]
    struct Aligned(u8);

    block_on(portable::spawn(std::future::ready(()))).unwrap();
    block_on(portable::spawn(async {
        let aligned = Aligned(42);
        yield_now().await;
        assert_eq!((&raw const aligned).addr() % 128, 0);
        let task = portable::spawn(async move { aligned });
        assert_eq!(task.await.unwrap().0, 42);
    }))
    .unwrap();
    assert_eq!(allocated(), after_one);
}
