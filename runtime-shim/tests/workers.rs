//! The workers of the multi-thread flavour: each task finds one that is free.
#![cfg(any(feature = "tokio", feature = "smol", feature = "async-std"))]

mod common;

use std::sync::{Arc, Barrier};

use portable::runtime::Builder;
use portable::task;

common::with_multi_thread_builder! {
    as_many_tasks_may_block_at_once_as_there_are_workers,
    a_task_that_blocks_does_not_keep_those_spawned_before_it,
}

fn as_many_tasks_may_block_at_once_as_there_are_workers(mut builder: Builder) {
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

fn a_task_that_blocks_does_not_keep_those_spawned_before_it(mut builder: Builder) {
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
