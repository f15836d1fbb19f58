//! Tests of the arguments `stack_size`, `init`, `name` and `timeout` of the attributes.
//!
//! The end of the process of a real `main` is tested in `tests/programs/tests/stack.rs`.

#![cfg(all(feature = "macros", feature = "_runtime"))]

mod common;

use std::cell::Cell;
use std::error::Error;
use std::panic::{self, catch_unwind};
use std::process::{ExitCode, Output, Stdio};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use portable::runtime;
use portable::time::{Duration, Instant, sleep};

const MIB: usize = 1024 * 1024;

fn this_thread() -> String {
    thread::current().name().unwrap_or_default().into()
}

/// Returns the name that the harness gives to the thread of a test.
fn named_after(function: &str) -> String {
    match runtime::available().as_slice() {
        [_] => function.into(),
        _ => format!("{function}__{}", runtime::current().replace('-', "_")),
    }
}

#[test]
fn main_runs_on_a_stack_of_the_size() {
    #[portable::main(stack_size = 64 * MIB)]
    async fn main() {
        let big = [1_u8; 16 * MIB];
        portable::task::yield_now().await;
        println!("{} {}", big.len(), this_thread());
    }

    let test = "main_runs_on_a_stack_of_the_size";
    common::program!("main_runs_on_a_stack_of_the_size").run(main, |outcome| {
        outcome.printed(&[&format!("{} {test}", 16 * MIB)]);
    });
}

#[cfg(all(unix, debug_assertions))]
#[test]
fn without_a_size_the_same_main_overflows() {
    use std::os::unix::process::ExitStatusExt;

    #[portable::main]
    async fn main() {
        let big = [1_u8; 16 * MIB];
        portable::task::yield_now().await;
        println!("{}", big.len());
    }

    common::program!("without_a_size_the_same_main_overflows").run(main, |outcome| {
        assert!(outcome.status.signal().is_some(), "{outcome:#?}");
        assert_eq!(outcome.stdout, "");
    });
}

#[test]
fn an_absurd_size_is_one_message_and_status_2() {
    #[portable::main(stack_size = usize::MAX / 2, init = || println!("never"))]
    async fn main() {}

    common::program!("an_absurd_size_is_one_message_and_status_2").run(main, |outcome| {
        assert_eq!(outcome.status.code(), Some(2), "{outcome:#?}");
        assert_eq!(outcome.stdout, "");
        let text = format!(
            "error: portable: cannot start a thread with a `stack_size` of {} bytes: ",
            usize::MAX / 2
        );
        assert!(outcome.stderr.starts_with(&text), "{outcome:#?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
    });
}

#[test]
fn a_main_on_a_stack_of_its_own_gives_an_exit_status() {
    #[portable::main(stack_size = MIB)]
    async fn main() -> Result<(), Box<dyn Error>> {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        match CALLS.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err("the second call".into()),
        }
    }

    assert_eq!(main(), ExitCode::SUCCESS);
    assert_eq!(main(), ExitCode::FAILURE);
}

#[test]
fn a_panic_goes_on_where_it_was_called_and_is_told_once() {
    #[portable::main(stack_size = MIB)]
    async fn main() {
        panic!("on purpose");
    }

    static TOLD: AtomicUsize = AtomicUsize::new(0);

    common::program!("a_panic_goes_on_where_it_was_called_and_is_told_once").run(
        || {
            panic::set_hook(Box::new(|_| {
                TOLD.fetch_add(1, Ordering::Relaxed);
            }));
            let payload = catch_unwind(main).unwrap_err();
            println!("{}", payload.downcast_ref::<&str>().unwrap());
            println!("{}", TOLD.load(Ordering::Relaxed));
        },
        |outcome| outcome.printed(&["on purpose", "1"]),
    );
}

#[test]
fn on_a_thread_that_polls_tasks_it_panics_as_any_main() {
    #[portable::main(stack_size = MIB)]
    async fn main() {}

    let text = portable::block_on(async { common::panic_of(main) });
    assert!(text.contains("on a thread that polls tasks"), "{text}");
}

