//! The workers of the executor that smol and async-std share: each task finds one that is free.
//!
//! Tokio does not promise as much: a task may wait behind one that blocks its worker.
#![cfg(feature = "_workers")]

use std::sync::{Arc, Barrier};

use portable_runtime_shim::runtime::{Builder, available};
use portable_runtime_shim::task;

fn on_each(test: impl Fn(Builder)) {
    let has_workers = |name: &&str| ["smol", "async-std"].contains(name);
    for name in available().into_iter().filter(has_workers) {
        let mut builder = Builder::new_multi_thread();
        builder.runtime(name);
        test(builder);
    }
}

#[test]
fn as_many_tasks_may_block_at_once_as_there_are_workers() {
    on_each(as_many_as_workers);
}

#[test]
fn a_task_that_blocks_does_not_keep_those_spawned_before_it() {
    on_each(one_that_blocks);
}

fn as_many_as_workers(mut builder: Builder) {
    for round in 0..200 {
        let workers = 2 + round % 5;
        let runtime = builder.worker_threads(workers).build().unwrap();
        runtime.block_on(async {
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
        });
    }
}

fn one_that_blocks(mut builder: Builder) {
    let runtime = builder.worker_threads(2).build().unwrap();
    runtime.block_on(async {
        for _ in 0..200 {
            let (sender, receiver) = std::sync::mpsc::channel();
            let mut senders: Vec<_> = (0..20)
                .map(|i| {
                    let sender = sender.clone();
                    task::spawn(async move { sender.send(i).unwrap() })
                })
                .collect();
            // It holds one of the two workers until the others have run.
            senders.push(task::spawn(async move {
                assert_eq!(receiver.iter().take(20).count(), 20);
            }));
            for task in senders {
                task.await.unwrap();
            }
        }
    });
}
