//! The metrics of a runtime (contract 23).

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::common::{on_both_flavors, with_both_builders, with_current_thread_builder};
use portable::runtime::{Builder, Handle, Runtime, RuntimeMetrics, worker_index};
use portable::task::{self, JoinSet};
use portable::time;

on_both_flavors! {
    each_task_counts_once_with_the_way_it_ended,
    local_tasks_count,
    a_task_in_a_set_counts_as_any_other,
    a_destructor_that_panics_after_an_abort_counts_as_a_panic,
    a_destructor_that_panics_after_the_output_counts_as_a_panic,
    a_closure_is_no_task,
    main_and_block_on_are_no_tasks,
    the_numbers_are_right_after_spawns_and_aborts_from_many_threads,
    timers_are_counted_or_unknown,
}

with_both_builders! {
    tasks_that_the_end_drops_count_as_cancelled,
    a_task_that_comes_after_the_end_counts_as_cancelled,
    a_task_counts_for_the_runtime_whose_handle_spawns_it,
    closures_and_their_threads_are_counted,
    the_workers_are_those_of_the_settings,
    a_worker_that_does_not_exist_panics,
    work_makes_a_worker_busy_and_waiting_parks_it,
    counters_do_not_mix_when_runtimes_follow_each_other,
    a_thread_that_runs_tasks_has_the_index_of_a_worker,
}

with_current_thread_builder! {
    the_shared_queue_has_the_tasks_from_other_threads,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Counts {
    spawned: u64,
    finished: u64,
    cancelled: u64,
    panicked: u64,
    alive: usize,
}

impl Counts {
    fn of(metrics: &RuntimeMetrics) -> Self {
        Self {
            spawned: metrics.spawned_tasks_count(),
            finished: metrics.finished_tasks_count(),
            cancelled: metrics.cancelled_tasks_count(),
            panicked: metrics.panicked_tasks_count(),
            alive: metrics.num_alive_tasks(),
        }
    }

    fn here() -> Self {
        Self::of(&Handle::current().metrics())
    }
}

/// A value whose destructor panics.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        if !thread::panicking() {
            std::panic::resume_unwind(Box::new("dropped"));
        }
    }
}

async fn each_task_counts_once_with_the_way_it_ended() {
    let waits = task::spawn(pending::<()>());
    for n in 0..50 {
        assert_eq!(task::spawn(async move { n }).await.unwrap(), n);
    }
    for _ in 0..20 {
        let aborted = task::spawn(pending::<()>());
        task::yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
    }
    for _ in 0..10 {
        let panics = task::spawn(async {
            task::yield_now().await;
            std::panic::resume_unwind(Box::new("expected"));
        });
        assert!(panics.await.unwrap_err().is_panic());
    }
    let expected = Counts {
        spawned: 81,
        finished: 50,
        cancelled: 20,
        panicked: 10,
        alive: 1,
    };
    assert_eq!(Counts::here(), expected);
    waits.abort();
    let _ = waits.await;
    assert_eq!(
        Counts::here(),
        Counts {
            cancelled: 21,
            alive: 0,
            ..expected
        }
    );
}

async fn local_tasks_count() {
    let waits = task::spawn_local(pending::<()>());
    task::spawn_local(async {}).await.unwrap();
    let panics = task::spawn_local(async { std::panic::resume_unwind(Box::new("expected")) });
    assert!(panics.await.unwrap_err().is_panic());
    let expected = Counts {
        spawned: 3,
        finished: 1,
        cancelled: 0,
        panicked: 1,
        alive: 1,
    };
    assert_eq!(Counts::here(), expected);
    waits.abort();
    assert!(waits.await.unwrap_err().is_cancelled());
    assert_eq!(Counts::here().cancelled, 1);
    assert_eq!(Counts::here().alive, 0);
}

async fn a_task_in_a_set_counts_as_any_other() {
    let mut set = JoinSet::new();
    for n in 0..10 {
        set.spawn(async move { n });
    }
    while set.join_next().await.is_some() {}
    for _ in 0..5 {
        set.spawn(pending());
    }
    set.shutdown().await;
    assert_eq!(
        Counts::here(),
        Counts {
            spawned: 15,
            finished: 10,
            cancelled: 5,
            panicked: 0,
            alive: 0,
        }
    );
}

