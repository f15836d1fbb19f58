//! `shutdown`: the graceful end that a signal asks for (contract 21).

use std::future::{pending, ready};
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;

use super::ctrl_c::{
    die_of, dies_of_interrupt, dies_of_terminate, ends, let_it_be_told, programs, send,
};
use crate::common::{self, Counter, Wakes, on_both_flavors};
use futures::future::{Either, join_all, select};
use portable::shutdown::{Guard, Requested, Shutdown, StillRunning};
use portable::signal::ctrl_c;
use portable::signal::unix::{SignalKind, signal};
use portable::task;
use portable::time::{Duration, sleep};

on_both_flavors! {
    without_guards_nobody_is_waited_for,
    guards_are_waited_for,
    guards_that_are_kept_too_long_are_counted,
    the_time_begins_at_the_call,
    a_guard_of_a_task_that_panics_is_gone,
    a_guard_of_a_task_that_is_aborted_is_gone,
    a_clone_of_a_guard_is_a_guard,
    guards_may_come_after_the_request_and_after_the_wait,
    many_wait_for_the_guards,
    a_request_by_hand_is_made_once,
    a_request_stays,
    everyone_who_waits_is_woken_once,
    a_loop_that_asks_again_and_again_misses_nothing,
    it_runs_until_it_is_requested,
    what_it_ran_is_dropped,
    ten_thousand_guards,
    requests_and_guards_race,
}

programs! {
    ends: [
        a_signal_requests_it,
        it_listens_from_the_call_on,
        a_thread_that_never_waits_learns_of_it,
        every_shutdown_is_requested,
        whoever_is_left_listens,
    ],
    dies_of_interrupt: [
        the_second_signal_ends_the_process,
        the_second_signal_ends_it_while_it_waits_for_guards,
        a_request_by_hand_is_no_signal,
        a_dropped_shutdown_listens_no_more,
    ],
    dies_of_terminate: [
        the_second_signal_may_be_the_other,
        other_signals_may_be_chosen,
    ],
}

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(10);

async fn without_guards_nobody_is_waited_for() {
    let shutdown = Shutdown::default();
    shutdown.wait().await;
    assert_eq!(shutdown.wait_for(LONG).await, Ok(()));
    assert_eq!(shutdown.wait_for(Duration::MAX).await, Ok(()));
    assert_eq!(shutdown.wait_for(Duration::ZERO).await, Ok(()));
}

/// Spawns tasks that end when they learn of the request, and not before.
fn spawn_tasks(shutdown: &Shutdown, ended: &Counter, tasks: usize) {
    for n in 0..tasks {
        let (guard, ended) = (shutdown.guard(), ended.clone());
        task::spawn(async move {
            guard.requested().await;
            assert!(guard.is_requested());
            if n % 2 == 0 {
                task::yield_now().await;
            }
            ended.add_one();
        });
    }
}

async fn guards_are_waited_for() {
    for wait_with_limit in [false, true] {
        let shutdown = Shutdown::new();
        let ended = Counter::default();
        spawn_tasks(&shutdown, &ended, 100);
        assert_eq!(shutdown.guards(), 100);
        task::yield_now().await;
        assert_eq!(ended.get(), 0);
        shutdown.request();
        if wait_with_limit {
            shutdown.wait_for(LONG).await.unwrap();
        } else {
            shutdown.wait().await;
        }
        assert_eq!((ended.get(), shutdown.guards()), (100, 0));
    }
}

async fn guards_that_are_kept_too_long_are_counted() {
    let shutdown = Shutdown::new();
    shutdown.request();
    let one = shutdown.guard();
    for limit in [Duration::ZERO, SHORT] {
        let left = shutdown.wait_for(limit).await.unwrap_err();
        assert_eq!(left.guards(), 1);
        assert_eq!(
            left.to_string(),
            "1 guard was still held when the time was over"
        );
    }
    let _another = shutdown.guard();
    let left = shutdown.wait_for(SHORT).await.unwrap_err();
    assert_eq!(
        left.to_string(),
        "2 guards were still held when the time was over"
    );
    let error = io::Error::from(left);
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.to_string().starts_with("2 guards"), "{error}");
    drop(one);
    assert_eq!(shutdown.wait_for(SHORT).await.unwrap_err().guards(), 1);
}

