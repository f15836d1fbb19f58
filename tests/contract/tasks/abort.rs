//! `abort`: it returns at once, needs no await, and the handle tells how it ended (contract 3).

use std::cell::Cell;
use std::future::pending;
use std::sync::mpsc;
use std::thread;

use crate::common::{
    self, Counter, on_both_flavors, on_current_thread, on_drop, on_multi_thread,
    with_both_builders, with_multi_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task::{self, AbortHandle};
use portable::time::{Duration, sleep};

on_both_flavors! {
    a_waiting_task_is_cancelled,
    a_task_that_waits_for_a_timer_is_cancelled,
    the_future_is_dropped_before_the_await_returns,
    it_needs_no_await,
    it_needs_no_handle_either,
    it_drops_nothing_within_the_call,
    during_a_poll_it_waits_for_its_end,
    a_poll_that_ends_the_task_wins,
    after_the_end_the_output_stays,
    a_task_may_abort_itself,
    a_task_may_abort_itself_in_its_last_poll,
    twice_is_as_once,
    an_abort_handle_outlives_the_join_handle,
    an_abort_handle_made_before_the_start_works_later,
    an_abort_handle_that_is_dropped_does_nothing,
    an_abort_handle_knows_the_end,
    a_task_that_is_awaited_by_an_aborted_one_goes_on,
    a_local_task_is_cancelled,
    a_closure_that_runs_is_not_stopped,
    many_threads_may_abort_one_task,
    the_outcome_is_true_however_abort_and_start_race,
    the_outcome_is_true_however_abort_and_end_race,
    ten_thousand_aborted_tasks_are_all_dropped,
}

on_current_thread! {
    before_the_first_poll_it_is_never_polled,
    a_local_task_before_its_first_poll_is_never_polled,
}

on_multi_thread! {
    a_local_task_of_a_multi_thread_runtime_is_never_polled,
}

with_both_builders! {
    a_closure_that_waits_for_a_thread_is_stopped,
}

with_multi_thread_builder! {
    before_the_first_poll_it_is_never_polled_by_a_worker,
}

async fn a_waiting_task_is_cancelled() {
    let task = common::spawn_waiting(()).await;
    task.abort();
    let error = task.await.unwrap_err();
    assert!(error.is_cancelled());
    assert!(!error.is_panic());
}

async fn a_task_that_waits_for_a_timer_is_cancelled() {
    for time in [Duration::from_secs(3600), Duration::MAX] {
        let (started, is_started) = oneshot::channel();
        let task = task::spawn(async move {
            started.send(()).unwrap();
            sleep(time).await;
        });
        is_started.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
}

async fn the_future_is_dropped_before_the_await_returns() {
    for _ in 0..500 {
        let dropped = Counter::default();
        let task = common::spawn_waiting(dropped.on_drop()).await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(dropped.get(), 1);
    }
    // This task may not have started.
    for _ in 0..500 {
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        let task = task::spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(dropped.get(), 1);
    }
}

async fn it_needs_no_await() {
    let (dropped, is_dropped) = oneshot::channel();
    let task = common::spawn_waiting(on_drop(move || dropped.send(()).unwrap())).await;
    task.abort();
    is_dropped.await.unwrap();
    common::eventually(|| task.is_finished()).await;
}

async fn it_needs_no_handle_either() {
    let (dropped, is_dropped) = oneshot::channel();
    let task = common::spawn_waiting(on_drop(move || dropped.send(()).unwrap())).await;
    task.abort();
    drop(task);
    is_dropped.await.unwrap();

    let (dropped, is_dropped) = oneshot::channel();
    let guard = on_drop(move || dropped.send(()).unwrap());
    let task = task::spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    task.abort();
    drop(task);
    is_dropped.await.unwrap();
}

thread_local! {
    static ABORTING: Cell<bool> = const { Cell::new(false) };
}

async fn it_drops_nothing_within_the_call() {
    for _ in 0..200 {
        let (dropped, is_dropped) = oneshot::channel();
        let guard = on_drop(move || dropped.send(ABORTING.get()).unwrap());
        let task = common::spawn_waiting(guard).await;
        ABORTING.set(true);
        task.abort();
        drop(task);
        ABORTING.set(false);
        assert_eq!(is_dropped.await, Ok(false));
    }
}

/// Aborts a task in the middle of a poll, from another thread.
async fn abort_in_a_poll(waits: bool) -> (Result<u8, task::JoinError>, usize, usize) {
    let in_poll = Counter::default();
    let after = Counter::default();
    let (polls, is_polling) = mpsc::channel();
    let (aborted, is_aborted) = mpsc::channel();
    let task = task::spawn({
        let (in_poll, after) = (in_poll.clone(), after.clone());
        async move {
            polls.send(()).unwrap();
            // The thread is blocked until `abort` has returned.
            is_aborted.recv().unwrap();
            in_poll.add_one();
            if waits {
                task::yield_now().await;
                after.add_one();
            }
            7
        }
    });
    let abort = task.abort_handle();
    let thread = thread::spawn(move || {
        is_polling.recv().unwrap();
        abort.abort();
        assert!(!abort.is_finished());
        aborted.send(()).unwrap();
    });
    let result = task.await;
    thread.join().unwrap();
    (result, in_poll.get(), after.get())
}

async fn during_a_poll_it_waits_for_its_end() {
    for _ in 0..50 {
        let (result, in_poll, after) = abort_in_a_poll(true).await;
        assert!(result.unwrap_err().is_cancelled());
        assert_eq!((in_poll, after), (1, 0));
    }
}

async fn a_poll_that_ends_the_task_wins() {
    for _ in 0..50 {
        let (result, in_poll, _) = abort_in_a_poll(false).await;
        assert_eq!(result.unwrap(), 7);
        assert_eq!(in_poll, 1);
    }
}

async fn after_the_end_the_output_stays() {
    let dropped = Counter::default();
    let output = dropped.on_drop();
    let task = task::spawn(async move { output });
    let abort = task.abort_handle();
    common::eventually(|| task.is_finished()).await;
    task.abort();
    abort.abort();
    let output = task.await.unwrap();
    assert_eq!(dropped.get(), 0);
    drop(output);
    abort.abort();
    assert_eq!(dropped.get(), 1);

    let task = task::spawn(async { panic!("on purpose") });
    common::eventually(|| task.is_finished()).await;
    task.abort();
    assert!(task.await.unwrap_err().is_panic());
}

/// Runs a task that aborts itself, and returns how far it came.
async fn abort_oneself(waits: bool) -> (Result<u8, task::JoinError>, usize, usize) {
    let in_poll = Counter::default();
    let after = Counter::default();
    let (give, take) = oneshot::channel::<AbortHandle>();
    let task = task::spawn({
        let (in_poll, after) = (in_poll.clone(), after.clone());
        async move {
            take.await.unwrap().abort();
            in_poll.add_one();
            if waits {
                task::yield_now().await;
                after.add_one();
            }
            7
        }
    });
    give.send(task.abort_handle()).unwrap();
    let result = task.await;
    (result, in_poll.get(), after.get())
}

async fn a_task_may_abort_itself() {
    let (result, in_poll, after) = abort_oneself(true).await;
    assert!(result.unwrap_err().is_cancelled());
    assert_eq!((in_poll, after), (1, 0));
}

async fn a_task_may_abort_itself_in_its_last_poll() {
    let (result, in_poll, _) = abort_oneself(false).await;
    assert_eq!(result.unwrap(), 7);
    assert_eq!(in_poll, 1);
}

async fn twice_is_as_once() {
    let dropped = Counter::default();
    let task = common::spawn_waiting(dropped.on_drop()).await;
    let abort = task.abort_handle();
    task.abort();
    task.abort();
    abort.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    abort.abort();
    assert_eq!(dropped.get(), 1);
}

async fn an_abort_handle_outlives_the_join_handle() {
    let (dropped, is_dropped) = oneshot::channel();
    let task = common::spawn_waiting(on_drop(move || dropped.send(()).unwrap())).await;
    let abort = task.abort_handle();
    let id = task.id();
    drop(task);
    assert_eq!(abort.id(), id);
    assert!(!abort.is_finished());
    let other = abort.clone();
    drop(abort);
    other.abort();
    is_dropped.await.unwrap();
    common::eventually(|| other.is_finished()).await;
}

async fn an_abort_handle_made_before_the_start_works_later() {
    let (started, is_started) = oneshot::channel();
    let (dropped, is_dropped) = oneshot::channel();
    let guard = on_drop(move || dropped.send(()).unwrap());
    let task = task::spawn(async move {
        let _guard = guard;
        started.send(()).unwrap();
        pending::<()>().await;
    });
    let abort = task.abort_handle();
    is_started.await.unwrap();
    // The task waits by then, or is about to.
    task::yield_now().await;
    task::spawn(async {}).await.unwrap();
    abort.abort();
    is_dropped.await.unwrap();
    assert!(task.await.unwrap_err().is_cancelled());
}

async fn an_abort_handle_that_is_dropped_does_nothing() {
    let (release, is_released) = oneshot::channel::<()>();
    let task = task::spawn(async move {
        is_released.await.unwrap();
        7
    });
    drop(task.abort_handle());
    drop(task.abort_handle().clone());
    release.send(()).unwrap();
    assert_eq!(task.await.unwrap(), 7);
}

async fn an_abort_handle_knows_the_end() {
    // The abort handles are made before the start, while the task waits, and after the end.
    let (release, is_released) = oneshot::channel::<()>();
    let (started, is_started) = oneshot::channel();
    let task = task::spawn(async move {
        started.send(()).unwrap();
        is_released.await.unwrap();
    });
    let before = task.abort_handle();
    is_started.await.unwrap();
    let between = task.abort_handle();
    assert!(!before.is_finished() && !between.is_finished());
    release.send(()).unwrap();
    common::eventually(|| task.is_finished()).await;
    let after = task.abort_handle();
    // The last handle does not update the state of the first two.
    common::eventually(|| before.is_finished()).await;
    assert!(between.is_finished() && after.is_finished());
    task.await.unwrap();
    assert!(before.is_finished() && between.is_finished() && after.is_finished());

    let task = task::spawn_blocking(|| ());
    let abort = task.abort_handle();
    task.await.unwrap();
    assert!(abort.is_finished());
}

async fn a_task_that_is_awaited_by_an_aborted_one_goes_on() {
    let (release, is_released) = oneshot::channel::<()>();
    let (done, is_done) = oneshot::channel();
    let inner = task::spawn(async move {
        is_released.await.unwrap();
        done.send(7).unwrap();
    });
    let (started, is_started) = oneshot::channel();
    let outer = task::spawn(async move {
        started.send(()).unwrap();
        inner.await.unwrap();
    });
    is_started.await.unwrap();
    outer.abort();
    assert!(outer.await.unwrap_err().is_cancelled());
    release.send(()).unwrap();
    assert_eq!(is_done.await, Ok(7));
}

async fn a_local_task_is_cancelled() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let (started, is_started) = oneshot::channel();
    let task = task::spawn_local(async move {
        let _guard = guard;
        started.send(()).unwrap();
        pending::<()>().await;
    });
    is_started.await.unwrap();
    // Another thread aborts the task, and must not touch its future.
    let abort = task.abort_handle();
    thread::spawn(move || abort.abort()).join().unwrap();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(dropped.get(), 1);
}

async fn a_closure_that_runs_is_not_stopped() {
    let (started, is_started) = oneshot::channel();
    let (release, is_released) = mpsc::channel();
    let task = task::spawn_blocking(move || {
        started.send(()).unwrap();
        is_released.recv().unwrap();
        7
    });
    is_started.await.unwrap();
    task.abort();
    task.abort_handle().abort();
    for _ in 0..100 {
        task::yield_now().await;
        assert!(!task.is_finished());
    }
    release.send(()).unwrap();
    assert_eq!(task.await.unwrap(), 7);
}

async fn many_threads_may_abort_one_task() {
    for _ in 0..50 {
        let dropped = Counter::default();
        let task = common::spawn_waiting(dropped.on_drop()).await;
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let abort = task.abort_handle();
                thread::spawn(move || abort.abort())
            })
            .collect();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(dropped.get(), 1);
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    }
}

