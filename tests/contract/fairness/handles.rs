//! Handles of ended tasks, and the budget itself (contract 22).

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::common::always_ready::{is_fair, pauses};
use crate::common::{self, on_both_flavors, with_both_builders};
use portable::runtime::Builder;
use portable::task::{self, AbortOnDropHandle, JoinHandle, JoinSet, coop};
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    a_set_without_tasks,
    handles_of_tasks_that_have_ended,
    handles_that_abort_of_tasks_that_have_ended,
    a_set_whose_tasks_have_ended,
    a_set_is_tried_without_a_budget,
    a_loop_that_consumes_its_budget,
    cooperative_futures,
    futures_by_hand,
    a_budget_ends_and_begins_again,
    unconstrained_has_no_budget,
    unconstrained_leaves_the_budget_as_it_was,
    a_budget_that_is_used_up_ends_a_timeout_all_the_same,
    the_block_on_of_another_executor_in_a_task_goes_on,
}

with_both_builders! {
    a_budget_in_block_on_of_a_handle,
    long_polls_let_in_what_comes_from_outside,
}

/// A number above the budget.
const MANY: usize = 1000;

async fn ended() -> Vec<JoinHandle<usize>> {
    let tasks: Vec<_> = (0..MANY).map(|n| task::spawn(async move { n })).collect();
    common::eventually(|| tasks.iter().all(JoinHandle::is_finished)).await;
    tasks
}

async fn a_set_without_tasks() {
    is_fair(|stop| async move {
        let mut set = JoinSet::<()>::new();
        while !stop.is_set() {
            assert!(set.join_next().await.is_none());
        }
    })
    .await;
}

async fn handles_of_tasks_that_have_ended() {
    let tasks = ended().await;
    let joined = async {
        for task in tasks {
            task.await.unwrap();
        }
    };
    assert!(pauses(joined).await >= MANY / 128 - 1);
}

async fn handles_that_abort_of_tasks_that_have_ended() {
    let tasks = ended().await;
    let joined = async {
        for task in tasks {
            AbortOnDropHandle::new(task).await.unwrap();
        }
    };
    assert!(pauses(joined).await >= MANY / 128 - 1);
}

async fn set_of_ended() -> JoinSet<usize> {
    let mut set = JoinSet::new();
    let aborts: Vec<_> = (0..MANY).map(|n| set.spawn(ready(n))).collect();
    common::eventually(|| aborts.iter().all(|abort| abort.is_finished())).await;
    set
}

async fn a_set_whose_tasks_have_ended() {
    let mut set = set_of_ended().await;
    let joined = async { while set.join_next().await.is_some() {} };
    assert!(pauses(joined).await >= MANY / 128 - 1);
}

/// `try_join_next` does not wait: if it returned nothing without a budget, its caller would give no
/// other task a turn.
async fn a_set_is_tried_without_a_budget() {
    let mut set = set_of_ended().await;
    task::yield_now().await;
    while coop::has_budget_remaining() {
        coop::consume_budget().await;
    }
    let mut sum = 0;
    while let Some(output) = set.try_join_next() {
        sum += output.unwrap();
    }
    assert_eq!(sum, MANY * (MANY - 1) / 2);
    assert!(!coop::has_budget_remaining());
}

async fn a_loop_that_consumes_its_budget() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            task::consume_budget().await;
        }
    })
    .await;
}

async fn cooperative_futures() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            coop::cooperative(ready(())).await;
        }
    })
    .await;
}

async fn futures_by_hand() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            let proceed = std::future::poll_fn(coop::poll_proceed);
            // A permission that is given back without progress costs no budget.
            proceed.await.made_progress();
        }
    })
    .await;
}