async fn the_time_begins_at_the_call() {
    let shutdown = Shutdown::new();
    let guard = shutdown.guard();
    let wait = shutdown.wait_for(SHORT);
    sleep(SHORT * 2).await;
    // The time is over already.
    assert!(common::poll_once(pin!(wait)).is_ready());
    drop(guard);
}

async fn a_guard_of_a_task_that_panics_is_gone() {
    let shutdown = Shutdown::new();
    for _ in 0..10 {
        let guard = shutdown.guard();
        let task = task::spawn(async move {
            let _guard = guard;
            panic!("under a guard");
        });
        shutdown.wait_for(LONG).await.unwrap();
        assert!(task.await.unwrap_err().is_panic());
    }
    let guard = shutdown.guard();
    thread::spawn(move || {
        let _guard = guard;
        panic!("under a guard");
    });
    shutdown.wait().await;
}

async fn a_guard_of_a_task_that_is_aborted_is_gone() {
    let shutdown = Shutdown::new();
    let task = common::spawn_waiting(shutdown.guard()).await;
    assert_eq!(shutdown.guards(), 1);
    task.abort();
    shutdown.wait_for(LONG).await.unwrap();
}

async fn a_clone_of_a_guard_is_a_guard() {
    let shutdown = Shutdown::new();
    let guard = shutdown.guard();
    let (clone, other) = (guard.clone(), guard.shutdown().clone().guard());
    assert_eq!(shutdown.clone().guards(), 3);
    for (guard, left) in [(guard, 2), (clone, 1), (other, 0)] {
        drop(guard);
        assert_eq!(shutdown.guards(), left);
    }
    shutdown.wait().await;
}

async fn guards_may_come_after_the_request_and_after_the_wait() {
    let shutdown = Shutdown::new();
    shutdown.request();
    for _ in 0..3 {
        let guard = shutdown.guard();
        guard.requested().await;
        let mut wait = shutdown.wait();
        assert!(common::poll_once(Pin::new(&mut wait)).is_pending());
        drop(guard);
        wait.await;
    }
}

async fn many_wait_for_the_guards() {
    let shutdown = Shutdown::new();
    let guard = shutdown.guard();
    let waits: Vec<_> = (0..50)
        .map(|n| {
            let shutdown = shutdown.clone();
            task::spawn(async move {
                if n % 2 == 0 {
                    shutdown.wait().await;
                } else {
                    shutdown.wait_for(LONG).await.unwrap();
                }
            })
        })
        .collect();
    let plain = thread::spawn({
        let wait = shutdown.wait();
        move || common::block_on(wait)
    });
    sleep(SHORT).await;
    assert!(waits.iter().all(|wait| !wait.is_finished()) && !plain.is_finished());
    drop(guard);
    for wait in waits {
        wait.await.unwrap();
    }
    plain.join().unwrap();
}

async fn a_request_by_hand_is_made_once() {
    let shutdown = Shutdown::new();
    assert!(!shutdown.is_requested());
    let requested = shutdown.requested();
    shutdown.clone().request();
    shutdown.request();
    assert!(shutdown.is_requested() && shutdown.guard().is_requested());
    requested.await;
}

async fn a_request_stays() {
    let shutdown = Shutdown::new();
    shutdown.request();
    let mut requested = shutdown.requested();
    for _ in 0..3 {
        assert!(common::poll_once(Pin::new(&mut requested)).is_ready());
        shutdown.requested().await;
        shutdown.guard().requested().await;
    }
    // The future belongs to no runtime in particular.
    let thread = thread::spawn(move || common::block_on(shutdown.requested()));
    thread.join().unwrap();
    requested.await;
}

