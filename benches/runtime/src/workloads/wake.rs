use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Instant;

use futures_util::task::AtomicWaker;

use crate::sides::Side;

/// The number of timed wake-ups.
const WAKES: u64 = 10_000;

/// The state that the tasks and the workload share.
struct Shared {
    epoch: Instant,
    /// The waker of each task. No channel is used: it would be the same on each side, and most of
    /// the measured time.
    tasks: Vec<AtomicWaker>,
    /// The task that may run, counted from 1, or [`NOBODY`], or [`ALL`] at the end.
    turn: AtomicU64,
    /// The time at which that task ran.
    ran: AtomicU64,
    /// The waker of the workload.
    workload: AtomicWaker,
    waiting: AtomicU64,
}

const NOBODY: u64 = 0;
const ALL: u64 = u64::MAX;

impl Shared {
    fn now(&self) -> u64 {
        self.epoch.elapsed().as_nanos() as u64
    }
}

/// Wakes one of `n` waiting tasks, chosen at random, and reports how long it takes to run; then
/// wakes the next.
pub(super) async fn one_by_one<S: Side>(n: u64, report: fn(u64)) {
    let shared = Arc::new(Shared {
        epoch: Instant::now(),
        tasks: (0..n).map(|_| AtomicWaker::new()).collect(),
        turn: AtomicU64::new(NOBODY),
        ran: AtomicU64::new(0),
        workload: AtomicWaker::new(),
        waiting: AtomicU64::new(0),
    });
    for i in 0..n {
        S::detach(S::spawn(wait(shared.clone(), i)));
    }
    while shared.waiting.load(Ordering::Acquire) < n {
        S::yield_now().await;
    }
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..WAKES {
        // xorshift64
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let i = random % n;
        shared.turn.store(i + 1, Ordering::Release);
        let start = shared.now();
        shared.tasks[i as usize].wake();
        poll_fn(|cx| {
            shared.workload.register(cx.waker());
            match shared.turn.load(Ordering::Acquire) {
                NOBODY => Poll::Ready(()),
                _ => Poll::Pending,
            }
        })
        .await;
        report(shared.ran.load(Ordering::Relaxed) - start);
    }
    shared.turn.store(ALL, Ordering::Release);
    for task in &shared.tasks {
        task.wake();
    }
}

/// Waits as one of the tasks.
async fn wait(shared: Arc<Shared>, i: u64) {
    let mut is_counted = false;
    loop {
        let turn = poll_fn(|cx| {
            shared.tasks[i as usize].register(cx.waker());
            if !is_counted {
                is_counted = true;
                shared.waiting.fetch_add(1, Ordering::Release);
            }
            match shared.turn.load(Ordering::Acquire) {
                ALL => Poll::Ready(ALL),
                turn if turn == i + 1 => Poll::Ready(turn),
                _ => Poll::Pending,
            }
        })
        .await;
        if turn == ALL {
            return;
        }
        shared.ran.store(shared.now(), Ordering::Relaxed);
        shared.turn.store(NOBODY, Ordering::Release);
        shared.workload.wake();
    }
}
