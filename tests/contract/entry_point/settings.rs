//! `runtime::Builder`: every setting means the same on each runtime (contract 10).

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use crate::common::{
    self, program, with_both_builders, with_current_thread_builder, with_multi_thread_builder,
};
use portable::runtime::{Builder, Runtime};
use portable::task;
use portable::time::{Duration, sleep};

with_both_builders! {
    no_blocking_thread_is_an_error,
    a_nul_in_the_name_is_an_error,
    a_builder_that_failed_may_be_corrected,
    a_builder_may_build_many,
    an_empty_name_is_a_name,
    enable_all_changes_nothing,
    blocking_threads_are_called_portable_worker,
    blocking_threads_have_the_name,
}

with_current_thread_builder! {
    tasks_wait_for_a_thread_inside_block_on,
}

with_multi_thread_builder! {
    there_are_as_many_workers_as_asked_for,
    there_are_as_many_workers_as_cores_by_default,
    workers_are_called_portable_worker,
    workers_have_the_name,
}

/// Asserts that this many tasks run at once, and no more.
#[track_caller]
fn assert_workers(runtime: &Runtime, count: usize) {
    let (started, is_started) = mpsc::channel();
    let held = Arc::new(Mutex::new(()));
    let hold = held.lock().unwrap();
    let spawn = || {
        let (started, held) = (started.clone(), held.clone());
        runtime.spawn(async move {
            started.send(()).unwrap();
            drop(held.lock());
        })
    };
    // The tasks are spawned one after the other: on Tokio, of several that are spawned at once, one
    // may wait behind another that blocks.
    let mut tasks = Vec::new();
    for _ in 0..count {
        tasks.push(spawn());
        is_started.recv().unwrap();
    }
    // One more task does not start while so many are held.
    tasks.push(spawn());
    assert!(is_started.recv_timeout(Duration::from_millis(50)).is_err());
    drop(hold);
    is_started.recv().unwrap();
    for task in tasks {
        common::block_on(task).unwrap();
    }
}