async fn everyone_who_waits_is_woken_once() {
    let shutdown = Shutdown::new();
    let guard = shutdown.guard();
    let mut waiting: Vec<_> = (0..100)
        .map(|_| {
            let (asks, waits) = (shutdown.requested(), shutdown.wait());
            (asks, waits, Arc::new(Wakes::default()))
        })
        .collect();
    let gone = Arc::new(Wakes::default());
    for _ in 0..3 {
        for (asks, waits, wakes) in &mut waiting {
            let waker = Waker::from(wakes.clone());
            let mut cx = Context::from_waker(&waker);
            assert!(Future::poll(Pin::new(asks), &mut cx).is_pending());
            assert!(Future::poll(Pin::new(waits), &mut cx).is_pending());
        }
        let waker = Waker::from(gone.clone());
        let mut cx = Context::from_waker(&waker);
        assert!(Future::poll(pin!(shutdown.requested()), &mut cx).is_pending());
        assert!(Future::poll(pin!(shutdown.wait()), &mut cx).is_pending());
    }
    let woken = |times| waiting.iter().all(|(_, _, wakes)| wakes.get() == times);
    shutdown.request();
    shutdown.request();
    assert!(woken(1));
    drop(guard);
    assert!(woken(2));
    drop(shutdown.guard());
    assert!(woken(2));
    assert_eq!(gone.get(), 0);
    // The wakers are dropped with the future, and when the request wakes them.
    assert_eq!(Arc::strong_count(&gone), 1);
    for (asks, waits, wakes) in waiting {
        assert_eq!(Arc::strong_count(&wakes), 1);
        asks.await;
        waits.await;
    }
    join_all((0..100).map(|_| shutdown.requested())).await;
}

async fn a_loop_that_asks_again_and_again_misses_nothing() {
    for _ in 0..200 {
        let shutdown = Shutdown::new();
        let thread = thread::spawn({
            let shutdown = shutdown.clone();
            move || shutdown.request()
        });
        loop {
            let turn = pin!(task::yield_now());
            if let Either::Right(_) = select(turn, shutdown.requested()).await {
                break;
            }
        }
        thread.join().unwrap();
    }
}

async fn it_runs_until_it_is_requested() {
    let shutdown = Shutdown::new();
    let guard = shutdown.guard();
    assert_eq!(shutdown.run_until_requested(ready(7)).await, Some(7));
    let slow = async {
        task::yield_now().await;
        8
    };
    assert_eq!(guard.run_until_requested(slow).await, Some(8));
    let task = task::spawn(async move { guard.run_until_requested(pending::<()>()).await });
    task::yield_now().await;
    shutdown.request();
    assert_eq!(task.await.unwrap(), None);
    // After the request, even a ready future is not polled.
    assert_eq!(shutdown.run_until_requested(ready(7)).await, None);
    // An output that is ready at the same time is not lost.
    let shutdown = Shutdown::new();
    let both = async { shutdown.request() };
    assert_eq!(shutdown.run_until_requested(both).await, Some(()));
}

async fn what_it_ran_is_dropped() {
    let shutdown = Shutdown::new();
    let dropped = Counter::default();
    let task = task::spawn({
        let (shutdown, kept) = (shutdown.clone(), dropped.on_drop());
        async move {
            let future = async move {
                let _kept = kept;
                pending::<()>().await;
            };
            assert_eq!(shutdown.run_until_requested(future).await, None);
            shutdown
        }
    });
    task::yield_now().await;
    assert_eq!(dropped.get(), 0);
    shutdown.request();
    let _kept = task.await.unwrap();
    assert_eq!(dropped.get(), 1);
}

async fn ten_thousand_guards() {
    let shutdown = Shutdown::new();
    let ended = Counter::default();
    spawn_tasks(&shutdown, &ended, 10_000);
    assert_eq!(shutdown.guards(), 10_000);
    assert_eq!(shutdown.wait_for(SHORT).await.unwrap_err().guards(), 10_000);
    shutdown.request();
    shutdown.wait_for(LONG).await.unwrap();
    assert_eq!(ended.get(), 10_000);
}

/// The requests and guards are on four threads and in tasks, at once.
async fn requests_and_guards_race() {
    for _ in 0..100 {
        let shutdown = Shutdown::new();
        let ended = Counter::default();
        spawn_tasks(&shutdown, &ended, 8);
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let guard = shutdown.guard();
                thread::spawn(move || {
                    if n == 0 {
                        guard.shutdown().request();
                    }
                    let _more = (guard.clone(), guard.clone());
                    common::block_on(guard.requested());
                })
            })
            .collect();
        shutdown.wait().await;
        assert_eq!(ended.get(), 8);
        for thread in threads {
            thread.join().unwrap();
        }
    }
}

