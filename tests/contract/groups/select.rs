//! `select!`, `join!` and `try_join!`: in every task, on every runtime.

use std::future::pending;

use crate::common::{Counter, on_both_flavors};
use futures::channel::oneshot;
use portable::task;
use portable::time::{Duration, sleep};

on_both_flavors! {
    select_takes_the_first,
    select_drops_the_others,
    a_select_loop_keeps_what_it_borrows,
    join_waits_for_all,
    try_join_ends_with_the_first_error,
}

async fn select_takes_the_first() {
    let first = portable::select! {
        () = sleep(Duration::from_secs(3600)) => 1,
        n = async { 2 } => n,
    };
    assert_eq!(first, 2);
}

async fn select_drops_the_others() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let task = task::spawn(async move {
        portable::select! {
            () = async { let _guard = guard; pending().await } => {}
            () = task::yield_now() => {}
        }
    });
    task.await.unwrap();
    assert_eq!(dropped.get(), 1);
}

async fn a_select_loop_keeps_what_it_borrows() {
    let (end, is_ended) = oneshot::channel();
    let mut work = task::spawn(async { is_ended.await.unwrap() });
    let mut end = Some(end);
    let mut turns = 0;
    let output = loop {
        portable::select! {
            output = &mut work => break output.unwrap(),
            () = task::yield_now() => turns += 1,
        }
        if turns == 3
            && let Some(end) = end.take()
        {
            end.send(7).unwrap();
        }
    };
    assert_eq!(output, 7);
}

async fn join_waits_for_all() {
    let (a, b, c) = portable::join!(async { 1 }, task::spawn(async { 2 }), async {
        sleep(Duration::from_millis(1)).await;
        3
    });
    assert_eq!(a + b.unwrap() + c, 6);
}

async fn try_join_ends_with_the_first_error() {
    let joined = portable::try_join!(
        async {
            task::yield_now().await;
            Err::<(), _>("no")
        },
        pending::<Result<(), _>>(),
    );
    assert_eq!(joined, Err("no"));
}
