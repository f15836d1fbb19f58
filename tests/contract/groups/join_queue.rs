//! `JoinQueue`: outputs in the order of the spawns.

use std::future::pending;
use std::rc::Rc;

use crate::common::{self, Counter, on_both_flavors};
use futures::channel::oneshot;
use portable::runtime::Handle;
use portable::task::{self, JoinQueue, LocalSet};

on_both_flavors! {
    outputs_come_in_the_order_of_the_spawns,
    a_task_that_has_ended_waits_for_those_before_it,
    errors_come_in_their_place,
    ids_are_those_of_the_tasks,
    every_kind_of_task_is_taken,
    an_empty_queue_gives_none,
    dropping_the_queue_aborts_its_tasks,
    detached_tasks_go_on,
    shutdown_waits_for_the_destructors,
    join_all_passes_a_panic_on,
    a_cancelled_join_loses_nothing,
    a_loop_over_an_empty_queue_starves_nothing,
}

async fn outputs_come_in_the_order_of_the_spawns() {
    let tasks: JoinQueue<_> = (0..100)
        .map(|n| async move {
            for _ in 0..(100 - n) % 7 {
                task::yield_now().await;
            }
            n
        })
        .collect();
    assert_eq!(tasks.len(), 100);
    assert_eq!(tasks.join_all().await, (0..100).collect::<Vec<_>>());
}

async fn a_task_that_has_ended_waits_for_those_before_it() {
    let mut tasks = JoinQueue::new();
    let (release, is_released) = oneshot::channel();
    tasks.spawn(async move { is_released.await.unwrap() });
    let second = tasks.spawn(async { 2 });
    common::eventually(|| second.is_finished()).await;
    assert!(tasks.try_join_next().is_none());
    release.send(1).unwrap();
    assert_eq!(tasks.join_next().await.unwrap().unwrap(), 1);
    assert_eq!(tasks.try_join_next().unwrap().unwrap(), 2);
    assert!(tasks.try_join_next().is_none() && tasks.is_empty());
}

async fn errors_come_in_their_place() {
    let mut tasks = JoinQueue::with_capacity(3);
    tasks.spawn(async { panic!("the first") });
    tasks.spawn(pending::<()>()).abort();
    tasks.spawn(async {});
    assert_eq!(
        common::panic_of_task(tasks.join_next().await.unwrap()),
        "the first"
    );
    assert!(tasks.join_next().await.unwrap().unwrap_err().is_cancelled());
    tasks.join_next().await.unwrap().unwrap();
}

async fn ids_are_those_of_the_tasks() {
    let mut tasks = JoinQueue::new();
    let first = tasks.spawn(async { task::id() }).id();
    let second = tasks.spawn(async { panic!("on purpose") }).id();
    assert_eq!(format!("{tasks:?}"), format!("{:?}", [first, second]));
    let (id, output) = tasks.join_next_with_id().await.unwrap().unwrap();
    assert_eq!((id, output), (first, first));
    let error = tasks.join_next_with_id().await.unwrap().unwrap_err();
    assert_eq!(error.id(), second);
}

async fn every_kind_of_task_is_taken() {
    let mut tasks = JoinQueue::default();
    let handle = Handle::current();
    let set = LocalSet::new();
    let shared = Rc::new(6);
    tasks.spawn_blocking(|| 1);
    tasks.spawn_blocking_on(|| 2, &handle);
    tasks.spawn_on(async { 3 }, &handle);
    tasks.spawn(async { 4 });
    tasks.spawn_local_on(async { 5 }, &set);
    tasks.spawn_local(async move { *shared });
    let outputs = set.run_until(tasks.join_all()).await;
    assert_eq!(outputs, [1, 2, 3, 4, 5, 6]);
}

async fn an_empty_queue_gives_none() {
    let mut tasks = JoinQueue::<()>::new();
    assert!(tasks.join_next().await.is_none());
    assert!(tasks.join_next_with_id().await.is_none());
    assert!(tasks.try_join_next_with_id().is_none());
}

async fn dropping_the_queue_aborts_its_tasks() {
    let dropped = Counter::default();
    let mut tasks = JoinQueue::new();
    for _ in 0..3 {
        let (started, is_started) = oneshot::channel();
        let guard = dropped.on_drop();
        tasks.spawn(async move {
            let _guard = guard;
            started.send(()).unwrap();
            pending::<()>().await;
        });
        is_started.await.unwrap();
    }
    drop(tasks);
    common::eventually(|| dropped.get() == 3).await;
}

async fn detached_tasks_go_on() {
    let (done, is_done) = oneshot::channel();
    let mut tasks = JoinQueue::new();
    tasks.spawn(async move {
        task::yield_now().await;
        done.send(7).unwrap();
    });
    tasks.detach_all();
    assert!(tasks.is_empty());
    assert_eq!(is_done.await, Ok(7));
}

async fn shutdown_waits_for_the_destructors() {
    let dropped = Counter::default();
    let mut tasks = JoinQueue::new();
    for _ in 0..3 {
        let guard = dropped.on_drop();
        tasks.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
    }
    tasks.shutdown().await;
    assert!(tasks.is_empty());
    assert_eq!(dropped.get(), 3);
}

async fn join_all_passes_a_panic_on() {
    let mut tasks = JoinQueue::new();
    tasks.spawn(async { panic!("passed on") });
    let task = task::spawn(tasks.join_all());
    assert_eq!(common::panic_of_task::<Vec<()>>(task.await), "passed on");
}

async fn a_cancelled_join_loses_nothing() {
    let mut tasks = JoinQueue::new();
    let (release, is_released) = oneshot::channel();
    tasks.spawn(async move { is_released.await.unwrap() });
    {
        let mut join = std::pin::pin!(tasks.join_next());
        assert!(common::poll_once(join.as_mut()).is_pending());
    }
    release.send(7).unwrap();
    assert_eq!(tasks.join_next().await.unwrap().unwrap(), 7);
}

async fn a_loop_over_an_empty_queue_starves_nothing() {
    let (done, mut is_done) = oneshot::channel();
    let busy = task::spawn(async move {
        let mut tasks = JoinQueue::<()>::new();
        while is_done.try_recv().unwrap().is_none() {
            assert!(tasks.join_next().await.is_none());
        }
    });
    task::spawn(async move { done.send(()).unwrap() })
        .await
        .unwrap();
    busy.await.unwrap();
}