/// A poll has a budget of 128, as on Tokio.
async fn a_budget_ends_and_begins_again() {
    async fn spent() -> usize {
        task::yield_now().await;
        let mut spent = 0;
        while coop::has_budget_remaining() {
            coop::consume_budget().await;
            spent += 1;
        }
        spent
    }

    for _ in 0..3 {
        assert_eq!(spent().await, 128);
        assert_eq!(task::spawn(spent()).await.unwrap(), 128);
        assert_eq!(task::spawn_local(spent()).await.unwrap(), 128);
    }
    // A task that has used up its budget and then waits leaves the next task a whole one.
    let uses_up = || async {
        while coop::has_budget_remaining() {
            coop::consume_budget().await;
        }
        sleep(Duration::from_millis(1)).await;
    };
    for _ in 0..3 {
        task::spawn(uses_up()).await.unwrap();
        let has_some = task::spawn(async { coop::has_budget_remaining() });
        assert!(has_some.await.unwrap());
        task::spawn_local(uses_up()).await.unwrap();
        let has_some = task::spawn_local(async { coop::has_budget_remaining() });
        assert!(has_some.await.unwrap());
    }
    task::yield_now().await;
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..MANY {
        assert!(
            coop::poll_proceed(&mut cx).is_ready(),
            "it made no progress"
        );
    }
}

async fn unconstrained_has_no_budget() {
    let work = async {
        for _ in 0..MANY {
            task::consume_budget().await;
        }
        let mut set = JoinSet::<()>::new();
        for _ in 0..MANY {
            assert!(set.join_next().await.is_none());
        }
    };
    assert_eq!(pauses(task::unconstrained(work)).await, 0);
}

async fn unconstrained_leaves_the_budget_as_it_was() {
    task::yield_now().await;
    for _ in 0..100 {
        task::consume_budget().await;
    }
    task::unconstrained(async {
        for _ in 0..MANY {
            task::consume_budget().await;
        }
    })
    .await;
    let mut left = 0;
    while coop::has_budget_remaining() {
        task::consume_budget().await;
        left += 1;
    }
    assert_eq!(left, 28);
}

async fn a_budget_that_is_used_up_ends_a_timeout_all_the_same() {
    let endless = async {
        loop {
            task::consume_budget().await;
        }
    };
    timeout(Duration::from_millis(1), endless)
        .await
        .unwrap_err();
}

/// The inner `block_on` runs within one poll of the task, so there is no new budget.
async fn the_block_on_of_another_executor_in_a_task_goes_on() {
    // Tokio wakes a task without a budget only after the poll.
    if portable::runtime::current() == "tokio" {
        return;
    }
    task::spawn(async {
        common::block_on(async {
            for _ in 0..MANY {
                task::consume_budget().await;
            }
        });
    })
    .await
    .unwrap();
}

fn a_budget_in_block_on_of_a_handle(builder: Builder) {
    let runtime = { builder }.build().unwrap();
    let handle = runtime.handle().clone();
    let stop = Arc::new(AtomicBool::new(false));
    // Another thread has to run the tasks of the current-thread flavour meanwhile.
    let waits = thread::spawn({
        let stop = stop.clone();
        move || {
            let endless = async {
                loop {
                    task::consume_budget().await;
                }
            };
            let limited =
                handle.block_on(async { timeout(Duration::from_millis(20), endless).await });
            stop.store(true, Ordering::SeqCst);
            limited
        }
    });
    runtime.block_on(common::eventually(|| stop.load(Ordering::SeqCst)));
    waits.join().unwrap().unwrap_err();
}

/// Tasks use up each of their budgets, and a plain thread spawns others.
fn long_polls_let_in_what_comes_from_outside(mut builder: Builder) {
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = builder.worker_threads(1).build();
    let Ok(runtime) = runtime else { return };
    for _ in 0..3 {
        let stop = stop.clone();
        runtime.spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                task::consume_budget().await;
            }
        });
    }
    let outside = thread::spawn({
        let handle = runtime.handle().clone();
        let stop = stop.clone();
        move || {
            for _ in 0..20 {
                let (sender, receiver) = std::sync::mpsc::channel();
                handle.spawn(async move { sender.send(()) });
                receiver.recv().unwrap();
            }
            stop.store(true, Ordering::SeqCst);
        }
    });
    runtime.block_on(common::eventually(|| stop.load(Ordering::SeqCst)));
    outside.join().unwrap();
}