async fn a_destructor_that_panics_after_an_abort_counts_as_a_panic() {
    let started = Arc::new(AtomicBool::new(false));
    let task = task::spawn({
        let started = started.clone();
        async move {
            let _bomb = PanicsOnDrop;
            started.store(true, Ordering::SeqCst);
            pending::<()>().await;
        }
    });
    while !started.load(Ordering::SeqCst) {
        task::yield_now().await;
    }
    task.abort();
    assert!(task.await.unwrap_err().is_panic());
    // Another task may be at the same place in memory.
    let aborted = task::spawn(pending::<()>());
    aborted.abort();
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert_eq!(
        Counts::here(),
        Counts {
            spawned: 2,
            finished: 0,
            cancelled: 1,
            panicked: 1,
            alive: 0,
        }
    );
}

async fn a_destructor_that_panics_after_the_output_counts_as_a_panic() {
    struct Future(#[allow(dead_code, reason = "dropped")] PanicsOnDrop);

    impl std::future::Future for Future {
        type Output = ();

        fn poll(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<()> {
            std::task::Poll::Ready(())
        }
    }

    task::spawn(async {}).await.unwrap();
    assert!(
        task::spawn(Future(PanicsOnDrop))
            .await
            .unwrap_err()
            .is_panic()
    );
    task::spawn(async {}).await.unwrap();
    assert_eq!(
        Counts::here(),
        Counts {
            spawned: 3,
            finished: 2,
            cancelled: 0,
            panicked: 1,
            alive: 0,
        }
    );
}

async fn a_closure_is_no_task() {
    task::spawn_blocking(|| ()).await.unwrap();
    let panics = task::spawn_blocking(|| std::panic::resume_unwind(Box::new("expected")));
    assert!(panics.await.unwrap_err().is_panic());
    // A task that a closure spawns is one.
    task::spawn_blocking(|| task::spawn(async {}))
        .await
        .unwrap()
        .await
        .unwrap();
    let counts = Counts::here();
    assert_eq!((counts.spawned, counts.finished), (1, 1));
    assert_eq!((counts.panicked, counts.alive), (0, 0));
}

async fn main_and_block_on_are_no_tasks() {
    task::spawn_blocking(|| Handle::current().block_on(async {}))
        .await
        .unwrap();
    assert_eq!(Counts::here().spawned, 0);
}

async fn the_numbers_are_right_after_spawns_and_aborts_from_many_threads() {
    const THREADS: u64 = 4;
    const TASKS: u64 = 500;

    let handle = Handle::current();
    let (send, receive) = mpsc::channel();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let handle = handle.clone();
            let send = send.clone();
            thread::spawn(move || {
                for n in 0..TASKS {
                    let task = handle.spawn(async move {
                        task::yield_now().await;
                        assert!(n % 10 != 3, "expected");
                        // This spawn comes from a thread that polls tasks.
                        task::spawn(async {}).await.unwrap();
                    });
                    if n % 7 == 0 {
                        task.abort();
                    }
                    send.send(task).unwrap();
                }
            })
        })
        .collect();
    drop(send);
    let (mut finished, mut cancelled, mut panicked) = (0, 0, 0);
    let mut joined = 0;
    while joined < THREADS * TASKS {
        let Ok(task) = receive.try_recv() else {
            task::yield_now().await;
            continue;
        };
        joined += 1;
        match task.await {
            Ok(()) => finished += 1,
            Err(error) if error.is_cancelled() => cancelled += 1,
            Err(_) => panicked += 1,
        }
    }
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    // A task that was aborted may have left behind the one that it spawned.
    let metrics = handle.metrics();
    while metrics.num_alive_tasks() > 0 {
        task::yield_now().await;
    }
    let counts = Counts::of(&metrics);
    assert_eq!(counts.cancelled, cancelled);
    assert_eq!(counts.panicked, panicked);
    let inner = counts.spawned - THREADS * TASKS;
    assert_eq!(counts.finished, finished + inner);
    assert!(inner >= finished, "{inner} {finished}");
    assert_eq!(
        counts.spawned,
        counts.finished + counts.cancelled + counts.panicked
    );
}

async fn timers_are_counted_or_unknown() {
    let metrics = Handle::current().metrics();
    let sleeps: Vec<_> = (0..50)
        .map(|_| task::spawn(time::sleep(Duration::from_secs(3600))))
        .collect();
    // Each is polled.
    while metrics.num_timers().is_some_and(|timers| timers < 50) {
        task::yield_now().await;
    }
    let keeps_timers = ["embassy", "pollster"].contains(&portable::runtime::current());
    assert_eq!(metrics.num_timers().is_some(), keeps_timers);
    for sleep in sleeps {
        sleep.abort();
        let _ = sleep.await;
    }
}