#[portable::test(stack_size = 64 * MIB)]
async fn a_test_on_a_stack_of_the_size() -> Result<(), Box<dyn Error>> {
    let not_send = Rc::new(16 * MIB);
    let big = [1_u8; 16 * MIB];
    portable::task::yield_now().await;
    assert_eq!(big.len(), *not_send);
    assert_eq!(this_thread(), named_after("a_test_on_a_stack_of_the_size"));
    Ok(())
}

/// The thread is another one, but the runtime is that of the test.
#[portable::test(stack_size = MIB, runtime = "smol")]
async fn a_test_on_a_stack_and_a_runtime() {
    assert_eq!(runtime::current(), "smol");
}

#[portable::test(stack_size = MIB)]
#[should_panic(expected = "on purpose")]
async fn a_test_on_a_stack_that_panics() {
    panic!("on purpose");
}

#[portable::test(stack_size = usize::MAX / 2)]
#[should_panic(expected = "portable: cannot start a thread with a `stack_size` of ")]
async fn a_test_on_an_absurd_stack() {}

/// The operating system turns a size of zero into its minimum. Whether a main can run on so little
/// is another question.
#[test]
fn a_size_of_none_is_no_error() {
    #[portable::main(stack_size = 0, init = || std::process::exit(7))]
    async fn main() {}

    common::program!("a_size_of_none_is_no_error").run(main, |outcome| {
        assert_eq!(outcome.status.code(), Some(7), "{outcome:#?}");
    });
}

thread_local! {
    static INITS: Cell<usize> = const { Cell::new(0) };
}

fn init() {
    assert_eq!(INITS.get(), 0);
    INITS.set(1);
}

fn evaluated<T>(value: T) -> T {
    assert_eq!(INITS.get(), 1);
    INITS.set(2);
    value
}

#[portable::test(shutdown_timeout = evaluated(Duration::from_secs(1)), init = init)]
async fn init_comes_before_the_other_arguments() {
    assert_eq!(INITS.get(), 2);
}

#[portable::test(
    stack_size = MIB,
    shutdown_timeout = evaluated(Duration::from_secs(1)),
    init = init,
)]
async fn init_is_on_the_thread_of_the_test() {
    assert_eq!(INITS.get(), 2);
}

#[test]
fn each_call_calls_init() {
    #[portable::main(init = || INITS.set(INITS.get() + 1))]
    async fn run() -> usize {
        INITS.get()
    }

    assert_eq!([run(), run()], [1, 2]);
}

#[portable::test(
    name = "crawler",
    flavor = "multi_thread",
    thread_name = "worker",
    runtime = ["tokio", "smol", "async-std"]
)]
async fn a_name_names_no_thread() {
    let name = portable::spawn(async { this_thread() }).await.unwrap();
    assert_eq!(name, "worker");
}

#[portable::test(name = "crawler", flavor = "multi_thread")]
async fn the_name_is_that_of_each_handle() {
    let name = || runtime::Handle::current().name().map(String::from);
    assert_eq!(name().as_deref(), Some("crawler"));
    let spawned = portable::spawn(async move { name() }).await.unwrap();
    assert_eq!(spawned.as_deref(), Some("crawler"));
    let blocking = portable::task::spawn_blocking(name).await.unwrap();
    assert_eq!(blocking.as_deref(), Some("crawler"));
}

#[portable::test]
async fn without_a_name_there_is_none() {
    assert_eq!(runtime::Handle::current().name(), None);
}

#[test]
fn an_empty_name_is_an_error() {
    for name in ["", " \t"] {
        let error = runtime::Builder::new_current_thread()
            .name(name)
            .build()
            .unwrap_err();
        assert_eq!(error.to_string(), "portable: `name` must not be empty");
    }
}

