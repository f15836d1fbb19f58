//! `block_on`, of a `Runtime`, of a `Handle` and free (contract 14).

use std::cell::Cell;
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread::{self};

use crate::common::{self, Counter, on_both_flavors, on_drop, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::{self, Builder, Handle, Runtime};
use portable::task::{self};
use portable::time::{Duration, sleep};

on_both_flavors! {
    block_on_panics_in_main_with_one_text,
    block_on_panics_in_a_task_with_one_text,
    block_on_panics_in_a_local_task_with_one_text,
    block_on_works_in_a_blocking_closure,
    block_on_works_on_a_plain_thread,
    the_current_runtime_has_a_name,
    a_runtime_may_be_dropped_in_a_task,
    a_runtime_may_be_built_in_a_task,
}

with_both_builders! {
    block_on_gives_the_output,
    block_on_takes_what_borrows,
    block_on_may_be_called_again,
    block_on_may_be_called_by_many_threads,
    block_on_leaves_the_thread_as_it_was,
    tasks_outlive_block_on,
    a_second_thread_inside_block_on_goes_on_when_the_first_leaves,
    a_second_thread_inside_block_on_goes_on_when_the_first_panics,
    calls_inside_block_on_go_to_that_runtime,
    calls_in_a_blocking_closure_go_to_that_runtime,
    a_handle_works_on_any_thread,
    a_handle_is_one_of_the_runtime_it_was_asked_in,
    a_handle_does_not_keep_the_runtime,
    block_on_of_a_handle_spawns_on_its_runtime,
    two_runtimes_keep_to_themselves,
    two_runtimes_wake_each_other,
}

const NESTED: &str = "portable: `block_on` was called on a thread that polls tasks";

/// Asserts that no way to block works on a thread that polls.
fn assert_no_way_to_block(other: &Runtime) {
    let handle = Handle::current();
    let texts = [
        common::panic_of(|| portable::block_on(ready(7))),
        common::panic_of(|| runtime::block_on(ready(7))),
        common::panic_of(|| handle.block_on(ready(7))),
        common::panic_of(|| other.block_on(ready(7))),
        common::panic_of(|| other.handle().block_on(ready(7))),
        common::panic_of(|| portable::block_on(task::spawn(async { 7 }))),
    ];
    for text in &texts {
        assert!(text.starts_with(NESTED), "{text}");
        assert_eq!(*text, texts[0]);
    }
}

/// Calls `f` with a runtime that may be dropped on a thread that polls.
async fn with_another(f: impl AsyncFnOnce(Arc<Runtime>)) {
    let mut builder = common::another_builder();
    let build = move || Arc::new(builder.build().unwrap());
    let other = task::spawn_blocking(build).await.unwrap();
    f(other.clone()).await;
    task::spawn_blocking(|| drop(other)).await.unwrap();
}

async fn block_on_panics_in_main_with_one_text() {
    with_another(async |other| {
        assert_no_way_to_block(&other);
        task::yield_now().await;
        // The panics leave everything intact.
        assert_no_way_to_block(&other);
        assert_eq!(task::spawn(async { 7 }).await.unwrap(), 7);
    })
    .await;
}

async fn block_on_panics_in_a_task_with_one_text() {
    with_another(async |other| {
        let task = task::spawn(async move {
            assert_no_way_to_block(&other);
            task::yield_now().await;
            assert_no_way_to_block(&other);
        });
        task.await.unwrap();
    })
    .await;
    let task = task::spawn(async { portable::block_on(ready(7)) });
    let text = common::panic_of_task(task.await);
    assert!(text.starts_with(NESTED), "{text}");
}

async fn block_on_panics_in_a_local_task_with_one_text() {
    with_another(async |other| {
        let task = task::spawn_local(async move {
            assert_no_way_to_block(&other);
            task::yield_now().await;
            assert_no_way_to_block(&other);
        });
        task.await.unwrap();
    })
    .await;
}

async fn block_on_works_in_a_blocking_closure() {
    let mut builder = common::another_builder_with_workers();
    let closure = task::spawn_blocking(move || {
        let task = task::spawn(async { 7 });
        let other = builder.build().unwrap();
        let further = other.block_on(async {
            // Inside that `block_on` a further one is forbidden again.
            assert!(catch_unwind(|| portable::block_on(ready(7))).is_err());
            task::spawn(async { 8 }).await.unwrap()
        });
        (portable::block_on(task).unwrap(), further)
    });
    assert_eq!(closure.await.unwrap(), (7, 8));
}

async fn block_on_works_on_a_plain_thread() {
    let handle = Handle::current();
    let (done, is_done) = oneshot::channel();
    let thread = thread::spawn(move || {
        let outside = portable::block_on(async { task::spawn(async { 7 }).await.unwrap() });
        let inside = handle.block_on(async { task::spawn(async { 8 }).await.unwrap() });
        done.send((outside, inside)).unwrap();
    });
    assert_eq!(is_done.await, Ok((7, 8)));
    thread.join().unwrap();
}

async fn the_current_runtime_has_a_name() {
    let name = runtime::current();
    // A runtime of the user's own is not among those that are compiled in.
    if cfg!(test) {
        assert!(runtime::available().contains(&name));
    }
    assert_eq!(
        task::spawn(async { runtime::current() }).await.unwrap(),
        name
    );
    assert_eq!(task::spawn_blocking(runtime::current).await.unwrap(), name);
}

async fn a_runtime_may_be_dropped_in_a_task() {
    let (dropped, is_dropped) = oneshot::channel();
    let mut builder = common::another_builder();
    let mut with_workers = common::another_builder_with_workers();
    let task = task::spawn(async move {
        let other = with_workers.build().unwrap();
        let guard = on_drop(move || dropped.send(()).unwrap());
        other.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        drop(other);
        let another = builder.build().unwrap();
        another.shutdown_timeout(Duration::ZERO);
        7
    });
    assert_eq!(task.await.unwrap(), 7);
    is_dropped.await.unwrap();
}

async fn a_runtime_may_be_built_in_a_task() {
    let mut builder = common::another_builder_with_workers();
    let task = task::spawn(async move {
        let other = builder.build().unwrap();
        let task = other.spawn(async { 7 });
        // A runtime with one thread runs its tasks while a thread is inside its `block_on`.
        let other = if common::default_has_workers() {
            other
        } else {
            let run = move || {
                other.block_on(task::yield_now());
                other
            };
            task::spawn_blocking(run).await.unwrap()
        };
        let output = task.await.unwrap();
        task::spawn_blocking(|| drop(other)).await.unwrap();
        output
    });
    assert_eq!(task.await.unwrap(), 7);
}

fn block_on_gives_the_output(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    assert_eq!(runtime.block_on(async { String::from("output") }), "output");
    assert_eq!(runtime.block_on(ready(7)), 7);
}

fn block_on_takes_what_borrows(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let shared = Rc::new(Cell::new(1));
    let mut list = vec![1];
    let output = runtime.block_on(async {
        task::yield_now().await;
        shared.set(2);
        list.push(2);
        &list
    });
    assert_eq!(*output, [1, 2]);
    assert_eq!(shared.get(), 2);
}

fn block_on_may_be_called_again(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for n in 0..100 {
        let output = runtime.block_on(async { task::spawn(async move { n }).await.unwrap() });
        assert_eq!(output, n);
    }
}

fn block_on_may_be_called_by_many_threads(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    thread::scope(|scope| {
        for thread in 0..8 {
            let runtime = &runtime;
            scope.spawn(move || {
                for n in 0..100 {
                    let output = runtime.block_on(async move {
                        let here = thread::current().id();
                        let local = task::spawn_local(async { thread::current().id() });
                        let task = task::spawn(async move {
                            task::yield_now().await;
                            thread * 1_000 + n
                        });
                        assert_eq!(local.await.unwrap(), here);
                        if n % 10 == 0 {
                            sleep(Duration::from_millis(1)).await;
                        }
                        task.await.unwrap()
                    });
                    assert_eq!(output, thread * 1_000 + n);
                }
            });
        }
    });
}

fn block_on_leaves_the_thread_as_it_was(mut builder: Builder) {
    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    for runtime in [&first, &second, &first] {
        runtime.block_on(async {});
        common::panic_of(|| runtime.block_on(async { panic!("on purpose") }));
        // The thread polls no tasks after that.
        assert_eq!(portable::block_on(ready(7)), 7);
        assert_eq!(task::try_id(), None);
        let local = catch_unwind(AssertUnwindSafe(|| task::spawn_local(async {})));
        assert!(local.is_err());
    }
}

#[allow(clippy::async_yields_async)]
fn tasks_outlive_block_on(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (release, is_released) = oneshot::channel::<()>();
    let task = runtime.block_on(async {
        let task = task::spawn(async move {
            is_released.await.unwrap();
            sleep(Duration::from_millis(1)).await;
            7
        });
        task::yield_now().await;
        task
    });
    release.send(()).unwrap();
    assert_eq!(runtime.block_on(task).unwrap(), 7);
}

/// Puts two threads inside `block_on`. The first one leaves, and on the current-thread flavour only
/// the second is left to run tasks and timers.
fn two_inside(runtime: &Runtime, leave: impl FnOnce() + Send) {
    let (first_in, is_first_in) = mpsc::channel();
    let (second_in, is_second_in) = mpsc::channel();
    let (let_first_leave, may_first_leave) = oneshot::channel::<()>();
    let (release, is_released) = oneshot::channel::<()>();
    let task = runtime.spawn(async move {
        is_released.await.unwrap();
        sleep(Duration::from_millis(5)).await;
        task::spawn(async {}).await.unwrap();
        7
    });
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            let inside = async {
                task::spawn(async {}).await.unwrap();
                first_in.send(()).unwrap();
                may_first_leave.await.unwrap();
                leave();
            };
            let _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(inside)));
        });
        is_first_in.recv().unwrap();
        let second = scope.spawn(move || {
            runtime.block_on(async {
                second_in.send(()).unwrap();
                task.await.unwrap()
            })
        });
        is_second_in.recv().unwrap();
        let_first_leave.send(()).unwrap();
        first.join().unwrap();
        release.send(()).unwrap();
        assert_eq!(second.join().unwrap(), 7);
    });
}