#[test]
fn its_parts_may_be_anywhere() {
    fn anywhere<T: Send + Sync + Unpin + 'static>(_: T) {}
    fn in_any_task<T: Send + 'static>(_: T) {}
    let shutdown = Shutdown::new();
    let guard: Guard = shutdown.guard();
    let requested: Requested = shutdown.requested();
    anywhere(guard);
    anywhere(requested);
    anywhere(shutdown.wait());
    in_any_task(shutdown.wait_for(LONG));
    anywhere(shutdown);
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<StillRunning>();
}

async fn a_signal_requests_it() {
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let shutdown = Shutdown::on_signal().unwrap();
        let ended = Counter::default();
        spawn_tasks(&shutdown, &ended, 100);
        task::yield_now().await;
        assert_eq!(ended.get(), 0);
        send(kind);
        shutdown.requested().await;
        shutdown.wait_for(LONG).await.unwrap();
        assert_eq!(ended.get(), 100);
    }
}

async fn it_listens_from_the_call_on() {
    let shutdown = Shutdown::on_signal().unwrap();
    send(SignalKind::terminate());
    let_it_be_told();
    assert!(shutdown.is_requested());
    shutdown.requested().await;
}

async fn a_thread_that_never_waits_learns_of_it() {
    let shutdown = Shutdown::on_signal().unwrap();
    send(SignalKind::interrupt());
    // This is the thread of `main`, which gives no task a turn.
    common::eventually_blocking(|| shutdown.is_requested());
}

async fn every_shutdown_is_requested() {
    let all: Vec<_> = (0..50).map(|_| Shutdown::on_signal().unwrap()).collect();
    let listener = ctrl_c();
    send(SignalKind::interrupt());
    for shutdown in all {
        shutdown.requested().await;
    }
    listener.await.unwrap();
}

async fn whoever_is_left_listens() {
    let shutdown = Shutdown::on_signal().unwrap();
    let requested = shutdown.requested();
    drop(shutdown);
    send(SignalKind::interrupt());
    requested.await;

    let guard = Shutdown::on_signal().unwrap().guard();
    send(SignalKind::interrupt());
    guard.requested().await;

    let wait = guard.shutdown().wait();
    drop(guard);
    wait.await;
}

async fn the_second_signal_ends_the_process() {
    let shutdown = Shutdown::on_signal().unwrap();
    send(SignalKind::terminate());
    shutdown.requested().await;
    die_of(SignalKind::interrupt());
}

async fn the_second_signal_may_be_the_other() {
    let shutdown = Shutdown::on_signal().unwrap();
    send(SignalKind::interrupt());
    shutdown.requested().await;
    die_of(SignalKind::terminate());
}

async fn the_second_signal_ends_it_while_it_waits_for_guards() {
    let shutdown = Shutdown::on_signal().unwrap();
    let _kept = shutdown.guard();
    send(SignalKind::interrupt());
    shutdown.requested().await;
    let wait = shutdown.wait_for(LONG);
    thread::spawn(|| die_of(SignalKind::interrupt()));
    wait.await.unwrap();
}

async fn a_request_by_hand_is_no_signal() {
    let shutdown = Shutdown::on_signal().unwrap();
    shutdown.request();
    // The first signal requests the end. Only the second one ends the process.
    send(SignalKind::terminate());
    let_it_be_told();
    die_of(SignalKind::interrupt());
}

async fn a_dropped_shutdown_listens_no_more() {
    let shutdown = Shutdown::on_signal().unwrap();
    let clone = shutdown.clone();
    let guard = shutdown.guard();
    let mut requested = shutdown.requested();
    assert!(common::poll_once(Pin::new(&mut requested)).is_pending());
    drop((shutdown, clone, guard, requested));
    die_of(SignalKind::interrupt());
}

async fn other_signals_may_be_chosen() {
    let shutdown = Shutdown::on(&[SignalKind::hangup(), SignalKind::user_defined1()]).unwrap();
    send(SignalKind::user_defined1());
    shutdown.requested().await;
    assert!(Shutdown::on(&[SignalKind::hangup(), SignalKind::from_raw(9)]).is_err());
    // A signal that was never listened to keeps its default effect.
    let _hangup = signal(SignalKind::hangup()).unwrap();
    send(SignalKind::hangup());
    die_of(SignalKind::terminate());
}
