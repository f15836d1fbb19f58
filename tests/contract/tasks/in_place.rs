//! `block_in_place`: a closure that blocks the thread of its task (contract 6).

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::common::{
    self, Counter, on_both_flavors, on_current_thread, on_multi_thread,
    with_current_thread_builder, with_multi_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::{Builder, Handle, current};
use portable::task::{self, LocalSet, block_in_place};
use portable::time::sleep;

on_both_flavors! {
    in_a_blocking_closure_it_runs,
    on_a_plain_thread_it_runs,
    in_a_set_it_panics,
    in_a_task_of_a_set_it_panics,
    in_the_destructor_of_a_task_of_a_set_it_panics,
}

on_multi_thread! {
    it_runs_on_the_thread_and_in_the_task_of_the_caller,
    in_main_it_runs,
    in_a_local_task_it_panics,
    it_may_borrow,
    a_panic_is_one_of_the_task,
    block_on_works_within,
    a_closure_may_block_in_place_too,
    a_runtime_may_be_built_and_dropped_within,
    operations_within_have_no_budget,
    what_is_spawned_within_runs,
    an_abort_meanwhile_waits_for_the_closure,
}

on_current_thread! {
    in_main_of_one_thread_it_panics,
    in_a_task_of_one_thread_it_panics,
    in_another_runtime_that_was_entered_there_it_panics,
}

// On a runtime that has one thread natively, too: there the multi-thread flavour has another thread
// that stands in.
with_current_thread_builder! {
    others_go_on_while_a_task_blocks,
    timers_go_on_while_a_task_blocks,
    sleeps_that_began_before_go_on,
    the_queue_of_the_thread_goes_on,
    a_closure_waits_for_tasks_by_block_on,
    blocked_tasks_wait_for_one_another,
    blocking_often_loses_no_wake,
    in_block_on_of_a_handle_it_runs,
}

with_multi_thread_builder! {
    afterwards_there_are_as_many_workers_as_before,
    the_end_waits_for_a_blocked_task,
}

const TEXT: &str = "portable: can call blocking only when running on the multi-threaded runtime";

/// Builds the multi-thread flavour of a runtime, with one worker.
fn with_one_worker(mut builder: Builder) -> portable::runtime::Runtime {
    let name = builder.build().unwrap().block_on(async { current() });
    let mut builder = Builder::new_multi_thread();
    builder.runtime(name).worker_threads(1).build().unwrap()
}

async fn in_a_blocking_closure_it_runs() {
    let task = task::spawn_blocking(|| {
        let here = thread::current().id();
        block_in_place(|| thread::current().id() == here)
    });
    assert!(task.await.unwrap());
}

async fn on_a_plain_thread_it_runs() {
    let thread = thread::spawn(|| block_in_place(|| 7));
    assert_eq!(thread.join().unwrap(), 7);
}

async fn in_a_set_it_panics() {
    let task = LocalSet::new();
    let text = task
        .run_until(async { common::panic_of(|| block_in_place(|| ())) })
        .await;
    assert!(text.starts_with(TEXT), "{text}");
}

async fn in_a_task_of_a_set_it_panics() {
    let set = LocalSet::new();
    let task = set.spawn_local(async { block_in_place(|| ()) });
    set.await;
    let text = common::panic_of_task(task.await);
    assert!(text.starts_with(TEXT), "{text}");
}

async fn in_the_destructor_of_a_task_of_a_set_it_panics() {
    let set = LocalSet::new();
    let guard = common::on_drop(|| block_in_place(|| ()));
    let task = set.spawn_local(async move {
        let _guard = guard;
        std::future::pending::<()>().await;
    });
    set.run_until(task::yield_now()).await;
    drop(set);
    let text = common::panic_of_task(task.await);
    assert!(text.starts_with(TEXT), "{text}");
}

async fn it_runs_on_the_thread_and_in_the_task_of_the_caller() {
    let task = task::spawn(async {
        let here = thread::current().id();
        let id = task::id();
        block_in_place(|| {
            assert_eq!(thread::current().id(), here);
            assert_eq!(task::id(), id);
        });
        assert_eq!(thread::current().id(), here);
        assert_eq!(task::id(), id);
    });
    task.await.unwrap();
}

async fn in_main_it_runs() {
    let number = Cell::new(1);
    block_in_place(|| number.set(2));
    assert_eq!(number.get(), 2);
}

async fn in_a_local_task_it_panics() {
    let task = task::spawn_local(async { block_in_place(|| ()) });
    let text = common::panic_of_task(task.await);
    assert!(text.starts_with(TEXT), "{text}");
}

async fn it_may_borrow() {
    let task = task::spawn(async {
        let text = String::from("borrowed");
        let length = block_in_place(|| text.len());
        (text, length)
    });
    assert_eq!(task.await.unwrap(), ("borrowed".into(), 8));
}

async fn a_panic_is_one_of_the_task() {
    let task = task::spawn(async { block_in_place(|| panic!("in the closure")) });
    assert_eq!(common::panic_of_task::<()>(task.await), "in the closure");
    task::spawn(async {}).await.unwrap();
}

async fn block_on_works_within() {
    let task = task::spawn(async {
        block_in_place(|| {
            let handle = Handle::current();
            let inner = handle.spawn(async { 6 });
            handle.block_on(async {
                sleep(Duration::from_millis(1)).await;
                inner.await.unwrap() * 7
            })
        })
    });
    assert_eq!(task.await.unwrap(), 42);
    block_in_place(|| Handle::current().block_on(sleep(Duration::from_millis(1))));
}

async fn a_closure_may_block_in_place_too() {
    let task = task::spawn(async { block_in_place(|| block_in_place(|| 7)) });
    assert_eq!(task.await.unwrap(), 7);
}

async fn a_runtime_may_be_built_and_dropped_within() {
    let task = task::spawn(async {
        block_in_place(|| {
            let runtime = common::another_builder().build().unwrap();
            runtime.block_on(async { task::spawn(async { 7 }).await.unwrap() })
        })
    });
    assert_eq!(task.await.unwrap(), 7);
}

async fn operations_within_have_no_budget() {
    let task = task::spawn(async {
        block_in_place(|| {
            futures::executor::block_on(async {
                for _ in 0..1_000 {
                    assert!(task::coop::has_budget_remaining());
                    task::consume_budget().await;
                }
            });
        });
    });
    task.await.unwrap();
}

async fn what_is_spawned_within_runs() {
    let (done, is_done) = oneshot::channel();
    let task = task::spawn(async {
        block_in_place(|| {
            let (inner, is_inner) = mpsc::channel();
            task::spawn(async move { inner.send(7).unwrap() });
            is_inner.recv().unwrap()
        })
    });
    let other = task::spawn(async { done.send(()).unwrap() });
    assert_eq!(task.await.unwrap(), 7);
    is_done.await.unwrap();
    other.await.unwrap();
}

async fn an_abort_meanwhile_waits_for_the_closure() {
    let (started, is_started) = oneshot::channel();
    let (end, is_ended) = mpsc::channel();
    let ended = Counter::default();
    let task = task::spawn({
        let ended = ended.clone();
        async move {
            block_in_place(|| {
                started.send(()).unwrap();
                is_ended.recv().unwrap();
                ended.add_one();
            });
            std::future::pending::<()>().await;
        }
    });
    is_started.await.unwrap();
    task.abort();
    end.send(()).unwrap();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(ended.get(), 1);
}

async fn in_main_of_one_thread_it_panics() {
    let text = common::panic_of(|| block_in_place(|| ()));
    assert!(text.starts_with(TEXT), "{text}");
}

async fn in_a_task_of_one_thread_it_panics() {
    let task = task::spawn(async { block_in_place(|| ()) });
    let text = common::panic_of_task(task.await);
    assert!(text.starts_with(TEXT), "{text}");
}

async fn in_another_runtime_that_was_entered_there_it_panics() {
    let other = Builder::new_current_thread().build().unwrap();
    let _guard = other.enter();
    let text = common::panic_of(|| block_in_place(|| ()));
    assert!(text.starts_with(TEXT), "{text}");
}

fn in_block_on_of_a_handle_it_runs(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle();
    let here = thread::current().id();
    let there = handle
        .block_on(async { block_in_place(|| handle.block_on(async { thread::current().id() })) });
    assert_eq!(there, here);
}

fn others_go_on_while_a_task_blocks(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let (release, is_released) = mpsc::channel();
        let (started, is_started) = oneshot::channel();
        let blocked = task::spawn(async move {
            block_in_place(|| {
                started.send(()).unwrap();
                is_released.recv().unwrap()
            })
        });
        let other = task::spawn(async move {
            is_started.await.unwrap();
            for _ in 0..100 {
                task::yield_now().await;
            }
            task::spawn(async {}).await.unwrap();
            release.send(7).unwrap();
        });
        assert_eq!(blocked.await.unwrap(), 7);
        other.await.unwrap();
    });
}

