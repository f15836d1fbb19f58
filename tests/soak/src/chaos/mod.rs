//! The random load.
//!
//! - `body`: the bodies of tasks.
//! - `closure`: the bodies of blocking closures.
//! - `ending`: the ways in which a handle is used up.
//! - `second`: whole runtimes that come and go.

mod body;
mod closure;
mod ending;
mod second;
mod source;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};
use portable::task;
use portable::time::{Duration, sleep, timeout};

pub(crate) use self::source::Source;
use crate::guard::{Guard, Parcel, Trap};
use crate::job::Job;
use crate::world::World;

/// The approximate number of tasks that live at once. A driver that would start more waits.
const ALIVE: u64 = 1_000;

/// Does random things until `stop` is set.
pub(crate) async fn drive(mut source: Source, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::SeqCst) {
        source.note("-", "waits for tasks to end");
        while source.world.counters.alive() > ALIVE {
            sleep(Duration::from_millis(1)).await;
        }
        match source.rng.u8(..32) {
            0 => several(&mut source).await,
            1 => timeouts(&mut source).await,
            2 => {
                second::run(&mut source).await;
            }
            3..6 => {
                let launched = source.launch_closure();
                ending::settle(&mut source, launched).await;
            }
            _ => {
                let launched = source.launch();
                ending::settle(&mut source, launched).await;
            }
        }
        // A task whose handle is dropped at once costs the driver no turn.
        if source.rng.u8(..16) == 0 {
            task::yield_now().await;
        }
        source.tick();
    }
    source.done();
}

/// Awaits many tasks in one future.
async fn several(source: &mut Source) {
    let count = source.rng.usize(2..40);
    let mut jobs: Vec<Job> = Vec::new();
    for _ in 0..count {
        let launched = source.launch();
        if !launched.ends || source.rng.u8(..8) == 0 {
            let abort = launched.job.abort_handle();
            source.world.helpers.quick(move || {
                abort.inspect(crate::job::Abort::abort);
            });
        }
        jobs.push(launched.job);
    }
    match source.rng.u8(..3) {
        0 => {
            source.note("several", "join_all");
            join_all(jobs).await;
        }
        1 => {
            source.note("several", "FuturesUnordered");
            let mut jobs: FuturesUnordered<Job> = jobs.into_iter().collect();
            while jobs.next().await.is_some() {}
        }
        _ => {
            source.note("several", "join_all in a timeout");
            let limit = Duration::from_micros(source.rng.u64(..2_000));
            let _ = timeout(limit, join_all(jobs)).await;
        }
    }
}

/// Awaits timeouts and sleeps without a task.
async fn timeouts(source: &mut Source) {
    source.note("no task", "timeout");
    let limit = Duration::from_micros(source.rng.u64(..1_500));
    let inner = Duration::from_micros(source.rng.u64(..1_500));
    let _ = timeout(limit, timeout(inner, std::future::pending::<()>())).await;
}

/// Spawns a task, as some destructors do.
pub(crate) fn spawn_from_destructor(world: &Arc<World>) {
    let (guard, record) = Guard::new(world, Trap::Nothing);
    let output = world.clone();
    let task = async move {
        guard.begin();
        task::yield_now().await;
        guard.finish();
        Parcel::new(&output, Trap::Nothing)
    };
    // `portable::spawn` knows no runtime on a plain thread here: `main` has no attribute.
    let handle = if world.is_main && task::try_id().is_some() {
        portable::spawn(task)
    } else {
        world.handle.spawn(task)
    };
    drop(Job::new(world, record, handle));
}