#[track_caller]
fn assert_invalid(result: io::Result<Runtime>, what: &str) {
    let error = result.expect_err("it makes no sense");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(text.starts_with("portable: "), "{text}");
    assert!(text.contains(what), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn no_worker_is_an_error() {
    let result = Builder::new_multi_thread().worker_threads(0).build();
    assert_invalid(result, "`worker_threads` must be at least 1");
}

#[test]
fn workers_on_the_current_thread_flavour_are_an_error() {
    for count in [0, 1, 4] {
        let result = Builder::new_current_thread().worker_threads(count).build();
        assert_invalid(result, "`worker_threads` needs the multi-thread flavour");
    }
}

fn no_blocking_thread_is_an_error(mut builder: Builder) {
    let result = builder.max_blocking_threads(0).build();
    assert_invalid(result, "`max_blocking_threads` must be at least 1");
}

fn a_nul_in_the_name_is_an_error(mut builder: Builder) {
    for name in ["\0", "work\0er", "worker\0"] {
        let result = builder.thread_name(name).build();
        assert_invalid(result, "`thread_name` must not contain a NUL");
    }
}

fn a_builder_that_failed_may_be_corrected(mut builder: Builder) {
    builder.max_blocking_threads(0).build().unwrap_err();
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    assert_eq!(runtime.block_on(async { 7 }), 7);
}

fn a_builder_may_build_many(mut builder: Builder) {
    let runtimes: Vec<_> = (0..5).map(|_| builder.build().unwrap()).collect();
    let again = builder.clone().build().unwrap();
    for runtime in runtimes.iter().chain([&again]) {
        let task = runtime.spawn(async { 7 });
        assert_eq!(runtime.block_on(task).unwrap(), 7);
    }
}

fn an_empty_name_is_a_name(mut builder: Builder) {
    let runtime = builder.thread_name("").build().unwrap();
    let name = runtime.spawn_blocking(|| thread::current().name().map(String::from));
    assert_eq!(common::block_on(name).unwrap().as_deref(), Some(""));
}

fn enable_all_changes_nothing(mut builder: Builder) {
    let runtime = builder.enable_all().build().unwrap();
    runtime.block_on(sleep(Duration::from_millis(1)));
}

fn tasks_wait_for_a_thread_inside_block_on(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let here = thread::current().id();
    let (start, is_started) = mpsc::channel();
    let may_end = Arc::new(AtomicBool::new(false));
    let task = runtime.spawn({
        let may_end = may_end.clone();
        async move {
            start.send(thread::current().id()).unwrap();
            common::eventually(|| may_end.load(Ordering::SeqCst)).await;
            thread::current().id()
        }
    });
    assert!(is_started.recv_timeout(Duration::from_millis(50)).is_err());
    runtime.block_on(common::eventually(|| is_started.try_recv() == Ok(here)));
    may_end.store(true, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(50));
    assert!(!task.is_finished());
    assert_eq!(runtime.block_on(task).unwrap(), here);
}

fn there_are_as_many_workers_as_asked_for(mut builder: Builder) {
    for count in [1, 2, 3, 8] {
        let runtime = builder.worker_threads(count).build().unwrap();
        assert_workers(&runtime, count);
    }
}

fn there_are_as_many_workers_as_cores_by_default(mut builder: Builder) {
    let cores = thread::available_parallelism().unwrap().get();
    assert_workers(&builder.build().unwrap(), cores);
}

#[test]
fn a_new_runtime_has_the_defaults() {
    common::limit_time("a_new_runtime_has_the_defaults");
    if common::default_has_workers() {
        let cores = thread::available_parallelism().unwrap().get();
        assert_workers(&Runtime::new().unwrap(), cores);
    } else {
        assert_workers_of_main(&Runtime::new().unwrap());
    }
}

/// Tests of what happens in place of the contract's line 10 on the runtimes that have one thread.
mod exceptions {
    use super::*;

    #[test]
    fn the_multi_thread_flavour_is_the_current_thread_one() {
        common::limit_time("the_multi_thread_flavour_is_the_current_thread_one");
        for name in portable::runtime::available() {
            if !common::has_workers(name) {
                let mut builder = Builder::new_multi_thread();
                let runtime = builder.runtime(name).worker_threads(4).build().unwrap();
                assert_workers_of_main(&runtime);
            }
        }
    }

    #[test]
    fn tasks_of_the_multi_thread_flavour_wait_for_a_thread_inside_block_on() {
        common::limit_time("tasks_of_the_multi_thread_flavour_wait_for_a_thread_inside_block_on");
        for name in portable::runtime::available() {
            if !common::has_workers(name) {
                let mut builder = Builder::new_multi_thread();
                builder.runtime(name).worker_threads(4);
                tasks_wait_for_a_thread_inside_block_on(builder);
            }
        }
    }

    #[test]
    fn the_runtime_of_the_process_has_a_thread_of_its_own() {
        program!("the_runtime_of_the_process_has_a_thread_of_its_own").run(
            || {
                let here = thread::current().id();
                let task = task::spawn(async { thread::current().id() });
                println!("{}", common::block_on(task).unwrap() != here);
            },
            |outcome| outcome.printed(&["true"]),
        );
    }
}

fn workers_are_called_portable_worker(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let name = runtime.spawn(async { thread::current().name().map(String::from) });
    assert_eq!(
        common::block_on(name).unwrap().as_deref(),
        Some("portable-worker")
    );
}

fn workers_have_the_name(mut builder: Builder) {
    let runtime = builder.thread_name("crawler").build().unwrap();
    let name = runtime.spawn(async { thread::current().name().map(String::from) });
    assert_eq!(common::block_on(name).unwrap().as_deref(), Some("crawler"));
}

fn blocking_threads_are_called_portable_worker(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let name = runtime.spawn_blocking(|| thread::current().name().map(String::from));
    assert_eq!(
        common::block_on(name).unwrap().as_deref(),
        Some("portable-worker")
    );
}

fn blocking_threads_have_the_name(mut builder: Builder) {
    let runtime = builder.thread_name("crawler").build().unwrap();
    let name = runtime.spawn_blocking(|| thread::current().name().map(String::from));
    assert_eq!(common::block_on(name).unwrap().as_deref(), Some("crawler"));
}

const MIB: usize = 1024 * 1024;

#[test]
fn threads_have_the_stack_that_was_asked_for() {
    program!("threads_have_the_stack_that_was_asked_for").run_with_workers(
        || {
            let size = 16 * MIB;
            let workers = Builder::new_multi_thread()
                .thread_stack_size(size)
                .build()
                .unwrap();
            let task = workers.spawn(async move { common::use_stack(size - MIB) });
            workers.block_on(task).unwrap();
            println!("worker");
            for mut builder in [Builder::new_multi_thread(), Builder::new_current_thread()] {
                let runtime = builder.thread_stack_size(size).build().unwrap();
                let closure = runtime.spawn_blocking(move || common::use_stack(size - MIB));
                common::block_on(closure).unwrap();
                println!("blocking");
            }
            // The builder sets neither the stack of `main` nor that of the tasks on its thread.
            let small = Builder::new_current_thread()
                .thread_stack_size(MIB / 4)
                .build()
                .unwrap();
            let on_main = move || {
                let task = small.spawn(async { common::use_stack(2 * MIB) });
                small.block_on(task).unwrap();
            };
            thread::Builder::new()
                .stack_size(4 * MIB)
                .spawn(on_main)
                .unwrap()
                .join()
                .unwrap();
            println!("main");
        },
        |outcome| outcome.printed(&["worker", "blocking", "blocking", "main"]),
    );
}

const VARIABLE: &str = "PORTABLE_WORKER_THREADS";

#[test]
fn the_environment_overrides_the_number_of_workers() {
    for (value, count) in [("1", 1), ("3", 3), ("5", 5)] {
        program!("the_environment_overrides_the_number_of_workers")
            .env(VARIABLE, value)
            .run_with_workers(
                || {
                    let count = std::env::var(VARIABLE).unwrap().parse().unwrap();
                    assert_workers(&Builder::new_multi_thread().build().unwrap(), count);
                    let mut builder = Builder::new_multi_thread();
                    assert_workers(&builder.worker_threads(4).build().unwrap(), count);
                    // An invalid number stays an error.
                    assert!(builder.worker_threads(0).build().is_err());
                    println!("{count}");
                },
                |outcome| outcome.printed(&[&count.to_string()]),
            );
    }
}

#[test]
fn the_environment_does_not_concern_the_current_thread_flavour() {
    program!("the_environment_does_not_concern_the_current_thread_flavour")
        .env(VARIABLE, "3")
        .run(
            || {
                let runtime = Builder::new_current_thread().build().unwrap();
                assert_workers_of_main(&runtime);
                println!("one");
            },
            |outcome| outcome.printed(&["one"]),
        );
}

/// Asserts that all tasks run on the thread inside `block_on`.
fn assert_workers_of_main(runtime: &Runtime) {
    let here = thread::current().id();
    runtime.block_on(async {
        for _ in 0..100 {
            let task = task::spawn(async { thread::current().id() });
            assert_eq!(task.await.unwrap(), here);
        }
    });
}

const JUNK: [&str; 9] = [
    "",
    "0",
    "00",
    "-1",
    "2.5",
    "four",
    "4 ",
    "0x4",
    "99999999999999999999",
];

#[test]
fn junk_in_the_environment_is_an_error() {
    for junk in JUNK {
        program!("junk_in_the_environment_is_an_error")
            .env(VARIABLE, junk)
            .run(
                || {
                    let value = std::env::var(VARIABLE).unwrap();
                    let what = format!("must be a whole number of at least 1, not {value:?}");
                    assert_invalid(Builder::new_multi_thread().build(), &what);
                    assert_invalid(Runtime::new(), VARIABLE);
                    println!("error");
                },
                |outcome| outcome.printed(&["error"]),
            );
    }
}

#[cfg(unix)]
#[test]
fn bytes_in_the_environment_that_are_no_text_are_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    program!("bytes_in_the_environment_that_are_no_text_are_an_error")
        .env(VARIABLE, OsStr::from_bytes(b"\xff4"))
        .run(
            || {
                assert_invalid(Builder::new_multi_thread().build(), VARIABLE);
                println!("error");
            },
            |outcome| outcome.printed(&["error"]),
        );
}

#[test]
fn junk_in_the_environment_is_one_message_of_the_entry_point() {
    #[portable::main]
    async fn main() {
        println!("never");
    }

    for junk in ["four", "0"] {
        program!("junk_in_the_environment_is_one_message_of_the_entry_point")
            .env(VARIABLE, junk)
            .run(main, |outcome| {
                assert_eq!(outcome.status.code(), Some(2), "{outcome:#?}");
                assert_eq!(outcome.stdout, "", "{outcome:#?}");
                let text = format!(
                    "error: portable: {VARIABLE} must be a whole number of at least 1, not {junk:?}"
                );
                assert_eq!(outcome.stderr.trim(), text, "{outcome:#?}");
            });
    }
}

/// No entry point reports the error here, so the first call does.
#[test]
fn junk_in_the_environment_is_a_panic_of_the_first_call() {
    program!("junk_in_the_environment_is_a_panic_of_the_first_call")
        .env(VARIABLE, "four")
        .run(
            || {
                for _ in 0..2 {
                    let text = common::panic_of(|| task::spawn(async {}));
                    assert!(text.contains("must be a whole number"), "{text}");
                    println!("panic");
                }
            },
            |outcome| outcome.printed(&["panic", "panic"]),
        );
}
