//! The watchdog: a task that is in one poll for too long is reported once (contract 25).

use std::future::poll_fn;
use std::sync::mpsc::{self, Receiver};
use std::task::Poll;
use std::thread;
use std::time::Instant;

use crate::common::{on_both_flavors, program, with_both_builders};
use portable::runtime::dump::{State, Task, Watchdog};
use portable::runtime::{Builder, Handle};
use portable::task;
use portable::time::{Duration, sleep};

const LIMIT: Duration = Duration::from_millis(50);

/// Longer than any pause of a machine that is busy.
const LONG: Duration = Duration::from_secs(10);

on_both_flavors! {
    a_task_that_blocks_is_reported_with_its_name_and_its_place,
    a_task_is_reported_once_for_each_poll,
    a_local_task_that_blocks_is_reported,
    two_tasks_that_block_are_reported_each,
    a_report_that_panics_is_not_the_last,
    a_task_that_sleeps_or_yields_for_long_is_not_reported,
    a_closure_is_not_reported,
    a_watchdog_that_is_dropped_reports_nothing,
    a_report_may_drop_its_watchdog,
    a_limit_of_zero_is_an_error,
}

with_both_builders! {
    a_watchdog_reports_the_tasks_of_its_runtime_alone,
    a_limit_of_zero_fails_to_build,
}

/// Starts a watchdog on this runtime.
fn watch(limit: Duration) -> (Watchdog, Receiver<Task>) {
    let (sender, reports) = mpsc::channel();
    let report = move |task: &Task| {
        let _ = sender.send(task.clone());
    };
    (Handle::current().watchdog(limit, report).unwrap(), reports)
}

async fn a_task_that_blocks_is_reported_with_its_name_and_its_place() {
    let (_watchdog, reports) = watch(LIMIT);
    let line = line!() + 1;
    let blocks = task::Builder::new().name("blocks").spawn(async {
        thread::sleep(Duration::from_millis(200));
    });
    let blocks = blocks.unwrap();
    let id = blocks.id();
    blocks.await.unwrap();
    let task = reports.recv_timeout(LONG).unwrap();
    assert_eq!(task.id(), id);
    assert_eq!(task.name(), Some("blocks"));
    assert_eq!(task.location().file(), file!());
    assert_eq!(task.location().line(), line);
    assert_eq!(task.state(), State::Polling);
    assert!(task.state_age() >= LIMIT);
}

async fn a_task_is_reported_once_for_each_poll() {
    let (watchdog, reports) = watch(Duration::from_millis(20));
    let blocks = task::spawn(async {
        for _ in 0..2 {
            thread::sleep(Duration::from_millis(200));
            task::yield_now().await;
        }
    });
    let id = blocks.id();
    blocks.await.unwrap();
    drop(watchdog);
    let reports: Vec<_> = reports.iter().collect();
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert!(reports.iter().all(|task| task.id() == id));
    assert_eq!([reports[0].polls(), reports[1].polls()], [0, 1]);
}

async fn a_local_task_that_blocks_is_reported() {
    let (_watchdog, reports) = watch(LIMIT);
    let blocks = task::spawn_local(async { thread::sleep(Duration::from_millis(200)) });
    let id = blocks.id();
    blocks.await.unwrap();
    assert_eq!(reports.recv_timeout(LONG).unwrap().id(), id);
}

async fn two_tasks_that_block_are_reported_each() {
    let (watchdog, reports) = watch(LIMIT);
    let tasks = [1, 2].map(|_| task::spawn(async { thread::sleep(Duration::from_millis(300)) }));
    let ids = [tasks[0].id(), tasks[1].id()];
    for task in tasks {
        task.await.unwrap();
    }
    drop(watchdog);
    let reported: Vec<_> = reports.iter().map(|task| task.id()).collect();
    assert_eq!(reported.len(), 2);
    assert!(ids.iter().all(|id| reported.contains(id)));
}

async fn a_report_that_panics_is_not_the_last() {
    let (sender, reports) = mpsc::channel();
    let mut is_first = true;
    let report = move |task: &Task| {
        if std::mem::take(&mut is_first) {
            panic!("a report panics");
        }
        sender.send(task.id()).unwrap();
    };
    let _watchdog = Handle::current().watchdog(LIMIT, report).unwrap();
    let blocks = || task::spawn(async { thread::sleep(Duration::from_millis(200)) });
    blocks().await.unwrap();
    let second = blocks();
    let id = second.id();
    second.await.unwrap();
    assert_eq!(reports.recv_timeout(LONG).unwrap(), id);
}