fn timers_go_on_while_a_task_blocks(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let (release, is_released) = mpsc::channel();
        let blocked = task::spawn(async move {
            task::spawn(async move {
                for _ in 0..5 {
                    sleep(Duration::from_millis(1)).await;
                }
                release.send(7).unwrap();
            });
            block_in_place(|| is_released.recv().unwrap())
        });
        assert_eq!(blocked.await.unwrap(), 7);
    });
}

fn sleeps_that_began_before_go_on(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let (release, is_released) = mpsc::channel();
        for _ in 0..3 {
            let release = release.clone();
            task::spawn(async move {
                sleep(Duration::from_millis(30)).await;
                release.send(()).unwrap();
            });
        }
        let blocked = task::spawn(async move {
            // The others wait for their timers.
            sleep(Duration::from_millis(5)).await;
            block_in_place(|| (0..3).for_each(|_| is_released.recv().unwrap()));
        });
        blocked.await.unwrap();
    });
}

fn the_queue_of_the_thread_goes_on(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let (release, is_released) = mpsc::channel();
        let blocked = task::spawn(async move {
            for _ in 0..300 {
                let release = release.clone();
                task::spawn(async move { release.send(()).unwrap() });
            }
            block_in_place(|| (0..300).for_each(|_| is_released.recv().unwrap()));
        });
        blocked.await.unwrap();
    });
}

