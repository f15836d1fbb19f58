//! The threads of the executor that smol and async-std share. Each task finds a free worker, each
//! closure finds a thread, and short closures need few threads.
//!
//! Tokio does not promise as much: a task may wait behind another one that blocks its worker.
#![cfg(feature = "_workers")]

#[path = "../../tests/common/runtimes.rs"]
#[allow(dead_code, unused_imports)]
mod runtimes;

use std::sync::{Arc, Barrier};
#[cfg(target_os = "linux")]
use std::{fs, io};

use portable_runtime_shim::runtime::{Builder, available};
use portable_runtime_shim::task;
use portable_runtime_shim::time::{Duration, timeout};

fn on_each(test: impl Fn(Builder)) {
    let has_workers = |name: &&str| *name != "tokio" && runtimes::has_workers(name);
    for name in available().into_iter().filter(has_workers) {
        let mut builder = Builder::new_multi_thread();
        builder.runtime(name);
        test(builder);
    }
}

/// Fails a test that has not ended after a minute.
async fn limited(test: impl Future<Output = ()>) {
    let ended = timeout(Duration::from_secs(60), test).await;
    ended.expect("it hangs");
}

#[test]
fn as_many_tasks_may_block_at_once_as_there_are_workers() {
    on_each(as_many_as_workers);
}

#[test]
fn a_task_that_blocks_does_not_keep_those_spawned_before_it() {
    on_each(one_that_blocks);
}

#[cfg(target_os = "linux")]
#[test]
#[cfg_attr(
    any(feature = "inspect", feature = "tracing"),
    ignore = "a closure that is observed is not short"
)]
fn a_burst_of_short_closures_is_met_by_few_threads() {
    on_each(|mut builder| {
        builder.worker_threads(1).thread_name("in-the-burst");
        let runtime = builder.build().unwrap();
        runtime.block_on(limited(async {
            let closures: Vec<_> = (0..10_000).map(|_| task::spawn_blocking(|| {})).collect();
            for closure in closures {
                closure.await.unwrap();
            }
        }));
        // The threads stay for a while, so they can be counted here. Two to five of them are
        // normal. There would be many times as many if each closure that finds all threads busy
        // started one.
        let threads = fs::read_dir("/proc/self/task").unwrap();
        let name = |thread: io::Result<fs::DirEntry>| {
            fs::read_to_string(thread.unwrap().path().join("comm")).unwrap_or_default()
        };
        let names = threads.map(name);
        let many = names.filter(|name| name.trim() == "in-the-burst").count();
        assert!((1..16).contains(&many), "{many}");
    });
}

#[test]
fn closures_that_wait_for_each_other_get_the_threads_that_idle_and_new_ones() {
    on_each(|mut builder| {
        let runtime = builder.worker_threads(1).build().unwrap();
        runtime.block_on(limited(async {
            for many in [1, 2, 8, 3, 40, 40, 100, 7].repeat(20) {
                let all_run = Arc::new(Barrier::new(many));
                let closures: Vec<_> = (0..many)
                    .map(|_| {
                        let all_run = all_run.clone();
                        task::spawn_blocking(move || {
                            all_run.wait();
                        })
                    })
                    .collect();
                for closure in closures {
                    closure.await.unwrap();
                }
            }
        }));
    });
}

fn as_many_as_workers(mut builder: Builder) {
    for round in 0..200 {
        let workers = 2 + round % 5;
        let runtime = builder.worker_threads(workers).build().unwrap();
        runtime.block_on(limited(async {
            for _ in 0..3 {
                let all_run = Arc::new(Barrier::new(workers));
                let tasks: Vec<_> = (0..workers)
                    .map(|_| {
                        let all_run = all_run.clone();
                        task::spawn(async move {
                            all_run.wait();
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            }
        }));
    }
}

fn one_that_blocks(mut builder: Builder) {
    let runtime = builder.worker_threads(2).build().unwrap();
    runtime.block_on(limited(async {
        for _ in 0..200 {
            let (sender, receiver) = std::sync::mpsc::channel();
            let mut senders: Vec<_> = (0..20)
                .map(|i| {
                    let sender = sender.clone();
                    task::spawn(async move { sender.send(i).unwrap() })
                })
                .collect();
            // The task holds one of the two workers until the others have run.
            senders.push(task::spawn(async move {
                assert_eq!(receiver.iter().take(20).count(), 20);
            }));
            for task in senders {
                task.await.unwrap();
            }
        }
    }));
}