async fn the_outcome_is_true_however_abort_and_start_race() {
    for _ in 0..3_000 {
        let polled = Counter::default();
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        let task = task::spawn({
            let polled = polled.clone();
            async move {
                let _guard = guard;
                polled.add_one();
                7
            }
        });
        task.abort();
        match task.await {
            Ok(output) => assert_eq!((output, polled.get()), (7, 1)),
            Err(error) => {
                assert!(error.is_cancelled());
                assert_eq!(polled.get(), 0, "it ran to its end and its output is lost");
            }
        }
        assert_eq!(dropped.get(), 1);
    }
}

async fn the_outcome_is_true_however_abort_and_end_race() {
    let (race, racers) = mpsc::channel::<AbortHandle>();
    let thread = thread::spawn(move || racers.into_iter().for_each(|racer| racer.abort()));
    for round in 0..3_000 {
        let ended = Counter::default();
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        let (release, is_released) = oneshot::channel::<()>();
        let task = task::spawn({
            let ended = ended.clone();
            async move {
                let _guard = guard;
                let _ = is_released.await;
                if round % 2 == 0 {
                    task::yield_now().await;
                }
                ended.add_one();
                7
            }
        });
        race.send(task.abort_handle()).unwrap();
        let _ = release.send(());
        match task.await {
            Ok(output) => assert_eq!((output, ended.get()), (7, 1)),
            Err(error) => {
                assert!(error.is_cancelled());
                assert_eq!(ended.get(), 0, "it ran to its end and its output is lost");
            }
        }
        assert_eq!(dropped.get(), 1);
    }
    drop(race);
    thread.join().unwrap();
}