async fn a_task_that_sleeps_or_yields_for_long_is_not_reported() {
    // A machine that is busy may stop a thread for long, also one in a short poll.
    let (watchdog, reports) = watch(Duration::from_secs(1));
    let start = Instant::now();
    let is_early = move || start.elapsed() < Duration::from_millis(2500);
    let sleeps = task::spawn(sleep(Duration::from_millis(2500)));
    let yields = task::spawn(async move {
        while is_early() {
            task::yield_now().await;
        }
    });
    let wakes_itself = task::spawn(poll_fn(move |cx| {
        cx.waker().wake_by_ref();
        match is_early() {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }));
    sleeps.await.unwrap();
    yields.await.unwrap();
    wakes_itself.await.unwrap();
    drop(watchdog);
    assert_eq!(reports.iter().count(), 0);
}

async fn a_closure_is_not_reported() {
    let (watchdog, reports) = watch(Duration::from_millis(100));
    let closure = || {
        thread::sleep(Duration::from_millis(400));
        // Neither is one that itself waits for a task.
        Handle::current().block_on(async { task::spawn(async {}).await.unwrap() });
    };
    task::spawn_blocking(closure).await.unwrap();
    drop(watchdog);
    assert_eq!(reports.iter().count(), 0);
}

async fn a_watchdog_that_is_dropped_reports_nothing() {
    let (watchdog, reports) = watch(Duration::from_millis(1));
    drop(watchdog);
    let blocks = task::spawn(async { thread::sleep(Duration::from_millis(50)) });
    blocks.await.unwrap();
    assert_eq!(reports.iter().count(), 0);
}

async fn a_report_may_drop_its_watchdog() {
    let (dropped, is_dropped) = mpsc::channel();
    let (sender, watchdogs) = mpsc::channel::<Watchdog>();
    let report = move |_: &Task| {
        drop(watchdogs.recv().unwrap());
        dropped.send(()).unwrap();
    };
    let watchdog = Handle::current().watchdog(LIMIT, report).unwrap();
    sender.send(watchdog).unwrap();
    let blocks = task::spawn(async { thread::sleep(Duration::from_millis(200)) });
    blocks.await.unwrap();
    is_dropped.recv_timeout(LONG).unwrap();
}

async fn a_limit_of_zero_is_an_error() {
    let watchdog = Handle::current().watchdog(Duration::ZERO, |_| ());
    let error = watchdog.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().starts_with("portable: the limit"));
}

fn a_watchdog_reports_the_tasks_of_its_runtime_alone(mut builder: Builder) {
    let watched = builder.build().unwrap();
    let other = builder.build().unwrap();
    let (sender, reports) = mpsc::channel();
    let report = move |task: &Task| sender.send(task.name().map(String::from)).unwrap();
    let watchdog = watched.handle().watchdog(LIMIT, report).unwrap();
    for (runtime, name) in [(&other, "other"), (&watched, "watched")] {
        runtime.block_on(async {
            let blocks = task::Builder::new()
                .name(name)
                .spawn(async { thread::sleep(Duration::from_millis(200)) });
            blocks.unwrap().await.unwrap();
        });
    }
    drop(watchdog);
    assert_eq!(reports.iter().collect::<Vec<_>>(), [Some("watched".into())]);
}

/// Returns the number of the threads of this process with the watchdog's name, or `None` where
/// nobody says.
fn count_watchdogs() -> Option<usize> {
    let mut count = 0;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        let name = std::fs::read_to_string(thread.ok()?.path().join("comm")).unwrap_or_default();
        // Linux keeps 15 bytes of a name.
        count += usize::from(name.starts_with("portable-watchd"));
    }
    Some(count)
}

fn a_limit_of_zero_fails_to_build(mut builder: Builder) {
    let error = builder.watchdog(Duration::ZERO).build().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    builder.watchdog(LIMIT).build().unwrap();
}

#[test]
fn the_thread_is_there_from_the_start_of_the_runtime_to_its_end() {
    let program = || {
        let runtime = Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async { task::spawn(async {}).await.unwrap() });
        println!("{:?}", count_watchdogs().unwrap_or(0));
        drop(runtime);
        let runtime = Builder::new_multi_thread().watchdog(LIMIT).build().unwrap();
        // The thread names itself.
        while count_watchdogs() == Some(0) {
            thread::yield_now();
        }
        println!("{:?}", count_watchdogs().unwrap_or(1));
        drop(runtime);
        println!("{:?}", count_watchdogs().unwrap_or(0));
    };
    program!("the_thread_is_there_from_the_start_of_the_runtime_to_its_end").run(
        program,
        |outcome| {
            assert_eq!(outcome.stdout.lines().collect::<Vec<_>>(), ["0", "1", "0"]);
        },
    );
}

#[test]
fn a_task_that_blocks_is_reported_on_standard_error() {
    #[portable::main(watchdog = "50ms")]
    async fn main() {
        let blocks = task::Builder::new().name("blocks").spawn(async {
            thread::sleep(Duration::from_millis(300));
        });
        blocks.unwrap().await.unwrap();
    }

    program!("a_task_that_blocks_is_reported_on_standard_error").run(main, |outcome| {
        let stderr = &outcome.stderr;
        let reports: Vec<_> = stderr
            .lines()
            .filter(|line| line.starts_with("portable: task "))
            .collect();
        assert_eq!(reports.len(), 1, "{stderr}");
        assert!(reports[0].contains("`blocks`, spawned at "), "{stderr}");
        assert!(reports[0].contains("watchdog.rs:"), "{stderr}");
    });
}

/// A task whose poll runs the tasks of an engine.
#[cfg(feature = "custom")]
mod within_a_poll {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use super::*;
    use portable::runtime::{CustomRuntime, Runnable};

    on_both_flavors! {
        a_poll_is_reported_once_although_another_one_is_within_it,
    }

    #[derive(Default)]
    struct Queue(Mutex<VecDeque<Runnable>>);

    impl CustomRuntime for Queue {
        fn schedule(&self, runnable: Runnable) {
            self.0.lock().unwrap().push_back(runnable);
        }
    }

    async fn a_poll_is_reported_once_although_another_one_is_within_it() {
        let block = || thread::sleep(Duration::from_millis(200));
        let queue = Arc::new(Queue::default());
        let engine = Builder::new_custom(queue.clone()).build().unwrap();
        drop(engine.spawn(async move { block() }));
        let (watchdog, reports) = watch(LIMIT);
        let outer = task::spawn(async move {
            block();
            let inner = queue.0.lock().unwrap().pop_front();
            inner.unwrap().run();
            block();
        });
        let id = outer.id();
        outer.await.unwrap();
        drop(watchdog);
        // The inner task is one of another runtime.
        let reported: Vec<_> = reports.iter().map(|task| task.id()).collect();
        assert_eq!(reported, [id]);
        let end = task::spawn_blocking(move || drop(engine));
        end.await.unwrap();
    }
}