fn a_second_thread_inside_block_on_goes_on_when_the_first_leaves(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for _ in 0..20 {
        two_inside(&runtime, || {});
    }
}

fn a_second_thread_inside_block_on_goes_on_when_the_first_panics(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for _ in 0..5 {
        two_inside(&runtime, || panic!("on purpose"));
    }
}

/// Builds a runtime whose threads have this name.
fn named(mut builder: Builder, name: &str) -> Runtime {
    builder.thread_name(name).build().unwrap()
}

fn thread_name() -> Option<String> {
    thread::current().name().map(String::from)
}

fn calls_inside_block_on_go_to_that_runtime(builder: Builder) {
    for name in ["first", "second"] {
        let runtime = named(builder.clone(), name);
        runtime.block_on(async {
            let task = task::spawn_blocking(thread_name);
            assert_eq!(task.await.unwrap().as_deref(), Some(name));
            // Calls in a task go there too.
            let task = task::spawn(async { task::spawn_blocking(thread_name).await.unwrap() });
            assert_eq!(task.await.unwrap().as_deref(), Some(name));
        });
    }
}

fn calls_in_a_blocking_closure_go_to_that_runtime(builder: Builder) {
    let runtime = named(builder, "first");
    let closure = runtime.spawn_blocking(|| task::spawn_blocking(thread_name));
    let inner = common::block_on(closure).unwrap();
    assert_eq!(common::block_on(inner).unwrap().as_deref(), Some("first"));
    let closure = runtime.spawn_blocking(|| {
        portable::block_on(async { task::spawn_blocking(thread_name).await.unwrap() })
    });
    assert_eq!(common::block_on(closure).unwrap().as_deref(), Some("first"));
}

