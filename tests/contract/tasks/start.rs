//! `spawn`: a task starts lazily, is detached when its handle is dropped, and runs to its end
//! (contract 1).

use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use crate::common::{self, Counter, on_both_flavors, on_current_thread, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task::{self, JoinHandle};

on_both_flavors! {
    the_output_arrives,
    the_free_function_is_the_same,
    the_macro_is_the_same,
    spawn_polls_nothing_within_the_call,
    a_dropped_handle_detaches_a_task_that_has_not_started,
    a_dropped_handle_detaches_a_task_that_waits,
    a_task_may_drop_its_own_handle,
    a_task_may_await_another,
    a_task_outlives_the_one_that_spawned_it,
    tasks_run_while_main_waits_for_something_else,
    the_future_is_dropped_before_the_await_returns,
    an_output_that_nobody_takes_is_dropped_once,
    a_task_of_a_dropped_handle_drops_its_output,
    ten_thousand_tasks_end,
    ten_thousand_detached_tasks_end,
    a_tree_of_tasks_ends,
}

on_current_thread! {
    a_task_starts_only_when_main_waits,
    tasks_run_on_the_thread_of_main,
}

with_both_builders! {
    a_task_spawned_before_block_on_runs_in_it,
}

async fn the_output_arrives() {
    let task = task::spawn(async { String::from("output") });
    assert_eq!(task.await.unwrap(), "output");
}

async fn the_free_function_is_the_same() {
    assert_eq!(portable::spawn(async { 7 }).await.unwrap(), 7);
}

async fn the_macro_is_the_same() {
    let n = 6;
    assert_eq!(
        portable::spawn_task!(async move { n * 7 }).await.unwrap(),
        42
    );
}

thread_local! {
    static SPAWNING: Cell<bool> = const { Cell::new(false) };
}

async fn spawn_polls_nothing_within_the_call() {
    async fn spawns() {
        for _ in 0..200 {
            SPAWNING.set(true);
            let task = task::spawn(async { SPAWNING.get() });
            SPAWNING.set(false);
            assert!(!task.await.unwrap(), "it was polled within `spawn`");
        }
    }

    spawns().await;
    task::spawn(spawns()).await.unwrap();
}

async fn a_dropped_handle_detaches_a_task_that_has_not_started() {
    let (done, is_done) = oneshot::channel();
    drop(task::spawn(async move { done.send(7) }));
    assert_eq!(is_done.await, Ok(7));
}

async fn a_dropped_handle_detaches_a_task_that_waits() {
    let (started, is_started) = oneshot::channel();
    let (release, is_released) = oneshot::channel::<()>();
    let (done, is_done) = oneshot::channel();
    let task = task::spawn(async move {
        started.send(()).unwrap();
        is_released.await.unwrap();
        task::yield_now().await;
        done.send(7).unwrap();
    });
    is_started.await.unwrap();
    drop(task);
    release.send(()).expect("the task still waits");
    assert_eq!(is_done.await, Ok(7));
}

async fn a_task_may_drop_its_own_handle() {
    let (give, take) = oneshot::channel::<JoinHandle<()>>();
    let (done, is_done) = oneshot::channel();
    let task = task::spawn(async move {
        drop(take.await.unwrap());
        task::yield_now().await;
        done.send(7).unwrap();
    });
    give.send(task).unwrap();
    assert_eq!(is_done.await, Ok(7));
}

async fn a_task_may_await_another() {
    let outer = task::spawn(async {
        let inner = task::spawn(async {
            task::yield_now().await;
            21
        });
        inner.await.unwrap() * 2
    });
    assert_eq!(outer.await.unwrap(), 42);
}

#[allow(clippy::async_yields_async)]
async fn a_task_outlives_the_one_that_spawned_it() {
    let (release, is_released) = oneshot::channel::<()>();
    let outer = task::spawn(async move {
        task::spawn(async move {
            is_released.await.unwrap();
            7
        })
    });
    let inner = outer.await.unwrap();
    release.send(()).unwrap();
    assert_eq!(inner.await.unwrap(), 7);
}

async fn tasks_run_while_main_waits_for_something_else() {
    let (ping, mut pinged) = futures::channel::mpsc::unbounded();
    let (pong, mut ponged) = futures::channel::mpsc::unbounded();
    task::spawn(async move {
        while let Ok(n) = pinged.recv().await {
            pong.unbounded_send(n + 1).unwrap();
        }
    });
    for n in 0..1_000 {
        ping.unbounded_send(n).unwrap();
        assert_eq!(ponged.recv().await, Ok(n + 1));
    }
}

async fn the_future_is_dropped_before_the_await_returns() {
    for _ in 0..500 {
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        // The guard is moved in, but is not a local of the body: it is dropped with the future.
        let future = async move {
            let _ = &guard;
            task::yield_now().await;
        };
        task::spawn(future).await.unwrap();
        assert_eq!(dropped.get(), 1);
    }
}

async fn an_output_that_nobody_takes_is_dropped_once() {
    let dropped = Counter::default();
    let output = dropped.on_drop();
    let task = task::spawn(async move { output });
    common::eventually(|| task.is_finished()).await;
    assert_eq!(dropped.get(), 0, "the handle still wants it");
    drop(task);
    common::eventually(|| dropped.get() > 0).await;
    assert_eq!(dropped.get(), 1);
}

async fn a_task_of_a_dropped_handle_drops_its_output() {
    let dropped = Counter::default();
    let output = dropped.on_drop();
    let (release, is_released) = oneshot::channel::<()>();
    drop(task::spawn(async move {
        is_released.await.unwrap();
        output
    }));
    assert_eq!(dropped.get(), 0);
    release.send(()).unwrap();
    common::eventually(|| dropped.get() > 0).await;
    assert_eq!(dropped.get(), 1);
}

async fn ten_thousand_tasks_end() {
    let tasks: Vec<_> = (0..10_000_u64)
        .map(|n| {
            task::spawn(async move {
                if n % 3 == 0 {
                    task::yield_now().await;
                }
                n
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), n as u64);
    }
}

async fn ten_thousand_detached_tasks_end() {
    let ended = Counter::default();
    for _ in 0..10_000 {
        let ended = ended.clone();
        task::spawn(async move { ended.add_one() });
    }
    common::eventually(|| ended.get() == 10_000).await;
}

async fn a_tree_of_tasks_ends() {
    fn leaves(depth: u32) -> Pin<Box<dyn Future<Output = u64> + Send>> {
        Box::pin(async move {
            if depth == 0 {
                return 1;
            }
            let left = task::spawn(leaves(depth - 1));
            let right = task::spawn(leaves(depth - 1));
            left.await.unwrap() + right.await.unwrap()
        })
    }

    assert_eq!(task::spawn(leaves(10)).await.unwrap(), 1 << 10);
}

async fn a_task_starts_only_when_main_waits() {
    let started = Arc::new(AtomicBool::new(false));
    let task = task::spawn({
        let started = started.clone();
        async move { started.store(true, Ordering::SeqCst) }
    });
    // Only this thread may drive the task.
    let (_keep, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(std::time::Duration::from_millis(20));
    assert!(!started.load(Ordering::SeqCst));
    task.await.unwrap();
    assert!(started.load(Ordering::SeqCst));
}

async fn tasks_run_on_the_thread_of_main() {
    let here = std::thread::current().id();
    let task = task::spawn(async {
        let before = std::thread::current().id();
        task::yield_now().await;
        (before, std::thread::current().id())
    });
    assert_eq!(task.await.unwrap(), (here, here));
}

fn a_task_spawned_before_block_on_runs_in_it(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let task = runtime.spawn(async { 7 });
    let detached = Counter::default();
    runtime.spawn({
        let detached = detached.clone();
        async move { detached.add_one() }
    });
    let never = runtime.spawn(pending::<()>());
    runtime.block_on(async {
        assert_eq!(task.await.unwrap(), 7);
        common::eventually(|| detached.get() == 1).await;
        assert!(!never.is_finished());
    });
}
