//! `Handle::dump`: what each task does, read without a poll (contract 24).

use std::collections::BTreeSet;
use std::future::pending;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Instant;

use crate::common::{self, on_both_flavors, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::dump::{Kind, State, Task};
use portable::runtime::{Builder, Handle};
use portable::task::{self, AbortHandle, Id, JoinSet};
use portable::time::{Duration, sleep};

on_both_flavors! {
    a_task_is_listed_from_its_spawn_to_its_end,
    a_task_has_its_name_its_kind_and_its_place,
    each_way_to_spawn_has_the_place_of_its_call,
    a_task_that_waits_is_waiting,
    a_task_that_is_woken_and_not_yet_polled_is_runnable,
    a_task_that_yields_is_counted_at_each_poll,
    a_task_that_blocks_is_polling,
    a_closure_runs_and_has_no_polls,
    a_task_that_ends_in_any_way_is_listed_no_more,
    an_aborted_task_is_listed_while_its_destructor_runs,
    the_longest_in_a_state_comes_first,
    a_future_is_polled_with_the_same_waker_each_time,
    a_dump_polls_no_task,
    a_hundred_thousand_waiting_tasks_are_read_while_others_run,
    the_table_has_a_line_for_each_task,
}

with_both_builders! {
    a_dump_has_the_tasks_of_its_runtime_alone,
    a_closure_that_waits_for_a_thread_is_queued,
    after_the_end_of_the_runtime_there_are_no_tasks,
}

/// Returns the task with this id.
fn find(id: Id) -> Option<Task> {
    let dump = Handle::current().dump();
    dump.tasks().iter().find(|task| task.id() == id).cloned()
}

/// Waits until the task is in this state.
async fn reaches(id: Id, state: State) -> Task {
    loop {
        if let Some(task) = find(id).filter(|task| task.state() == state) {
            return task;
        }
        sleep(Duration::from_millis(1)).await;
    }
}

async fn a_task_is_listed_from_its_spawn_to_its_end() {
    let (release, is_released) = oneshot::channel::<()>();
    let handle = task::spawn(async { is_released.await.unwrap() });
    let id = handle.id();
    assert!(find(id).is_some());
    release.send(()).unwrap();
    handle.await.unwrap();
    assert!(find(id).is_none());
}

async fn a_task_has_its_name_its_kind_and_its_place() {
    let named = || task::Builder::new().name("worker bee");
    let (_hold, held) = mpsc::channel::<()>();
    let line = line!();
    let waits = named().spawn(pending::<()>()).unwrap();
    let local = named().spawn_local(pending::<()>()).unwrap();
    let closure = named().spawn_blocking(move || held.recv()).unwrap();
    let ids = [waits.id(), local.id(), closure.id()];
    let kinds = [Kind::Task, Kind::Local, Kind::Blocking];
    for (i, (id, kind)) in ids.into_iter().zip(kinds).enumerate() {
        let task = find(id).unwrap();
        assert_eq!(task.name(), Some("worker bee"));
        assert_eq!(task.kind(), kind);
        assert_eq!(task.location().file(), file!());
        assert_eq!(task.location().line(), line + 1 + i as u32);
    }
    waits.abort();
    local.abort();
}

async fn each_way_to_spawn_has_the_place_of_its_call() {
    let mut set = JoinSet::new();
    let handle = Handle::current();
    // One place for each test that runs at the same time.
    #[portable::task(pool_size = 64)]
    async fn waits() {
        pending::<()>().await;
    }
    let from = line!();
    let tasks: Vec<AbortHandle> = vec![
        portable::spawn(pending::<()>()).abort_handle(),
        portable::spawn_task!(pending::<()>()).abort_handle(),
        handle.spawn(pending::<()>()).abort_handle(),
        task::Builder::new()
            .spawn(pending::<()>())
            .unwrap()
            .abort_handle(),
        set.spawn(pending::<()>()),
        set.spawn_on(pending::<()>(), &handle),
        set.spawn_local(pending::<()>()),
        waits().spawn().abort_handle(),
    ];
    #[cfg(feature = "sync")]
    let tracker = task::TaskTracker::new();
    #[cfg(feature = "sync")]
    let tasks = [
        tasks,
        vec![
            tracker.spawn(pending::<()>()).abort_handle(),
            tracker.spawn_on(pending::<()>(), &handle).abort_handle(),
        ],
    ]
    .concat();
    let to = line!();
    let mut lines = BTreeSet::new();
    for task in &tasks {
        let place: &Location<'_> = find(task.id()).unwrap().location();
        assert_eq!(place.file(), file!());
        assert!((from..to).contains(&place.line()), "{place}");
        lines.insert(place.line());
    }
    assert_eq!(lines.len(), tasks.len());
    tasks.iter().for_each(AbortHandle::abort);
}

async fn a_task_that_waits_is_waiting() {
    let waits = task::spawn(pending::<()>());
    let task = reaches(waits.id(), State::Waiting).await;
    assert_eq!(task.polls(), 1);
    assert!(task.last_poll().is_some());
    assert_eq!(task.last_poll(), task.longest_poll());
    assert!(task.age() >= task.state_age());
    sleep(Duration::from_millis(10)).await;
    let later = find(waits.id()).unwrap();
    assert!(later.state_age() >= task.state_age() + Duration::from_millis(10));
    assert_eq!(later.busy(), task.busy());
    waits.abort();
}

async fn a_task_that_is_woken_and_not_yet_polled_is_runnable() {
    // A task that blocks the only thread beside one that is woken; elsewhere the thread of the
    // current-thread flavour is that of this function.
    let (wake, is_woken) = oneshot::channel::<()>();
    let waits = task::spawn_local(async { is_woken.await.unwrap() });
    let id = waits.id();
    assert_eq!(find(id).unwrap().state(), State::Runnable);
    reaches(id, State::Waiting).await;
    wake.send(()).unwrap();
    let task = find(id).unwrap();
    assert_eq!(task.state(), State::Runnable);
    assert_eq!(task.polls(), 1);
    waits.await.unwrap();
}

async fn a_task_that_yields_is_counted_at_each_poll() {
    let (polls, is_counted) = oneshot::channel();
    let yields = task::spawn(async move {
        for _ in 0..10 {
            task::yield_now().await;
        }
        polls.send(find(task::id()).unwrap()).unwrap();
        pending::<()>().await;
    });
    let inside = is_counted.await.unwrap();
    assert_eq!(inside.polls(), 10);
    assert_eq!(inside.state(), State::Polling);
    assert!(inside.longest_poll() >= inside.last_poll());
    assert!(inside.busy() >= inside.longest_poll().unwrap());
    yields.abort();
}

async fn a_task_that_blocks_is_polling() {
    let (id, is_known) = mpsc::channel();
    let (seen, is_seen) = mpsc::channel();
    let handle = Handle::current();
    let sees = thread::spawn(move || {
        let id: Id = is_known.recv().unwrap();
        let start = Instant::now();
        let task = loop {
            thread::sleep(Duration::from_millis(1));
            let dump = handle.dump();
            let task = dump.tasks().iter().find(|task| task.id() == id).cloned();
            let is_long = |task: &Task| task.state_age() >= Duration::from_millis(20);
            if let Some(task) = task.filter(is_long) {
                break task;
            }
            assert!(start.elapsed() < Duration::from_secs(30));
        };
        seen.send(()).unwrap();
        task
    });
    let blocks = task::spawn(async move {
        id.send(task::id()).unwrap();
        is_seen.recv().unwrap();
    });
    blocks.await.unwrap();
    let task = sees.join().unwrap();
    assert_eq!(task.state(), State::Polling);
    assert_eq!(task.polls(), 0);
    assert_eq!(task.last_poll(), None);
    assert_eq!(task.longest_poll(), Some(task.state_age()));
    assert_eq!(task.busy(), task.state_age());
}

async fn a_closure_runs_and_has_no_polls() {
    let (release, is_released) = mpsc::channel::<()>();
    let closure = task::spawn_blocking(move || is_released.recv().unwrap());
    let task = reaches(closure.id(), State::Running).await;
    assert_eq!(task.polls(), 0);
    let id = closure.id();
    release.send(()).unwrap();
    closure.await.unwrap();
    assert!(find(id).is_none());
}

async fn a_task_that_ends_in_any_way_is_listed_no_more() {
    let panics = task::spawn(async { panic!("it ends here") });
    let aborted = task::spawn(pending::<()>());
    let waits = task::spawn(pending::<()>());
    reaches(waits.id(), State::Waiting).await;
    let panics_in_a_closure = task::spawn_blocking(|| panic!("it ends here"));
    let ids = [
        panics.id(),
        aborted.id(),
        waits.id(),
        panics_in_a_closure.id(),
    ];
    aborted.abort();
    waits.abort();
    assert!(panics.await.unwrap_err().is_panic());
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert!(waits.await.unwrap_err().is_cancelled());
    assert!(panics_in_a_closure.await.unwrap_err().is_panic());
    assert!(ids.into_iter().all(|id| find(id).is_none()));
}

async fn an_aborted_task_is_listed_while_its_destructor_runs() {
    let (seen, is_seen) = oneshot::channel();
    let on_drop = common::on_drop(move || {
        let id = task::try_id();
        let _ = seen.send(id.is_some_and(|id| find(id).is_some()));
    });
    let waits = task::spawn(async move {
        let _on_drop = on_drop;
        pending::<()>().await;
    });
    reaches(waits.id(), State::Waiting).await;
    waits.abort();
    assert!(is_seen.await.unwrap());
    waits.await.unwrap_err();
}

async fn the_longest_in_a_state_comes_first() {
    let mut tasks = Vec::new();
    for _ in 0..5 {
        let waits = task::spawn(pending::<()>());
        reaches(waits.id(), State::Waiting).await;
        tasks.push(waits);
    }
    let dump = Handle::current().dump();
    let waiting: Vec<_> = dump
        .tasks()
        .iter()
        .filter(|task| task.state() == State::Waiting)
        .map(Task::id)
        .collect();
    let ids: Vec<_> = tasks.iter().map(|task| task.id()).collect();
    assert_eq!(waiting, ids);
    tasks.iter().for_each(|task| task.abort());
}

async fn a_future_is_polled_with_the_same_waker_each_time() {
    let task = task::spawn(async {
        let mut first: Option<Waker> = None;
        for _ in 0..100 {
            std::future::poll_fn(|cx| {
                let waker = first.get_or_insert_with(|| cx.waker().clone());
                assert!(waker.will_wake(cx.waker()));
                assert!(waker.clone().will_wake(cx.waker()));
                Poll::Ready(())
            })
            .await;
            task::yield_now().await;
        }
    });
    task.await.unwrap();
}

async fn a_dump_polls_no_task() {
    let polls = Arc::new(AtomicBool::new(false));
    let waits = task::spawn({
        let polls = polls.clone();
        std::future::poll_fn(move |_| {
            assert!(!polls.swap(true, Ordering::SeqCst));
            Poll::<()>::Pending
        })
    });
    reaches(waits.id(), State::Waiting).await;
    for _ in 0..100 {
        drop(Handle::current().dump());
    }
    assert_eq!(find(waits.id()).unwrap().polls(), 1);
    waits.abort();
}

async fn a_hundred_thousand_waiting_tasks_are_read_while_others_run() {
    let is_over = Arc::new(AtomicBool::new(false));
    let mut set = JoinSet::new();
    for _ in 0..100_000 {
        set.spawn(pending::<()>());
    }
    for _ in 0..4 {
        let is_over = is_over.clone();
        set.spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                task::yield_now().await;
            }
        });
    }
    task::yield_now().await;
    let start = Instant::now();
    let dump = Handle::current().dump();
    let took = start.elapsed();
    assert!(dump.tasks().iter().count() >= 100_000);
    // In a release build it takes about 20 ms.
    assert!(took < Duration::from_secs(5), "{took:?}");
    is_over.store(true, Ordering::Relaxed);
    set.shutdown().await;
}