fn tasks_that_the_end_drops_count_as_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let metrics = runtime.handle().metrics();
    runtime.block_on(async {
        for _ in 0..20 {
            task::spawn(pending::<()>());
            task::spawn_local(pending::<()>());
        }
        task::spawn(async {}).await.unwrap();
    });
    drop(runtime);
    assert_eq!(
        Counts::of(&metrics),
        Counts {
            spawned: 41,
            finished: 1,
            cancelled: 40,
            panicked: 0,
            alive: 0,
        }
    );
}

fn a_task_that_comes_after_the_end_counts_as_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    assert!(handle.spawn(async {}).is_finished());
    let counts = Counts::of(&handle.metrics());
    assert_eq!((counts.spawned, counts.cancelled), (1, 1));
    assert_eq!(counts.alive, 0);
}

fn a_task_counts_for_the_runtime_whose_handle_spawns_it(mut builder: Builder) {
    let one = builder.build().unwrap();
    let other = builder.build().unwrap();
    let other_handle = other.handle().clone();
    let metrics = one.handle().metrics();
    one.block_on(async {
        let waits = other_handle.spawn(pending::<()>());
        assert_eq!(Counts::of(&metrics).spawned, 0);
        assert_eq!(Counts::of(&other_handle.metrics()).spawned, 1);
        // The last task of the other runtime ends on this thread, which polls tasks of the first.
        let rest = task::spawn_blocking(move || drop(other));
        rest.await.unwrap();
        assert!(waits.await.unwrap_err().is_cancelled());
    });
    assert_eq!(Counts::of(&metrics).cancelled, 0);
    let other = Counts::of(&other_handle.metrics());
    assert_eq!((other.cancelled, other.alive), (1, 0));

    let third = builder.build().unwrap();
    let third_handle = third.handle().clone();
    let waits = third_handle.spawn(pending::<()>());
    one.block_on(async move {
        drop(third);
        assert!(waits.await.unwrap_err().is_cancelled());
    });
    assert_eq!(Counts::of(&metrics).cancelled, 0);
    assert_eq!(Counts::of(&third_handle.metrics()).cancelled, 1);
}

fn closures_and_their_threads_are_counted(mut builder: Builder) {
    let runtime = builder.max_blocking_threads(2).build().unwrap();
    let metrics = runtime.handle().metrics();
    assert_eq!(metrics.num_running_closures(), 0);
    assert_eq!(metrics.blocking_queue_depth(), 0);
    let go = Arc::new(AtomicBool::new(false));
    let started = Arc::new(AtomicUsize::new(0));
    let closures: Vec<_> = (0..5)
        .map(|_| {
            let go = go.clone();
            let started = started.clone();
            runtime.spawn_blocking(move || {
                started.fetch_add(1, Ordering::SeqCst);
                while !go.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(1));
                }
            })
        })
        .collect();
    while started.load(Ordering::SeqCst) < 2 {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(metrics.num_running_closures(), 2);
    assert_eq!(metrics.blocking_queue_depth(), 3);
    assert_eq!(metrics.num_blocking_threads(), 2);
    go.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        for closure in closures {
            closure.await.unwrap();
        }
    });
    // A thread says a moment after the closure that it has ended.
    while metrics.num_running_closures() > 0 {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(metrics.blocking_queue_depth(), 0);
}

fn the_workers_are_those_of_the_settings(mut builder: Builder) {
    let is_multi_thread = format!("{builder:?}").contains("MultiThread");
    if is_multi_thread {
        builder.worker_threads(3);
    }
    let runtime = builder.build().unwrap();
    let has_workers =
        runtime.block_on(async { crate::common::has_workers(portable::runtime::current()) });
    let expected = if is_multi_thread && has_workers { 3 } else { 1 };
    assert_eq!(runtime.handle().metrics().num_workers(), expected);
}

fn a_worker_that_does_not_exist_panics(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let metrics = runtime.handle().metrics();
    let count = metrics.num_workers();
    let panic = catch_unwind(AssertUnwindSafe(|| metrics.worker_park_count(count))).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert_eq!(
        *text,
        format!("portable: there is no worker {count}; the runtime has {count}, counted from 0")
    );
}

