//! `TaskTracker`: tasks that are counted, with a wait until none is left.

use std::future::{pending, ready};
use std::pin::pin;
use std::sync::mpsc;

use crate::common::{self, on_both_flavors, on_drop, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::sync::CancellationToken;
use portable::task::{self, TaskTracker};

on_both_flavors! {
    it_waits_for_every_task,
    it_waits_until_it_is_closed,
    an_empty_one_that_is_closed_is_done,
    a_task_that_panics_is_gone,
    a_task_that_is_aborted_is_gone,
    closures_are_counted,
    local_tasks_are_counted,
    futures_are_counted_until_they_are_dropped,
    tokens_are_counted,
    clones_share_the_count,
    a_moment_of_being_done_is_enough,
    several_may_wait,
    tasks_may_track_tasks,
    with_a_token_it_is_a_graceful_shutdown,
    big_futures_are_spawned,
    a_thousand_tasks_come_and_go,
}

with_both_builders! {
    it_spawns_on_a_handle,
    the_end_of_the_runtime_is_the_end_of_its_tasks,
}

async fn it_waits_for_every_task() {
    let tracker = TaskTracker::new();
    let mut ends = Vec::new();
    for _ in 0..3 {
        let (end, is_ended) = oneshot::channel::<()>();
        ends.push(end);
        tracker.spawn(async { is_ended.await.unwrap() });
    }
    assert!(tracker.close());
    let mut wait = pin!(tracker.wait());
    for end in ends {
        assert!(common::poll_once(wait.as_mut()).is_pending());
        assert!(!tracker.is_empty());
        end.send(()).unwrap();
    }
    wait.await;
    assert_eq!(tracker.len(), 0);
}

async fn it_waits_until_it_is_closed() {
    let tracker = TaskTracker::new();
    let mut wait = pin!(tracker.wait());
    assert!(common::poll_once(wait.as_mut()).is_pending());
    assert!(!tracker.is_closed());
    assert!(tracker.close());
    assert!(!tracker.close());
    assert!(tracker.is_closed());
    wait.await;
}

async fn an_empty_one_that_is_closed_is_done() {
    let tracker = TaskTracker::default();
    tracker.close();
    tracker.wait().await;
    assert!(tracker.reopen());
    assert!(!tracker.reopen());
    assert!(common::poll_once(pin!(tracker.wait())).is_pending());
}

async fn a_task_that_panics_is_gone() {
    let tracker = TaskTracker::new();
    let task = tracker.spawn(async { panic!("in here") });
    tracker.close();
    tracker.wait().await;
    assert_eq!(common::panic_of_task::<()>(task.await), "in here");
}

async fn a_task_that_is_aborted_is_gone() {
    let tracker = TaskTracker::new();
    let task = tracker.spawn(pending::<()>());
    tracker.close();
    task.abort();
    tracker.wait().await;
    assert!(task.await.unwrap_err().is_cancelled());
}

async fn closures_are_counted() {
    let tracker = TaskTracker::new();
    let (end, is_ended) = mpsc::channel::<()>();
    let task = tracker.spawn_blocking(move || is_ended.recv().unwrap());
    assert_eq!(tracker.len(), 1);
    tracker.close();
    let mut wait = pin!(tracker.wait());
    assert!(common::poll_once(wait.as_mut()).is_pending());
    end.send(()).unwrap();
    wait.await;
    task.await.unwrap();
}

async fn local_tasks_are_counted() {
    let tracker = TaskTracker::new();
    let rc = std::rc::Rc::new(7);
    let task = tracker.spawn_local(async move {
        task::yield_now().await;
        rc
    });
    assert_eq!(tracker.len(), 1);
    tracker.close();
    tracker.wait().await;
    assert_eq!(*task.await.unwrap(), 7);
}

async fn futures_are_counted_until_they_are_dropped() {
    let tracker = TaskTracker::new();
    let (seen, is_seen) = mpsc::channel();
    let len = {
        let tracker = tracker.clone();
        on_drop(move || seen.send(tracker.len()).unwrap())
    };
    let future = tracker.track_future(async move {
        let _len = len;
        7
    });
    assert_eq!(tracker.len(), 1);
    assert_eq!(future.await, 7);
    assert_eq!(is_seen.recv().unwrap(), 1);
    assert_eq!(tracker.len(), 0);
    let future = tracker.track_future(pending::<()>());
    assert_eq!(tracker.len(), 1);
    drop(future);
    assert!(tracker.is_empty());
}

async fn tokens_are_counted() {
    let tracker = TaskTracker::new();
    let token = tracker.token();
    let second = token.clone();
    assert_eq!(tracker.len(), 2);
    assert!(TaskTracker::ptr_eq(token.task_tracker(), &tracker));
    drop(token);
    tracker.close();
    let mut wait = pin!(tracker.wait());
    assert!(common::poll_once(wait.as_mut()).is_pending());
    drop(second);
    wait.await;
}

async fn clones_share_the_count() {
    let tracker = TaskTracker::new();
    let clone = tracker.clone();
    let _token = clone.token();
    assert_eq!(tracker.len(), 1);
    assert!(TaskTracker::ptr_eq(&tracker, &clone));
    assert!(!TaskTracker::ptr_eq(&tracker, &TaskTracker::new()));
    assert_eq!(
        format!("{tracker:?}"),
        "TaskTracker { len: 1, is_closed: false }"
    );
}

async fn a_moment_of_being_done_is_enough() {
    let tracker = TaskTracker::new();
    let wait = tracker.wait();
    tracker.close();
    tracker.reopen();
    let _token = tracker.token();
    wait.await;

    tracker.close();
    let wait = tracker.wait();
    drop(_token);
    let _token = tracker.token();
    wait.await;
}

async fn several_may_wait() {
    let tracker = TaskTracker::new();
    let waits: Vec<_> = (0..10)
        .map(|_| {
            let tracker = tracker.clone();
            task::spawn(async move { tracker.wait().await })
        })
        .collect();
    tracker.spawn(task::yield_now());
    tracker.close();
    for wait in waits {
        wait.await.unwrap();
    }
}

async fn tasks_may_track_tasks() {
    let tracker = TaskTracker::new();
    let (end, is_ended) = oneshot::channel::<()>();
    tracker.spawn({
        let tracker = tracker.clone();
        async move {
            tracker.spawn(async { is_ended.await.unwrap() });
        }
    });
    tracker.close();
    end.send(()).unwrap();
    tracker.wait().await;
}

async fn with_a_token_it_is_a_graceful_shutdown() {
    let tracker = TaskTracker::new();
    let shutdown = CancellationToken::new();
    for n in 0..20 {
        let shutdown = shutdown.child_token();
        tracker.spawn(async move {
            shutdown.cancelled().await;
            for _ in 0..n {
                task::yield_now().await;
            }
        });
    }
    shutdown.cancel();
    tracker.close();
    tracker.wait().await;
    assert!(tracker.is_empty());
}

async fn big_futures_are_spawned() {
    let tracker = TaskTracker::new();
    let task = tracker.spawn(async {
        let bytes = [1_u8; 300 * 1024];
        task::yield_now().await;
        bytes.len()
    });
    assert_eq!(task.await.unwrap(), 300 * 1024);
}

async fn a_thousand_tasks_come_and_go() {
    let tracker = TaskTracker::new();
    for _ in 0..1_000 {
        tracker.spawn(task::yield_now());
    }
    tracker.close();
    tracker.wait().await;
    assert!(tracker.is_empty());
}

fn it_spawns_on_a_handle(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let tracker = TaskTracker::new();
    let task = tracker.spawn_on(ready(1), runtime.handle());
    let closure = tracker.spawn_blocking_on(|| 2, runtime.handle());
    tracker.close();
    runtime.block_on(tracker.wait());
    assert_eq!(common::block_on(task).unwrap(), 1);
    assert_eq!(common::block_on(closure).unwrap(), 2);
}

fn the_end_of_the_runtime_is_the_end_of_its_tasks(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let tracker = TaskTracker::new();
    tracker.spawn_on(pending::<()>(), runtime.handle());
    tracker.close();
    drop(runtime);
    common::block_on(tracker.wait());
}