async fn the_table_has_a_line_for_each_task() {
    let waits = task::Builder::new()
        .name("waits\nfor nothing")
        .spawn(pending::<()>())
        .unwrap();
    reaches(waits.id(), State::Waiting).await;
    let dump = Handle::current().dump();
    let text = dump.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 1 + dump.tasks().iter().count());
    let head: Vec<_> = lines[0].split_whitespace().collect();
    let columns = "state for id name kind polls last poll longest poll busy age spawned at";
    assert_eq!(head, columns.split(' ').collect::<Vec<_>>());
    assert!(lines[1].starts_with("waiting  "), "{text}");
    assert!(lines[1].contains("waits\\nfor nothing"), "{text}");
    assert!(lines[1].contains(file!()), "{text}");
    // In characters: `µs` has more bytes.
    let place = |line: &str, of: &str| line[..line.find(of).unwrap()].chars().count();
    assert_eq!(place(lines[0], "name"), place(lines[1], "waits"));
    waits.abort();
}

fn a_dump_has_the_tasks_of_its_runtime_alone(mut builder: Builder) {
    let runtimes = [builder.build().unwrap(), builder.build().unwrap()];
    let tasks = [0, 1].map(|i| {
        let from_outside = runtimes[i].spawn(pending::<()>()).id();
        let inside = runtimes[i].block_on(async { task::spawn(pending::<()>()).id() });
        [from_outside, inside]
    });
    for (runtime, tasks) in runtimes.iter().zip(tasks) {
        let dump = runtime.handle().dump();
        let found: BTreeSet<_> = dump
            .tasks()
            .iter()
            .map(|task| task.id().to_string())
            .collect();
        assert_eq!(found, tasks.iter().map(Id::to_string).collect());
    }
}

