//! Builds and ends whole runtimes while the first one is busy.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::channel::oneshot;
use futures::future::join_all;
use portable::runtime::{Builder, Flavor, Runtime};

use super::ending;
use super::source::Source;
use crate::failures;
use crate::job::Job;
use crate::runtimes;
use crate::world::{World, lock};

/// The time in which at most one runtime is built, because runtimes cost threads.
const PAUSE: Duration = Duration::from_millis(50);

/// A limit far above the time that any closure in the runtime takes.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A runtime that was shut down, and handles of its tasks.
struct Ended {
    world: Arc<World>,
    jobs: Vec<Job>,
}

/// Builds and ends a runtime, if it is time for one.
pub(super) async fn run(source: &mut Source) {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);

    let now = Instant::now();
    let is_soon = |last: Instant| now.duration_since(last) < PAUSE;
    if lock(&LAST).is_some_and(is_soon) {
        return;
    }
    *lock(&LAST) = Some(now);

    source.note("a second runtime", "built and ended");
    let inner = source.within(false, false);
    let (done, wait) = oneshot::channel();
    let work = move || {
        // The receiver may be gone.
        let _ = done.send(build_and_end(inner));
    };
    let world = source.world.clone();
    if source.rng.bool() {
        world.helpers.slow(work);
    } else {
        drop(world.handle.spawn_blocking(work));
    }
    let Ok(ended) = wait.await else {
        failures::add("a second runtime panicked".into());
        return;
    };
    source.note("a second runtime", "its tasks awaited");
    join_all(ended.jobs).await;
    for error in ended.world.end() {
        let flavor = ended.world.flavor;
        failures::add(format!("a second runtime ({flavor:?}): {error}"));
    }
    source.world.counters.runtimes.add();
}

fn build(source: &mut Source) -> (Flavor, Runtime) {
    let has_workers = runtimes::has_workers(source.world.runtime);
    let (flavor, mut builder) = if has_workers && source.rng.bool() {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(source.rng.usize(1..3));
        (Flavor::MultiThread, builder)
    } else {
        (Flavor::CurrentThread, Builder::new_current_thread())
    };
    let runtime = builder
        .runtime(source.world.runtime)
        .max_blocking_threads(source.rng.usize(1..4))
        .shutdown_timeout(TIMEOUT)
        .build()
        .unwrap_or_else(|error| panic!("{error}"));
    (flavor, runtime)
}

fn build_and_end(mut source: Source) -> Ended {
    let (flavor, runtime) = build(&mut source);
    source.world = source.world.second(flavor, runtime.handle().clone());
    source.is_inside = false;
    let mut jobs = Vec::new();
    for _ in 0..source.rng.u8(..20) {
        jobs.push(source.launch().job);
    }
    if source.rng.bool() {
        source.is_inside = true;
        source.is_main_thread = true;
        runtime.block_on(async {
            for _ in 0..source.rng.u8(..20) {
                let launched = source.launch();
                ending::settle(&mut source, launched).await;
            }
            for _ in 0..source.rng.u8(..20) {
                jobs.push(source.launch().job);
            }
        });
        source.is_inside = false;
        source.is_main_thread = false;
    }
    for _ in 0..source.rng.u8(..8) {
        jobs.push(source.launch_closure().job);
    }

    // Another thread goes on starting tasks while the runtime ends.
    let is_over = Arc::new(AtomicBool::new(false));
    let (late, late_jobs) = channel();
    if source.rng.bool() {
        let mut source = source.within(false, false);
        source.is_inside = false;
        let is_over = is_over.clone();
        // The helper is a quick one: this may be called on a slow one, and they would wait for each
        // other.
        source.world.helpers.clone().quick(move || {
            // Some tasks start before the end, some within, some after it. The number is limited.
            for _ in 0..200 {
                let job = if source.rng.bool() {
                    source.launch().job
                } else {
                    source.launch_closure().job
                };
                // The receiver waits for this thread.
                let _ = late.send(job);
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
    } else {
        drop(late);
    }

    source.world.set_ending();
    if source.rng.bool() {
        drop(runtime);
    } else {
        runtime.shutdown_timeout(TIMEOUT);
    }
    is_over.store(true, Ordering::SeqCst);
    jobs.extend(late_jobs);
    Ended {
        world: source.world,
        jobs,
    }
}
