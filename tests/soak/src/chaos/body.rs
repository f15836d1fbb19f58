//! The bodies of tasks.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use futures::channel::oneshot;
use portable::sync::Mutex;
use portable::task::{JoinSet, consume_budget, yield_now};
use portable::time::{Duration, Instant, MissedTickBehavior, interval, sleep, timeout};

use super::ending;
use super::source::{Launched, Me, Source};
use crate::guard::throw;
use crate::job::Abort;
use crate::world::lock;

/// The number of tasks that may stand above a task.
const DEPTH: u8 = 3;

/// A size above any limit from which futures go to the heap.
const BIG: usize = 48 * 1024;

impl Source {
    /// Starts a task that does something at random.
    pub(crate) fn launch(&mut self) -> Launched {
        let mut ends = true;
        let (body, (job, is_same_thread)) = match self.rng.u8(..32) {
            0..4 => ("short", self.start(|_| async {})),
            4..8 => ("yields", self.start(yields)),
            8..12 => ("sleeps", self.start(sleeps)),
            12..14 => ("is woken", self.start(is_woken)),
            14..17 => ("panics", self.start(panics)),
            17..19 => {
                ends = false;
                ("waits for ever", self.start(waits_for_ever))
            }
            19 => ("ticks", self.start(ticks)),
            20 => ("big", self.start(big)),
            21..23 => ("aborts itself", self.launch_that_aborts_itself()),
            23 => ("limits", self.start(limits)),
            24 if !self.is_in_closure => ("closure in a task", self.start(closure)),
            25..28 if self.depth < DEPTH => ("tree", self.start(tree)),
            28 => ("is always ready", self.start(is_always_ready)),
            _ => ("short", self.start(|_| async {})),
        };
        Launched {
            job: if ends { job } else { job.never_ends() },
            ends,
            body,
            is_same_thread,
        }
    }

    fn launch_that_aborts_itself(&mut self) -> (crate::job::Job, bool) {
        let own: Arc<std::sync::Mutex<Option<Abort>>> = Arc::default();
        let given = own.clone();
        let (job, is_same_thread) = self.start(|me| aborts_itself(me, given));
        *lock(&own) = job.abort_handle();
        (job, is_same_thread)
    }
}

async fn yields(mut me: Me) {
    for _ in 0..me.source.rng.u8(1..20) {
        yield_now().await;
    }
}

async fn sleeps(mut me: Me) {
    let duration = Duration::from_micros(me.source.rng.u64(..3_000));
    let start = Instant::now();
    sleep(duration).await;
    if start.elapsed() < duration {
        me.source.world.counters.early.add();
    }
}

/// Waits for wakes from plain threads. Some come twice, and some after the end.
async fn is_woken(mut me: Me) {
    for _ in 0..me.source.rng.u8(1..6) {
        if me.source.rng.bool() {
            let (done, wait) = oneshot::channel();
            me.source.world.helpers.quick(move || {
                // The receiver's task may be gone.
                let _ = done.send(());
            });
            let _ = wait.await;
            continue;
        }
        let is_done = Arc::new(AtomicBool::new(false));
        poll_fn(|cx| {
            if is_done.load(Ordering::SeqCst) {
                return Poll::Ready(());
            }
            let waker = cx.waker().clone();
            let is_done = is_done.clone();
            me.source.world.helpers.quick(move || {
                is_done.store(true, Ordering::SeqCst);
                waker.wake_by_ref();
                std::thread::yield_now();
                waker.wake();
            });
            Poll::Pending
        })
        .await;
    }
}

async fn panics(mut me: Me) {
    // Now and then the task holds a handle while it unwinds.
    let held = (me.source.rng.u8(..4) == 0 && me.source.depth < DEPTH).then(|| me.source.launch());
    for _ in 0..me.source.rng.u8(..3) {
        yield_now().await;
    }
    let _held = held;
    throw(&me.source.world, &me.record)
}

async fn waits_for_ever(mut me: Me) {
    match me.source.rng.u8(..3) {
        0 => pending().await,
        1 => sleep(Duration::from_secs(3_600)).await,
        _ => sleep(Duration::MAX).await,
    }
}

async fn ticks(mut me: Me) {
    let period = Duration::from_micros(me.source.rng.u64(200..1_500));
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(match me.source.rng.u8(..3) {
        0 => MissedTickBehavior::Burst,
        1 => MissedTickBehavior::Delay,
        _ => MissedTickBehavior::Skip,
    });
    for _ in 0..me.source.rng.u8(1..5) {
        let tick = ticks.tick().await;
        if Instant::now() < tick {
            me.source.world.counters.early.add();
        }
    }
}

/// Repeats operations that are always ready, until a timeout ends them.
async fn is_always_ready(mut me: Me) {
    let which = me.source.rng.u8(..5);
    let lock = Mutex::new(());
    let endless = async {
        let mut ticks = interval(Duration::from_nanos(1));
        let mut set = JoinSet::<()>::new();
        loop {
            match which {
                0 => consume_budget().await,
                1 => drop(timeout(Duration::ZERO, pending::<()>()).await),
                2 => drop(ticks.tick().await),
                3 => drop(set.join_next().await),
                _ => drop(lock.lock().await),
            }
        }
    };
    let limit = Duration::from_micros(me.source.rng.u64(..1_500));
    let limited: Result<(), _> = timeout(limit, endless).await;
    if limited.is_ok() {
        me.source.world.counters.early.add();
    }
}

async fn big(me: Me) {
    let mark = me.source.depth;
    let bytes = [mark; BIG];
    yield_now().await;
    assert!(
        bytes.iter().all(|byte| *byte == mark),
        "a future's bytes changed while it waited"
    );
}

async fn aborts_itself(mut me: Me, own: Arc<std::sync::Mutex<Option<Abort>>>) {
    let abort = loop {
        // The task may run before its handle has been made.
        if let Some(abort) = lock(&own).take() {
            break abort;
        }
        yield_now().await;
    };
    abort.abort();
    match me.source.rng.u8(..3) {
        // The task ends in the poll of its abort, so it ends normally.
        0 => {}
        1 => throw(&me.source.world, &me.record),
        _ => pending().await,
    }
}

/// Awaits a task under a timeout that may be too short.
async fn limits(mut me: Me) {
    let launched = me.source.launch();
    let limit = Duration::from_micros(me.source.rng.u64(..1_500));
    let _ = timeout(limit, launched.job).await;
}

async fn closure(mut me: Me) {
    let launched = me.source.launch_closure();
    ending::settle(&mut me.source, launched).await;
}

async fn tree(mut me: Me) {
    let children = me.source.rng.usize(1..4);
    let children: Vec<Launched> = (0..children).map(|_| me.source.launch()).collect();
    for mut launched in children {
        // The first tasks have had turns while the others were started and settled.
        launched.is_same_thread = false;
        ending::settle(&mut me.source, launched).await;
    }
}
