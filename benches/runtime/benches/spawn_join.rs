//! Measures spawn and join, beside the native call with as many threads:
//! `cargo bench -p portable-bench-runtime --features smol`.

use std::future::Future;
use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};

const TASKS: u64 = 10_000;
const THREADS: usize = 2;

async fn join_all<H: Future>(spawn: impl Fn(u64) -> H) {
    let handles: Vec<H> = (0..TASKS).map(spawn).collect();
    for handle in handles {
        black_box(handle.await);
    }
}

async fn task(i: u64) -> u64 {
    black_box(i)
}

fn portable(group: &mut BenchmarkGroup<'_, WallTime>) {
    #[cfg(feature = "_runtime")]
    {
        use portable::runtime::Builder;

        let mut multi = Builder::new_multi_thread();
        multi.worker_threads(THREADS);
        for (name, mut builder) in [
            ("multi_thread", multi),
            ("current_thread", Builder::new_current_thread()),
        ] {
            let runtime = builder.build().expect("a runtime");
            let current = runtime.block_on(async { portable::runtime::current() });
            group.bench_function(format!("portable {current}/{name}"), |b| {
                b.iter(|| runtime.block_on(join_all(|i| portable::spawn(task(i)))));
            });
        }
    }
    let _ = group;
}

fn native(group: &mut BenchmarkGroup<'_, WallTime>) {
    // The drivers are on, as with `#[tokio::main]`: they change how a worker sleeps.
    let multi = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .expect("a runtime");
    let current = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    for (name, runtime) in [("multi_thread", multi), ("current_thread", current)] {
        group.bench_function(format!("native tokio/{name}"), |b| {
            b.iter(|| runtime.block_on(join_all(|i| tokio::spawn(task(i)))));
        });
    }
    // smol and async-std read the number of their threads once, from the environment.
    let threads = std::env::var("SMOL_THREADS").unwrap_or_else(|_| "default".into());
    group.bench_function(format!("native smol/{threads} threads"), |b| {
        b.iter(|| smol::block_on(join_all(|i| smol::spawn(task(i)))));
    });
    let threads = std::env::var("ASYNC_STD_THREAD_COUNT").unwrap_or_else(|_| "default".into());
    group.bench_function(format!("native async-std/{threads} threads"), |b| {
        b.iter(|| async_std::task::block_on(join_all(|i| async_std::task::spawn(task(i)))));
    });
}

fn spawn_join(c: &mut Criterion) {
    let mut group = c.benchmark_group("spawn and join 10,000 tasks");
    group
        .measurement_time(Duration::from_secs(3))
        .sample_size(30);
    portable(&mut group);
    native(&mut group);
    group.finish();
}

criterion_group!(benches, spawn_join);
criterion_main!(benches);