fn a_handle_works_on_any_thread(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    let (done, is_done) = oneshot::channel();
    let thread = thread::spawn(move || {
        let handle = handle.clone();
        let task = handle.spawn(async {
            task::yield_now().await;
            7
        });
        let closure = handle.spawn_blocking(|| 8);
        let outputs = handle.block_on(async { (task.await.unwrap(), closure.await.unwrap()) });
        done.send(outputs).unwrap();
    });
    assert_eq!(runtime.block_on(is_done), Ok((7, 8)));
    thread.join().unwrap();
}

fn a_handle_is_one_of_the_runtime_it_was_asked_in(builder: Builder) {
    let runtime = named(builder, "first");
    let handle = runtime.block_on(async { Handle::current() });
    let closure = handle.spawn_blocking(thread_name);
    assert_eq!(common::block_on(closure).unwrap().as_deref(), Some("first"));
    let handle =
        runtime.block_on(async { task::spawn(async { Handle::current() }).await.unwrap() });
    let closure = handle.spawn_blocking(thread_name);
    assert_eq!(common::block_on(closure).unwrap().as_deref(), Some("first"));
}

fn a_handle_does_not_keep_the_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    handle.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    drop(runtime);
    assert_eq!(dropped.get(), 1);
    drop(handle);
}

fn block_on_of_a_handle_spawns_on_its_runtime(builder: Builder) {
    let runtime = named(builder, "first");
    let name = runtime
        .handle()
        .block_on(async { task::spawn_blocking(thread_name).await.unwrap() });
    assert_eq!(name.as_deref(), Some("first"));
}

fn two_runtimes_keep_to_themselves(builder: Builder) {
    let (first, second) = (named(builder.clone(), "first"), named(builder, "second"));
    let (release, is_released) = oneshot::channel::<()>();
    let task = first.spawn(async move {
        is_released.await.unwrap();
        task::spawn_blocking(thread_name).await.unwrap()
    });
    // A thread of the other runtime wakes the task.
    let waker = second.spawn(async move { release.send(()).unwrap() });
    second.block_on(waker).unwrap();
    drop(second);
    assert_eq!(first.block_on(task).unwrap().as_deref(), Some("first"));
}

/// Each thread is inside `block_on`, with nothing to do but to wait for messages of the other.
fn two_runtimes_wake_each_other(mut builder: Builder) {
    async fn plays(
        ball: futures::channel::mpsc::UnboundedSender<u32>,
        mut balls: futures::channel::mpsc::UnboundedReceiver<u32>,
    ) {
        while let Ok(n) = balls.recv().await {
            if n == 0 || ball.unbounded_send(n - 1).is_err() {
                break;
            }
        }
    }

    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    for in_tasks in [false, true] {
        let (here, to_here) = futures::channel::mpsc::unbounded();
        let (there, to_there) = futures::channel::mpsc::unbounded();
        here.unbounded_send(2_000).unwrap();
        let play = |runtime: &Runtime, ball, balls| {
            runtime.block_on(async {
                if in_tasks {
                    task::spawn(plays(ball, balls)).await.unwrap();
                } else {
                    plays(ball, balls).await;
                }
            });
        };
        thread::scope(|scope| {
            scope.spawn(|| play(&first, there, to_here));
            scope.spawn(|| play(&second, here, to_there));
        });
    }
}