#[portable::test(timeout = "60s")]
async fn a_test_in_time() -> Result<(), Box<dyn Error>> {
    let not_send = Rc::new(());
    sleep(Duration::from_millis(1)).await;
    drop(not_send);
    Ok(())
}

#[portable::test(timeout = Duration::MAX)]
#[should_panic(expected = "on purpose")]
async fn a_test_that_panics_in_time() {
    panic!("on purpose");
}

#[portable::test(timeout = "20ms")]
#[should_panic(expected = "outran its `timeout` of 20ms: its future was still waiting")]
async fn a_test_that_waits() {
    std::future::pending::<()>().await;
}

#[portable::test(timeout = "20ms", stack_size = MIB, flavor = "multi_thread")]
#[should_panic(expected = "outran its `timeout` of 20ms: its future was still waiting")]
async fn a_test_that_sleeps_on_a_stack() {
    sleep(Duration::from_secs(60)).await;
}

/// A poll cannot be ended, so the limit takes effect after it.
#[portable::test(timeout = "20ms")]
#[should_panic(expected = "outran its `timeout` of 20ms: it ended after ")]
async fn a_test_that_blocks() {
    thread::sleep(Duration::from_millis(50));
}

#[portable::test(timeout = "500ms", shutdown_timeout = "1s")]
#[should_panic(expected = "outran its `timeout` of 500ms: its runtime ended after ")]
async fn a_test_that_leaves_a_closure() {
    portable::task::spawn_blocking(|| thread::sleep(Duration::from_secs(2)));
    // The closure starts to run in this time.
    sleep(Duration::from_millis(5)).await;
}

/// Starts a test that is otherwise ignored, in a process of its own, once for each runtime.
fn run_ignored(test: &str) -> Vec<(&'static str, Output)> {
    let start = |runtime: &&'static str| {
        let name = match runtime::available().len() {
            1 => test.to_owned(),
            _ => format!("{test}__{}", runtime.replace('-', "_")),
        };
        let child = common::runner::command(common::runner::itself())
            .args(["--exact", &name, "--ignored", "--test-threads=2"])
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        (*runtime, child)
    };
    let available = runtime::available();
    let children: Vec<_> = available.iter().map(start).collect();
    let wait =
        |(runtime, child): (_, std::process::Child)| (runtime, child.wait_with_output().unwrap());
    children.into_iter().map(wait).collect()
}

#[portable::test(timeout = "50ms")]
#[ignore = "it fails: `the_text_names_the_test_and_the_place` runs it"]
async fn waits() {
    // The future's values are dropped while its runtime is there.
    let _guard = common::on_drop(|| println!("dropped on {}", runtime::current()));
    let _timer = sleep(Duration::from_secs(60));
    std::future::pending().await
}

