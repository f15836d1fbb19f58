//! `LocalRuntime`: a runtime for tasks that stay on its thread (contract 6).

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use crate::common::{
    self, Counter, on_drop, with_current_thread_builder, with_multi_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::{Builder, Handle, LocalOptions, LocalRuntime};
use portable::task;
use portable::time::sleep;

with_current_thread_builder! {
    tasks_that_are_not_send_run,
    spawn_local_works_in_every_task,
    local_tasks_outlive_block_on,
    a_guard_lets_both_spawns_go_to_it,
    its_handle_spawns_from_another_thread,
    its_end_drops_the_tasks_here,
    what_destructors_spawn_at_the_end_is_cancelled,
    shutdown_waits_for_closures_up_to_the_timeout,
    it_may_be_dropped_in_a_task,
}

with_multi_thread_builder! {
    there_is_none_of_several_threads,
}

fn build(mut builder: Builder) -> LocalRuntime {
    builder.build_local(LocalOptions::default()).unwrap()
}

fn tasks_that_are_not_send_run(builder: Builder) {
    let runtime = build(builder);
    let shared = Rc::new(Cell::new(1));
    let task = runtime.spawn_local({
        let shared = shared.clone();
        async move {
            sleep(Duration::from_millis(1)).await;
            shared.set(2);
            shared
        }
    });
    assert_eq!(runtime.block_on(task).unwrap().get(), 2);
    assert_eq!(Rc::strong_count(&shared), 1);
}

fn spawn_local_works_in_every_task(builder: Builder) {
    let runtime = build(builder);
    let output = runtime.block_on(async {
        let in_main = task::spawn_local(async { task::spawn_local(async { 1 }).await.unwrap() });
        let in_task = task::spawn(async { task::spawn_local(async { 2 }).await.unwrap() });
        (in_main.await.unwrap(), in_task.await.unwrap())
    });
    assert_eq!(output, (1, 2));
}

fn local_tasks_outlive_block_on(builder: Builder) {
    let runtime = build(builder);
    let (send, receive) = oneshot::channel();
    let (first, (second,)) = runtime.block_on(async {
        let first = task::spawn_local(async move { receive.await.unwrap() });
        // Spawned by a task of the runtime.
        let second = task::spawn(async { (task::spawn_local(task::yield_now()),) });
        (first, second.await.unwrap())
    });
    send.send(7).unwrap();
    assert_eq!(runtime.block_on(first).unwrap(), 7);
    runtime.block_on(second).unwrap();
}

fn a_guard_lets_both_spawns_go_to_it(builder: Builder) {
    let runtime = build(builder);
    let guard = runtime.enter();
    let local = task::spawn_local(async { Rc::new(1) });
    let other = task::spawn(async { 2 });
    assert_eq!(Handle::current().id(), runtime.handle().id());
    drop(guard);
    assert_eq!(*runtime.block_on(local).unwrap(), 1);
    assert_eq!(runtime.block_on(other).unwrap(), 2);
    let text = common::panic_of(|| task::spawn_local(async {}));
    assert!(
        text.starts_with("portable: `spawn_local` called from outside"),
        "{text}"
    );
}

fn its_handle_spawns_from_another_thread(builder: Builder) {
    let runtime = build(builder);
    let here = thread::current().id();
    let handle = runtime.handle().clone();
    let thread = thread::spawn(move || handle.spawn(async { thread::current().id() }));
    let task = thread.join().unwrap();
    assert_eq!(runtime.block_on(task).unwrap(), here);
    let closure = runtime.spawn_blocking(|| thread::current().id());
    assert_ne!(runtime.block_on(closure).unwrap(), here);
}

fn its_end_drops_the_tasks_here(builder: Builder) {
    let runtime = build(builder);
    let shared = Rc::new(());
    let dropped = Counter::default();
    let local = runtime.spawn_local({
        let shared = shared.clone();
        async move {
            let _shared = shared;
            sleep(Duration::from_secs(1000)).await;
        }
    });
    let guard = dropped.on_drop();
    runtime.block_on(async {
        task::spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task::yield_now().await;
    });
    assert_eq!(runtime.metrics().num_alive_tasks(), 2);
    drop(runtime);
    assert_eq!(Rc::strong_count(&shared), 1);
    assert_eq!(dropped.get(), 1);
    assert!(common::block_on(local).unwrap_err().is_cancelled());
}

fn what_destructors_spawn_at_the_end_is_cancelled(builder: Builder) {
    let runtime = build(builder);
    let polled = Counter::default();
    let (send, receive) = std::sync::mpsc::channel();
    let guard = on_drop({
        let polled = polled.clone();
        move || {
            let local = polled.clone();
            drop(task::spawn_local(async move { local.add_one() }));
            send.send(task::spawn(async move { polled.add_one() }))
                .unwrap();
        }
    });
    runtime.spawn_local(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    runtime.block_on(task::yield_now());
    drop(runtime);
    let late = receive.recv().unwrap();
    assert!(common::block_on(late).unwrap_err().is_cancelled());
    assert_eq!(polled.get(), 0);
}

fn shutdown_waits_for_closures_up_to_the_timeout(builder: Builder) {
    let runtime = build(builder.clone());
    let (end, is_ended) = std::sync::mpsc::channel::<()>();
    runtime.spawn_blocking(move || {
        let _ = is_ended.recv();
    });
    runtime.shutdown_timeout(Duration::from_millis(10));
    drop(end);

    let runtime = build(builder);
    let (end, is_ended) = std::sync::mpsc::channel::<()>();
    runtime.spawn_blocking(move || {
        let _ = is_ended.recv();
    });
    runtime.shutdown_background();
    drop(end);
}

fn it_may_be_dropped_in_a_task(builder: Builder) {
    let outer = build(builder.clone());
    outer.block_on(async move {
        let task = task::spawn_local(async move {
            let inner = build(builder);
            let shared = Rc::new(());
            inner.spawn_local({
                let shared = shared.clone();
                async move { drop(shared) }
            });
            drop(inner);
            Rc::strong_count(&shared)
        });
        assert_eq!(task.await.unwrap(), 1);
    });
}

fn there_is_none_of_several_threads(mut builder: Builder) {
    let error = builder.build_local(LocalOptions::default()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(
        text.starts_with("portable: `build_local` needs the current-thread flavour"),
        "{text}"
    );
}