fn a_closure_that_waits_for_a_thread_is_queued(mut builder: Builder) {
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let (release, is_released) = mpsc::channel::<()>();
    runtime.block_on(async {
        let runs = task::spawn_blocking(move || is_released.recv().unwrap());
        reaches(runs.id(), State::Running).await;
        let waits = task::spawn_blocking(|| ());
        sleep(Duration::from_millis(5)).await;
        let task = find(waits.id()).unwrap();
        assert_eq!(task.state(), State::Queued);
        assert!(task.state_age() >= Duration::from_millis(5));
        assert_eq!(task.busy(), Duration::ZERO);
        release.send(()).unwrap();
        runs.await.unwrap();
        waits.await.unwrap();
    });
}

fn after_the_end_of_the_runtime_there_are_no_tasks(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    runtime.block_on(async {
        for _ in 0..10 {
            task::spawn(pending::<()>());
            task::spawn_local(pending::<()>());
        }
        sleep(Duration::from_millis(5)).await;
    });
    assert!(handle.dump().tasks().iter().count() >= 10);
    runtime.shutdown_timeout(Duration::from_secs(30));
    handle.spawn(pending::<()>());
    assert_eq!(handle.dump().tasks().iter().count(), 0);
    assert_eq!(handle.dump().to_string().lines().count(), 1);
}

#[test]
fn a_function_that_runs_as_a_task_has_the_place_of_its_call() {
    #[portable::main(spawn = true)]
    async fn place() -> &'static Location<'static> {
        find(task::id()).unwrap().location()
    }

    let (place, line) = (place(), line!());
    assert_eq!((place.file(), place.line()), (file!(), line));
}

#[test]
#[cfg(feature = "tokio")]
fn tasks_on_a_tokio_of_other_code_are_listed() {
    for flavor in [
        tokio::runtime::Builder::new_current_thread as fn() -> _,
        tokio::runtime::Builder::new_multi_thread,
    ] {
        let runtime = flavor().enable_time().build().unwrap();
        runtime.block_on(async {
            let waits = task::spawn(pending::<()>());
            // Tokio runs it when this future waits.
            while find(waits.id()).unwrap().state() != State::Waiting {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let foreign = tokio::spawn(pending::<()>());
            assert_eq!(Handle::current().dump().tasks().iter().count(), 1);
            foreign.abort();
            waits.abort();
            waits.await.unwrap_err();
            assert_eq!(Handle::current().dump().tasks().iter().count(), 0);
        });
    }
}
