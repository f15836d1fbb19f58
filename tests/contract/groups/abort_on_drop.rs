//! `AbortOnDropHandle` and `AbortOnDrop`: a task that ends with its handle.

use std::future::pending;

use crate::common::{self, Counter, on_both_flavors};
use futures::channel::oneshot;
use portable::task::{self, AbortOnDrop, AbortOnDropHandle};

on_both_flavors! {
    the_output_arrives,
    a_panic_arrives,
    dropping_it_aborts,
    dropping_it_after_the_end_does_nothing,
    dropping_it_does_not_stop_a_closure_that_runs,
    a_task_that_holds_it_passes_the_abort_on,
    detach_gives_the_plain_handle,
    abort_and_await_say_cancelled,
    it_knows_the_task,
    an_abort_handle_aborts_too,
    a_detached_abort_handle_does_nothing,
}

async fn the_output_arrives() {
    let task = AbortOnDropHandle::new(task::spawn(async { 7 }));
    assert_eq!(task.await.unwrap(), 7);
}

async fn a_panic_arrives() {
    let task = AbortOnDropHandle::new(task::spawn(async { panic!("in here") }));
    assert_eq!(common::panic_of_task::<()>(task.await), "in here");
}

async fn dropping_it_aborts() {
    let dropped = Counter::default();
    let task = AbortOnDropHandle::new(common::spawn_waiting(dropped.on_drop()).await);
    let abort = task.abort_handle();
    drop(task);
    common::eventually(|| abort.is_finished()).await;
    assert_eq!(dropped.get(), 1);
}

async fn dropping_it_after_the_end_does_nothing() {
    let dropped = Counter::default();
    let output = dropped.on_drop();
    let task = AbortOnDropHandle::new(task::spawn(async { output }));
    common::eventually(|| task.is_finished()).await;
    assert_eq!(dropped.get(), 0);
    drop(task);
    common::eventually(|| dropped.get() == 1).await;
}

async fn dropping_it_does_not_stop_a_closure_that_runs() {
    let (started, is_started) = oneshot::channel();
    let (end, is_ended) = std::sync::mpsc::channel();
    let (says, is_said) = oneshot::channel();
    let task = AbortOnDropHandle::new(task::spawn_blocking(move || {
        started.send(()).unwrap();
        is_ended.recv().unwrap();
        says.send(()).unwrap();
    }));
    is_started.await.unwrap();
    drop(task);
    end.send(()).unwrap();
    is_said.await.unwrap();
}

async fn a_task_that_holds_it_passes_the_abort_on() {
    let dropped = Counter::default();
    let inner = AbortOnDropHandle::new(common::spawn_waiting(dropped.on_drop()).await);
    let outer = common::spawn_waiting(inner).await;
    outer.abort();
    common::eventually(|| dropped.get() == 1).await;
}

async fn detach_gives_the_plain_handle() {
    let (end, is_ended) = oneshot::channel();
    let task = task::spawn(async { is_ended.await.unwrap() });
    let id = task.id();
    let task = AbortOnDropHandle::new(task).detach();
    end.send(7).unwrap();
    assert_eq!(task.id(), id);
    assert_eq!(task.await.unwrap(), 7);
}

async fn abort_and_await_say_cancelled() {
    let task = AbortOnDropHandle::new(task::spawn(pending::<()>()));
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
}

async fn it_knows_the_task() {
    let task = AbortOnDropHandle::new(task::spawn(async { task::id() }));
    let id = task.as_ref().id();
    assert_eq!(task.abort_handle().id(), id);
    assert_eq!(
        format!("{task:?}"),
        format!("AbortOnDropHandle {{ id: {id:?} }}")
    );
    assert_eq!(task.await.unwrap(), id);
}

async fn an_abort_handle_aborts_too() {
    let dropped = Counter::default();
    let task = common::spawn_waiting(dropped.on_drop()).await;
    let abort = AbortOnDrop::new(task.abort_handle());
    assert!(!abort.is_finished());
    drop(abort);
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(dropped.get(), 1);
    let task = common::spawn_waiting(()).await;
    let abort = AbortOnDrop::new(task.abort_handle());
    abort.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(abort.is_finished());
}

async fn a_detached_abort_handle_does_nothing() {
    let task = task::spawn(async {
        task::yield_now().await;
        7
    });
    let abort = AbortOnDrop::new(task.abort_handle());
    assert_eq!(
        format!("{abort:?}"),
        format!("AbortOnDrop {{ id: {:?} }}", task.id())
    );
    drop(abort.detach());
    assert_eq!(task.await.unwrap(), 7);
}
