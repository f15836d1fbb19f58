//! Puts random load on one runtime, and checks that every count agrees.
//!
//! The program prints one line, `name=value` for each figure, and the failures on standard error.
//! `cargo xtask soak` runs it on each runtime and flavour.

mod args;
mod chaos;
mod counters;
mod failures;
mod guard;
mod helpers;
mod job;
mod memory;
#[path = "../../common/runtimes.rs"]
#[allow(dead_code, unused_imports)]
mod runtimes;
mod threads;
mod watchdog;
mod world;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use futures::channel::oneshot;
use portable::runtime::{Builder, Flavor, Runtime};
use portable::task;
use portable::time::sleep;

use self::args::{Args, USAGE};
use self::chaos::{Source, drive};
use self::helpers::Helpers;
use self::memory::{Memory, Sampler};
use self::watchdog::{Slot, Watchdog};
use self::world::World;

/// The number of tasks that do random things, beside `main` and a plain thread.
pub(crate) const DRIVERS: usize = 12;

/// A limit far above the time that anything at the end takes, and below that of the watchdog.
const TIMEOUT: Duration = Duration::from_secs(15);

fn main() -> ExitCode {
    let Some(args) = Args::read() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    failures::install_hook();
    let threads = warm_up(&args);

    let helpers = Helpers::start();
    let runtime = build(&args);
    #[cfg(feature = "inspect")]
    let stuck = args.watchdog.map(|limit| {
        let report = |task: &_| failures::add(format!("stuck in a poll: {task:?}"));
        runtime.handle().watchdog(limit, report).expect("it starts")
    });
    let world = World::new(
        args.runtime,
        args.flavor,
        runtime.handle().clone(),
        helpers.clone(),
    );
    let slots: Vec<_> = (0..DRIVERS)
        .map(|i| format!("driver task {i}"))
        .chain(["main".into(), "plain thread".into()])
        .map(Slot::new)
        .collect();
    let title = format!(
        "{} {}, seed {}",
        args.runtime,
        args.flavor_name(),
        args.seed
    );
    let watchdog = Watchdog::start(title.clone(), world.clone(), slots.clone());
    let sampler = Sampler::start(args.run);
    let start = Instant::now();

    load(&runtime, &world, &slots, &args, &watchdog);
    let took = start.elapsed();
    let memory = sampler.end();

    watchdog.phase("shut down");
    world.set_ending();
    runtime.shutdown_timeout(TIMEOUT);
    #[cfg(feature = "inspect")]
    drop(stuck);
    let pending = world.counters.alive();
    watchdog.phase("end the helper threads");
    helpers.end();

    watchdog.phase("compare the counters");
    let mut errors = failures::take();
    errors.extend(world.end());
    if world.ids.len() > 0 {
        errors.push(format!("{} ids of tasks that have ended", world.ids.len()));
    }
    if pending > 0 {
        errors.push(format!("{pending} tasks outlived the runtime's end"));
    }
    errors.extend(memory.error());
    watchdog.end();
    errors.extend(threads::error(threads));
    report(&args, &world, took, &memory, errors.is_empty());
    for error in &errors {
        eprintln!("{title}: {error}");
    }
    if errors.is_empty() {
        ExitCode::SUCCESS
    } else {
        eprint!("{}", world.counters);
        ExitCode::FAILURE
    }
}

fn build(args: &Args) -> Runtime {
    let mut builder = match args.flavor {
        Flavor::CurrentThread => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    if args.flavor == Flavor::MultiThread {
        // There are more workers than cores, so workers are interrupted anywhere.
        builder.worker_threads(4);
    }
    // There are few blocking threads, so that closures wait for one.
    builder
        .runtime(args.runtime)
        .max_blocking_threads(6)
        .build()
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a runtime that does a little of everything, so that the threads that outlive a runtime
/// exist: async-io's thread, those of async-std's global executor, and the one for timers on
/// threads that poll no task. Returns the number of threads.
fn warm_up(args: &Args) -> Option<u64> {
    let runtime = build(args);
    runtime.block_on(async {
        sleep(Duration::from_millis(20)).await;
        let _ = portable::spawn(async {}).await;
        let _ = task::spawn_blocking(|| ()).await;
    });
    runtime
        .handle()
        .block_on(async { sleep(Duration::from_millis(1)).await });
    runtime.shutdown_timeout(TIMEOUT);
    threads::count()
}

/// Runs the drivers for the time that was asked for, and until each has ended its current action.
fn load(
    runtime: &Runtime,
    world: &Arc<World>,
    slots: &[Arc<Slot>],
    args: &Args,
    watchdog: &Watchdog,
) {
    let stop = Arc::new(AtomicBool::new(false));
    let is_current = args.flavor == Flavor::CurrentThread;
    let mut seeds = fastrand::Rng::with_seed(args.seed);
    let mut source = |slot: &Arc<Slot>, is_main_thread| Source {
        world: world.clone(),
        rng: seeds.fork(),
        is_main_thread,
        is_inside: true,
        is_in_closure: false,
        depth: 0,
        slot: Some(slot.clone()),
    };
    let (tasks, others) = slots.split_at(DRIVERS);
    let tasks: Vec<Source> = tasks.iter().map(|slot| source(slot, is_current)).collect();
    let on_main = source(&others[0], true);
    let on_thread = source(&others[1], false);

    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(args.run);
            watchdog.phase("let the drivers come to an end");
            stop.store(true, Ordering::SeqCst);
        });
        let (done, wait) = oneshot::channel();
        let handle = world.handle.clone();
        let until = stop.clone();
        scope.spawn(move || {
            handle.block_on(drive(on_thread, until));
            // `main` waits for this message.
            let _ = done.send(());
        });
        runtime.block_on(async {
            let tasks: Vec<_> = tasks
                .into_iter()
                .map(|source| portable::spawn(drive(source, stop.clone())))
                .collect();
            drive(on_main, stop.clone()).await;
            for task in tasks {
                if let Err(error) = task.await {
                    failures::add(format!("a driver failed: {error}"));
                }
            }
            if wait.await.is_err() {
                failures::add("the driver on a plain thread panicked".into());
            }
        });
    });
}

fn report(args: &Args, world: &World, took: Duration, memory: &Memory, is_ok: bool) {
    let counters = &world.counters;
    let spawned = counters.spawned.get();
    let rate = spawned as f64 / took.as_secs_f64();
    let memory = match memory.before_and_after() {
        Some((before, after)) => format!("{}->{}MiB", before >> 20, after >> 20),
        None => "not-measured".into(),
    };
    println!(
        "runtime={} flavor={} seed={} spawned={spawned} finished={} panicked={} cancelled={} \
         blocking={} awaited={} detached={} aborts={} runtimes={} per-second={rate:.0} \
         memory={memory} result={}",
        args.runtime,
        args.flavor_name(),
        args.seed,
        counters.finished.get(),
        counters.panicked.get(),
        counters.cancelled.get(),
        counters.blocking.get(),
        counters.awaited.get(),
        counters.detached.get(),
        counters.aborts.get(),
        counters.runtimes.get(),
        if is_ok { "ok" } else { "FAILED" },
    );
}