fn work_makes_a_worker_busy_and_waiting_parks_it(mut builder: Builder) {
    const WORK: Duration = Duration::from_millis(30);

    let runtime = builder.build().unwrap();
    let metrics = runtime.handle().metrics();
    runtime.block_on(async {
        for _ in 0..3 {
            task::spawn(async {
                let start = std::time::Instant::now();
                while start.elapsed() < WORK {}
            })
            .await
            .unwrap();
            time::sleep(Duration::from_millis(2)).await;
        }
        // The last worker to be busy has said so by the time that it has slept.
        time::sleep(Duration::from_millis(20)).await;
    });
    let workers = 0..metrics.num_workers();
    let busy: Duration = workers
        .clone()
        .map(|worker| metrics.worker_total_busy_duration(worker))
        .sum();
    assert!(busy >= WORK * 3, "{busy:?}");
    let parks: u64 = workers
        .clone()
        .map(|worker| metrics.worker_park_count(worker))
        .sum();
    assert!(parks >= 1, "{parks}");
    for worker in workers {
        let parks = metrics.worker_park_count(worker);
        let changes = metrics.worker_park_unpark_count(worker);
        assert!(changes.abs_diff(parks * 2) <= 2, "{changes} {parks}");
    }
}

fn counters_do_not_mix_when_runtimes_follow_each_other(mut builder: Builder) {
    // The counters of a thread are used again by the next one.
    for n in 1..20_u64 {
        let runtime = builder.build().unwrap();
        runtime.block_on(async {
            for _ in 0..n {
                task::spawn(async {}).await.unwrap();
            }
        });
        let metrics = runtime.handle().metrics();
        let counts = Counts::of(&metrics);
        assert_eq!((counts.spawned, counts.finished), (n, n));
        drop(runtime);
        assert_eq!(Counts::of(&metrics), counts);
    }
}

fn the_shared_queue_has_the_tasks_from_other_threads(mut builder: Builder) {
    let runtime: Runtime = builder.build().unwrap();
    let metrics = runtime.handle().metrics();
    let tasks: Vec<_> = (0..7).map(|_| runtime.spawn(async {})).collect();
    assert_eq!(metrics.global_queue_depth(), 7);
    assert_eq!(metrics.num_alive_tasks(), 7);
    runtime.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(metrics.global_queue_depth(), 0);
}

#[cfg(all(unix, feature = "net"))]
mod sockets {
    use super::*;

    on_both_flavors! {
        watched_sockets_are_counted,
    }

    async fn watched_sockets_are_counted() {
        let metrics = Handle::current().metrics();
        let mut sockets = Vec::new();
        for _ in 0..20 {
            sockets.push(portable::net::UdpSocket::bind("127.0.0.1:0").await.unwrap());
        }
        // The other tests of this process count too.
        assert!(metrics.num_watched_descriptors() >= 20);
    }
}

#[cfg(feature = "tokio")]
mod in_a_runtime_of_tokio_itself {
    use super::*;

    #[test]
    fn tasks_count_there_too() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            if portable::runtime::current() != "tokio" {
                return;
            }
            let waits = task::spawn(pending::<()>());
            task::spawn(async {}).await.unwrap();
            // A task that another crate spawns is not counted.
            tokio::spawn(async { task::spawn(async {}).await.unwrap() })
                .await
                .unwrap();
            let panics = task::spawn(async { std::panic::resume_unwind(Box::new("expected")) });
            assert!(panics.await.unwrap_err().is_panic());
            assert_eq!(
                Counts::here(),
                Counts {
                    spawned: 4,
                    finished: 2,
                    cancelled: 0,
                    panicked: 1,
                    alive: 1,
                }
            );
            waits.abort();
            let _ = waits.await;
            assert_eq!(Counts::here().cancelled, 1);
        });
    }
}

fn a_thread_that_runs_tasks_has_the_index_of_a_worker(mut builder: Builder) {
    assert_eq!(worker_index(), None);
    let runtime = builder.build().unwrap();
    let workers = runtime.metrics().num_workers();
    runtime.block_on(async {
        for _ in 0..10 {
            let index = task::spawn(async { worker_index() }).await.unwrap();
            // The threads of a runtime of the user's own have none, and are not counted.
            assert!(
                index.map_or(workers == 0, |index| index < workers),
                "{index:?}"
            );
        }
        let closure = task::spawn_blocking(worker_index);
        assert_eq!(closure.await.unwrap(), None);
    });
    assert_eq!(runtime.handle().block_on(async { worker_index() }), None);
    assert_eq!(worker_index(), None);
}