#[test]
fn the_text_names_the_test_and_the_place() {
    let line = include_str!("entry_arguments.rs")
        .lines()
        .position(|line| line.contains("timeout = \"50ms\""))
        .unwrap()
        + 1;
    for (runtime, output) in run_ignored("waits") {
        assert_eq!(output.status.code(), Some(101), "{output:?}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let file = file!();
        let text = format!(
            "portable: the test `entry_arguments::waits` on {runtime}, {file}:{line}, outran its \
             `timeout` of 50ms: its future was still waiting\n"
        );
        assert_eq!(stdout.matches(&text).count(), 1, "{stdout}\n{text}");
        assert!(
            stdout.contains(&format!("dropped on {runtime}\n")),
            "{stdout}"
        );
        assert!(
            stdout.contains(&format!(") panicked at {file}:{line}:")),
            "{stdout}"
        );
    }
}

#[portable::test(timeout = "50ms")]
#[ignore = "it aborts: `a_poll_that_does_not_end_does_not_keep_the_process` runs it"]
async fn never_yields() {
    // The message is printed although the lock of stderr is held.
    #[cfg(unix)]
    let _held = std::io::stderr().lock();
    loop {
        thread::sleep(Duration::from_millis(1));
    }
}

#[portable::test(timeout = "50ms", shutdown_timeout = "10ms")]
#[ignore = "it aborts: `a_shutdown_that_does_not_end_does_not_keep_the_process` runs it"]
async fn never_ends() {
    let guard = common::on_drop(|| {
        loop {
            thread::sleep(Duration::from_millis(1));
        }
    });
    common::spawn_waiting(guard).await;
}

#[track_caller]
fn assert_aborted(test: &str, why: &str) {
    let start = Instant::now();
    for (runtime, output) in run_ignored(test) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let text = format!("error: portable: the test `entry_arguments::{test}` on {runtime}, ");
        // With the feature `inspect` the tasks come first.
        let (tasks, error) = stderr.split_once("error: ").unwrap_or_default();
        assert!(format!("error: {error}").starts_with(&text), "{output:?}");
        assert!(error.contains(why), "{output:?}");
        assert_eq!(error.trim().lines().count(), 1, "{output:?}");
        assert!(
            tasks.trim().is_empty() || cfg!(feature = "inspect"),
            "{output:?}"
        );
        #[cfg(unix)]
        assert!(
            std::os::unix::process::ExitStatusExt::signal(&output.status).is_some(),
            "{output:?}"
        );
    }
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_poll_that_does_not_end_does_not_keep_the_process() {
    let why = "outran its `timeout` of 50ms: a poll on its thread does not end";
    assert_aborted("never_yields", why);
}

#[test]
fn a_shutdown_that_does_not_end_does_not_keep_the_process() {
    let why = "outran its `timeout` of 50ms: its runtime does not end";
    assert_aborted("never_ends", why);
}

#[cfg(feature = "inspect")]
mod inspect {
    use portable::task::Builder;
    use portable::time::Duration;

    use super::run_ignored;

    #[portable::test(timeout = "500ms")]
    #[ignore = "it fails: `the_tasks_of_a_test_that_is_too_slow_are_printed` runs it"]
    async fn waits_on_one_thread() {
        wait().await;
    }

    #[portable::test(timeout = "500ms", flavor = "multi_thread")]
    #[ignore = "it fails: `the_tasks_of_a_test_that_is_too_slow_are_printed` runs it"]
    async fn waits_beside_workers() {
        wait().await;
    }

    async fn wait() {
        let waits = Builder::new().name("waits for ever");
        let waits = waits.spawn(std::future::pending::<()>()).unwrap();
        portable::time::sleep(Duration::from_millis(10)).await;
        waits.await.unwrap();
    }

    #[portable::test(timeout = "200ms")]
    #[ignore = "it fails: `a_test_that_is_too_slow_may_have_no_tasks` runs it"]
    async fn waits_for_nothing() {
        std::future::pending().await
    }

    #[test]
    fn the_tasks_of_a_test_that_is_too_slow_are_printed() {
        let tests = [
            "inspect::waits_on_one_thread",
            "inspect::waits_beside_workers",
        ];
        let runs = tests.into_iter().flat_map(|test| {
            let of_test = move |(_, output)| (test, output);
            run_ignored(test).into_iter().map(of_test)
        });
        for (test, output) in runs {
            assert_eq!(output.status.code(), Some(101), "{output:?}");
            let stderr = String::from_utf8_lossy(&output.stderr);
            let name = format!("`entry_arguments::{test}`");
            let head = format!("portable: 1 task when the test {name} outran its `timeout`\n");
            let line = stderr
                .split_once(&head)
                .and_then(|(_, table)| table.lines().nth(1));
            let line = line.unwrap_or_else(|| panic!("{stderr}"));
            assert!(line.starts_with("waiting"), "{stderr}");
            assert!(line.contains(" waits for ever "), "{stderr}");
            assert!(line.contains(file!()), "{stderr}");
        }
    }

    #[test]
    fn a_test_that_is_too_slow_may_have_no_tasks() {
        for (_, output) in run_ignored("inspect::waits_for_nothing") {
            assert_eq!(output.status.code(), Some(101), "{output:?}");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        }
    }
}