async fn ten_thousand_aborted_tasks_are_all_dropped() {
    let dropped = Counter::default();
    let tasks: Vec<_> = (0..10_000)
        .map(|_| {
            let guard = dropped.on_drop();
            task::spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            })
        })
        .collect();
    task::yield_now().await;
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        assert!(task.await.unwrap_err().is_cancelled());
    }
    assert_eq!(dropped.get(), 10_000);
}

async fn before_the_first_poll_it_is_never_polled() {
    let polled = Counter::default();
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let polled = polled.clone();
            task::spawn(async move { polled.add_one() })
        })
        .collect();
    tasks.iter().for_each(|task| task.abort());
    for task in tasks {
        assert!(task.await.unwrap_err().is_cancelled());
    }
    assert_eq!(polled.get(), 0);
}

async fn a_local_task_before_its_first_poll_is_never_polled() {
    let polled = Counter::default();
    let task = task::spawn_local({
        let polled = polled.clone();
        async move { polled.add_one() }
    });
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(polled.get(), 0);
}

async fn a_local_task_of_a_multi_thread_runtime_is_never_polled() {
    a_local_task_before_its_first_poll_is_never_polled().await;
}

/// The one worker is busy while the task is spawned and aborted.
fn before_the_first_poll_it_is_never_polled_by_a_worker(mut builder: Builder) {
    let runtime = builder.worker_threads(1).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let busy = runtime.spawn(async move {
        started.send(()).unwrap();
        is_released.recv().unwrap();
    });
    is_started.recv().unwrap();
    let polled = Counter::default();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let task = runtime.spawn({
        let polled = polled.clone();
        async move {
            let _guard = guard;
            polled.add_one();
        }
    });
    task.abort();
    release.send(()).unwrap();
    let error = runtime.block_on(task).unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!((polled.get(), dropped.get()), (0, 1));
    runtime.block_on(busy).unwrap();
}

fn a_closure_that_waits_for_a_thread_is_stopped(mut builder: Builder) {
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel();
    let running = runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        is_released.recv().unwrap();
        7
    });
    is_started.recv().unwrap();
    let ran = Counter::default();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let queued = runtime.spawn_blocking({
        let ran = ran.clone();
        move || {
            let _guard = guard;
            ran.add_one();
        }
    });
    let next = runtime.spawn_blocking(|| 8);
    queued.abort();
    release.send(()).unwrap();
    runtime.block_on(async {
        assert!(queued.await.unwrap_err().is_cancelled());
        assert_eq!((ran.get(), dropped.get()), (0, 1));
        assert_eq!(running.await.unwrap(), 7);
        assert_eq!(next.await.unwrap(), 8);
    });
}