fn a_closure_waits_for_tasks_by_block_on(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let blocked = task::spawn(async {
            let mut sum = 0;
            for n in 0..20 {
                sum += block_in_place(|| {
                    Handle::current().block_on(async move {
                        task::spawn(async move {
                            task::yield_now().await;
                            n
                        })
                        .await
                        .unwrap()
                    })
                });
            }
            sum
        });
        assert_eq!(blocked.await.unwrap(), 190);
    });
}

/// Each waits for the next, so that as many threads stand in.
fn blocked_tasks_wait_for_one_another(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let (first, mut is_released) = mpsc::channel();
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (release, is_next) = mpsc::channel();
            let before = std::mem::replace(&mut is_released, is_next);
            tasks.push(task::spawn(async move {
                block_in_place(|| before.recv().unwrap());
                release.send(()).unwrap();
            }));
        }
        let last = task::spawn(async move { block_in_place(|| is_released.recv().unwrap()) });
        task::spawn(async move { first.send(()).unwrap() })
            .await
            .unwrap();
        last.await.unwrap();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

fn blocking_often_loses_no_wake(builder: Builder) {
    with_one_worker(builder).block_on(async {
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                task::spawn(async move {
                    for turn in 0..20 {
                        let inner = task::spawn(async move { turn });
                        if (n + turn) % 3 == 0 {
                            block_in_place(|| {
                                if turn % 5 == 0 {
                                    thread::sleep(Duration::from_micros(100));
                                }
                            });
                        }
                        assert_eq!(inner.await.unwrap(), turn);
                        if turn % 7 == 0 {
                            sleep(Duration::from_micros(100)).await;
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

fn afterwards_there_are_as_many_workers_as_before(mut builder: Builder) {
    let runtime = builder.worker_threads(1).build().unwrap();
    runtime.block_on(async {
        for _ in 0..50 {
            task::spawn(async { block_in_place(|| ()) }).await.unwrap();
        }
        // A stand-in leaves once it has seen that its time is over. From then on all tasks run on
        // the only worker.
        loop {
            let tasks: Vec<_> = (0..20)
                .map(|_| task::spawn(async { thread::current().id() }))
                .collect();
            let mut threads = HashSet::new();
            for task in tasks {
                threads.insert(task.await.unwrap());
            }
            if threads.len() == 1 {
                break;
            }
        }
    });
}

fn the_end_waits_for_a_blocked_task(mut builder: Builder) {
    let runtime = builder.worker_threads(1).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let ended = Counter::default();
    runtime.spawn({
        let ended = ended.clone();
        async move {
            block_in_place(|| {
                started.send(()).unwrap();
                thread::sleep(Duration::from_millis(50));
                ended.add_one();
            });
        }
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert_eq!(ended.get(), 1);
}
