//! Tests of criterion's asynchronous benchmarks.
#![cfg(feature = "_runtime")]

use std::cell::Cell;
use std::time::Duration;

use criterion::Criterion;
use criterion::async_executor::AsyncExecutor;
use portable::runtime::{Builder, available};
use portable::time::sleep;

/// Runs one benchmark on the executors of `executor`. Returns how often the measured code ran.
fn bench<E: AsyncExecutor>(name: &str, runtime: &str, executor: impl Fn() -> E) -> u32 {
    let ran = Cell::new(0);
    Criterion::default()
        .without_plots()
        .output_directory(&std::env::temp_dir().join("portable-interop-criterion"))
        .sample_size(10)
        .warm_up_time(Duration::from_millis(5))
        .measurement_time(Duration::from_millis(20))
        .bench_function(&format!("{name} on {runtime}"), |bencher| {
            bencher.to_async(executor()).iter(|| async {
                assert_eq!(portable::runtime::current(), runtime);
                sleep(Duration::from_micros(10)).await;
                portable::spawn(async {}).await.unwrap();
                ran.set(ran.get() + 1);
            });
        });
    ran.get()
}

#[test]
fn benchmarks_run_on_each_runtime() {
    for runtime in available() {
        let build = || {
            Builder::new_multi_thread()
                .runtime(runtime)
                .build()
                .unwrap()
        };
        let ours = build();
        assert!(bench("reference", runtime, || &ours) >= 10);
        assert!(bench("runtime", runtime, build) >= 10);
    }
}
