//! The end of `#[portable::main]`, and the outputs that it may have (contract 9, 10 and 11).
//!
//! The status of the process is `std`'s business once the function returns what its `main` returned:
//! see `what_main_returns_is_returned`, and `tests/ui/pass/main_*.rs`.

use std::future::pending;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread;

use crate::common::{self, OnDrop, Outcome, on_drop, program};
use futures::channel::oneshot;
use portable::runtime::Handle;
use portable::task::{self, JoinSet};
use portable::time::{Duration, Instant, sleep};

/// Declares tests. Each is a module with a `main`, which is the body of an entry point of each
/// flavour in a process of its own, and a `judge` of the outcome.
macro_rules! programs {
    ($($test:ident),* $(,)?) => {
        mod current_thread {
            $(programs! { $test "current_thread" })*
        }
        mod multi_thread {
            $(programs! { $test "multi_thread" })*
        }
    };
    ($test:ident $flavor:literal) => {
        #[test]
        fn $test() {
            #[portable::main(flavor = $flavor)]
            async fn main() {
                super::$test::main().await;
            }

            let program = || {
                main();
                println!("end");
            };
            crate::common::program!(stringify!($test)).run(program, super::$test::judge);
        }
    };
}

programs! {
    what_waits_is_dropped,
    what_has_not_started_is_dropped,
    local_tasks_are_dropped,
    a_panic_of_main_drops_what_waits,
    a_closure_that_runs_is_waited_for,
    a_panic_of_main_waits_for_a_closure_that_runs,
    a_destructor_that_runs_a_closure_gets_a_cancelled_one,
    a_destructor_that_spawns_gets_a_cancelled_task,
    a_destructor_of_a_local_task_starts_nothing,
    a_destructor_of_a_local_task_starts_nothing_after_a_panic,
    a_plain_thread_starts_nothing_while_local_tasks_end,
    another_function_ends_as_main_does,
    destructors_that_spawn_are_no_deeper_than_the_stack,
    a_destructor_that_panics_changes_nothing,
    exit_in_a_task_is_the_end,
    main_is_on_the_thread_that_calls_it,
    it_may_be_called_again,
}

fn says_when_dropped(what: &'static str) -> OnDrop<impl FnOnce() + Send + Sync> {
    on_drop(move || println!("{what} is dropped"))
}

mod what_waits_is_dropped {
    use super::*;

    pub(super) async fn main() {
        drop(common::spawn_waiting(says_when_dropped("a task")).await);
        let _kept = common::spawn_waiting(says_when_dropped("a task")).await;
        let sleeps = says_when_dropped("a task");
        task::spawn(async move {
            let _sleeps = sleeps;
            sleep(Duration::MAX).await;
        });
        println!("main");
    }

    pub(super) fn judge(outcome: Outcome) {
        let dropped = "a task is dropped";
        outcome.printed(&["main", dropped, dropped, dropped, "end"]);
    }
}

mod what_has_not_started_is_dropped {
    use super::*;

    pub(super) async fn main() {
        for _ in 0..3 {
            let unstarted = says_when_dropped("a task");
            task::spawn(async move {
                let _unstarted = unstarted;
                pending::<()>().await;
            });
        }
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&[
            "a task is dropped",
            "a task is dropped",
            "a task is dropped",
            "end",
        ]);
    }
}

mod local_tasks_are_dropped {
    use super::*;

    pub(super) async fn main() {
        let here = Rc::new(thread::current().id());
        let guard = says_when_dropped("a task");
        task::spawn_local(async move {
            let _guard = guard;
            let _on_the_right_thread = on_drop({
                let here = here.clone();
                move || assert_eq!(thread::current().id(), *here)
            });
            pending::<()>().await;
        });
        task::spawn_local(async {}).await.unwrap();
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["a task is dropped", "end"]);
    }
}

mod a_panic_of_main_drops_what_waits {
    use super::*;

    pub(super) async fn main() {
        drop(common::spawn_waiting(says_when_dropped("a task")).await);
        let guard = says_when_dropped("a task");
        task::spawn_local(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task::spawn_local(async {}).await.unwrap();
        panic!("of main");
    }

    pub(super) fn judge(outcome: Outcome) {
        assert_eq!(outcome.status.code(), Some(101), "{outcome:#?}");
        assert_eq!(outcome.stderr.matches("of main").count(), 1, "{outcome:#?}");
        assert_eq!(
            outcome.stdout.matches("a task is dropped").count(),
            2,
            "{outcome:#?}"
        );
        assert!(
            outcome.stdout.lines().all(|line| line != "end"),
            "{outcome:#?}"
        );
    }
}

/// Starts a closure that takes a while.
async fn slow_closure() {
    let (started, is_started) = oneshot::channel();
    task::spawn_blocking(|| {
        started.send(()).unwrap();
        thread::sleep(Duration::from_millis(100));
        println!("the closure ends");
    });
    is_started.await.unwrap();
}

mod a_closure_that_runs_is_waited_for {
    use super::*;

    pub(super) async fn main() {
        slow_closure().await;
        println!("main");
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["main", "the closure ends", "end"]);
    }
}

mod a_panic_of_main_waits_for_a_closure_that_runs {
    use super::*;

    pub(super) async fn main() {
        slow_closure().await;
        panic!("of main");
    }

    pub(super) fn judge(outcome: Outcome) {
        assert_eq!(outcome.status.code(), Some(101), "{outcome:#?}");
        assert!(outcome.stdout.contains("the closure ends"), "{outcome:#?}");
    }
}

#[test]
fn a_closure_that_never_ends_is_waited_for_one_second() {
    async fn never_ends() -> Instant {
        let (started, is_started) = oneshot::channel();
        task::spawn_blocking(|| {
            started.send(()).unwrap();
            loop {
                thread::park();
            }
        });
        is_started.await.unwrap();
        Instant::now()
    }

    #[portable::main]
    async fn multi_thread() -> Instant {
        never_ends().await
    }

    #[portable::main(flavor = "current_thread")]
    async fn current_thread() -> Instant {
        never_ends().await
    }

    program!("a_closure_that_never_ends_is_waited_for_one_second").run(
        || {
            for main in [multi_thread, current_thread] {
                assert!(main().elapsed() >= Duration::from_secs(1));
                println!("end");
            }
        },
        |outcome| outcome.printed(&["end", "end"]),
    );
}

mod a_destructor_that_spawns_gets_a_cancelled_task {
    use super::*;

    pub(super) async fn main() {
        let guard = on_drop(|| {
            let inner = says_when_dropped("the late task");
            let task = task::spawn(async move {
                let _inner = inner;
                println!("the late task runs");
            });
            let error = common::block_on(task).unwrap_err();
            println!("cancelled: {}", error.is_cancelled());
        });
        drop(common::spawn_waiting(guard).await);
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["the late task is dropped", "cancelled: true", "end"]);
    }
}

/// Spawns in each way, and returns whether each of the tasks has ended within the call.
fn spawn_in_each_way(handle: &Handle) -> [bool; 7] {
    let never = || says_when_it_runs();
    let mut set = JoinSet::new();
    let in_set = set.spawn(async move { never() });
    let in_set_by_handle = set.spawn_on(async move { never() }, handle);
    let ended = [
        task::spawn(async move { never() }).is_finished(),
        task::spawn_blocking(never).is_finished(),
        handle.spawn(async move { never() }).is_finished(),
        handle.spawn_blocking(never).is_finished(),
        in_set.is_finished(),
        in_set_by_handle.is_finished(),
        portable::spawn_task!(blocking, never).is_finished(),
    ];
    // A task that was started would have the time to run.
    thread::sleep(Duration::from_millis(30));
    assert!(
        common::block_on(set.join_next())
            .unwrap()
            .unwrap_err()
            .is_cancelled()
    );
    ended
}

fn says_when_it_runs() {
    println!("a task runs");
}

/// Spawns a local task whose destructor spawns.
async fn local_that_spawns() {
    let handle = Handle::current();
    let guard = on_drop(move || {
        let local = task::spawn_local(async { says_when_it_runs() });
        println!("{:?}", spawn_in_each_way(&handle));
        println!("{}", local.is_finished());
    });
    task::spawn_local(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    task::spawn_local(async {}).await.unwrap();
}

const ALL_ENDED: &str = "[true, true, true, true, true, true, true]";

mod a_destructor_of_a_local_task_starts_nothing {
    use super::*;

    pub(super) async fn main() {
        local_that_spawns().await;
        println!("main");
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["main", ALL_ENDED, "true", "end"]);
    }
}

mod a_destructor_of_a_local_task_starts_nothing_after_a_panic {
    use super::*;

    pub(super) async fn main() {
        local_that_spawns().await;
        panic!("of main");
    }

    pub(super) fn judge(outcome: Outcome) {
        assert_eq!(outcome.status.code(), Some(101), "{outcome:#?}");
        let text = format!("{ALL_ENDED}\ntrue");
        assert!(outcome.stdout.starts_with(&text), "{outcome:#?}");
        assert!(!outcome.stdout.contains("a task runs"), "{outcome:#?}");
    }
}

mod a_plain_thread_starts_nothing_while_local_tasks_end {
    use super::*;

    pub(super) async fn main() {
        let handle = Handle::current();
        let guard = on_drop(move || {
            let thread = thread::spawn(move || spawn_in_each_way(&handle));
            println!("{:?}", thread.join().unwrap());
        });
        task::spawn_local(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task::spawn_local(async {}).await.unwrap();
        println!("main");
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["main", ALL_ENDED, "end"]);
    }
}

mod another_function_ends_as_main_does {
    use super::*;

    #[portable::main]
    async fn another() {
        local_that_spawns().await;
        println!("the other");
    }

    pub(super) async fn main() {
        task::spawn_blocking(another).await.unwrap();
        // The end of the other function is not the end of this one.
        task::spawn(async { println!("main") }).await.unwrap();
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["the other", ALL_ENDED, "true", "main", "end"]);
    }
}

mod destructors_that_spawn_are_no_deeper_than_the_stack {
    use super::*;

    const DEEP: usize = 20_000;

    /// A value whose destructor spawns the next one, which is one level less deep, in turns as a
    /// task and as a closure.
    struct Spawns(usize);

    impl Drop for Spawns {
        fn drop(&mut self) {
            let Some(less) = self.0.checked_sub(1) else {
                println!("the last");
                return;
            };
            let next = Self(less);
            let is_finished = if less % 2 == 0 {
                task::spawn(next.waits()).is_finished()
            } else {
                task::spawn_blocking(move || drop(next)).is_finished()
            };
            assert!(is_finished);
        }
    }

    impl Spawns {
        async fn waits(self) {
            pending::<()>().await;
        }
    }

    pub(super) async fn main() {
        task::spawn(Spawns(DEEP).waits());
        task::spawn_local(Spawns(DEEP).waits());
        task::spawn(async {}).await.unwrap();
        task::spawn_local(async {}).await.unwrap();
    }

    pub(super) fn judge(outcome: Outcome) {
        // Both chains come to their ends.
        outcome.printed(&["the last", "the last", "end"]);
    }
}

mod a_destructor_that_runs_a_closure_gets_a_cancelled_one {
    use super::*;

    pub(super) async fn main() {
        let guard = on_drop(|| {
            let closure = task::spawn_blocking(|| println!("the late closure runs"));
            let error = common::block_on(closure).unwrap_err();
            println!("cancelled: {}", error.is_cancelled());
        });
        drop(common::spawn_waiting(guard).await);
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["cancelled: true", "end"]);
    }
}

#[test]
fn closures_that_wait_for_a_thread_are_cancelled() {
    #[portable::main(max_blocking_threads = 1, shutdown_timeout = "60s")]
    async fn main() {
        slow_closure().await;
        for _ in 0..3 {
            let guard = says_when_dropped("a closure");
            task::spawn_blocking(|| {
                let _guard = guard;
                println!("a closure runs");
            });
        }
    }

    program!("closures_that_wait_for_a_thread_are_cancelled").run(
        || {
            main();
            println!("end");
        },
        |outcome| {
            assert!(outcome.status.success(), "{outcome:#?}");
            let count = |text: &str| outcome.stdout.matches(text).count();
            assert_eq!(count("the closure ends"), 1, "{outcome:#?}");
            assert_eq!(count("a closure is dropped"), 3, "{outcome:#?}");
            assert_eq!(count("a closure runs"), 0, "{outcome:#?}");
        },
    );
}

mod a_destructor_that_panics_changes_nothing {
    use super::*;

    pub(super) async fn main() {
        for _ in 0..3 {
            let guard = (
                on_drop(|| panic!("of a destructor")),
                says_when_dropped("a task"),
            );
            drop(common::spawn_waiting(guard).await);
        }
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&[
            "a task is dropped",
            "a task is dropped",
            "a task is dropped",
            "end",
        ]);
        assert_eq!(outcome.stderr.matches("of a destructor").count(), 3);
    }
}

mod exit_in_a_task_is_the_end {
    use super::*;

    pub(super) async fn main() {
        let _never = says_when_dropped("a local of main");
        drop(common::spawn_waiting(says_when_dropped("a task")).await);
        task::spawn(async {
            println!("exit");
            std::process::exit(7);
        });
        pending::<()>().await;
    }

    pub(super) fn judge(outcome: Outcome) {
        assert_eq!(outcome.status.code(), Some(7), "{outcome:#?}");
        assert_eq!(outcome.stdout, "exit", "{outcome:#?}");
    }
}

mod main_is_on_the_thread_that_calls_it {
    use super::*;

    pub(super) async fn main() {
        let shared = Rc::new(thread::current().id());
        for _ in 0..20 {
            task::yield_now().await;
            task::spawn(async {}).await.unwrap();
            task::spawn_blocking(|| ()).await.unwrap();
            sleep(Duration::from_millis(1)).await;
            assert_eq!(thread::current().id(), *shared);
        }
        println!("{}", thread::current().name().unwrap_or_default());
    }

    pub(super) fn judge(outcome: Outcome) {
        assert!(outcome.status.success(), "{outcome:#?}");
        let lines: Vec<_> = outcome.stdout.lines().collect();
        // The harness gives this name to the thread of a test.
        assert!(lines[0].ends_with("::main_is_on_the_thread_that_calls_it"));
        assert_eq!(lines[1..], ["end"], "{outcome:#?}");
    }
}

mod it_may_be_called_again {
    use super::*;

    #[portable::main]
    async fn again() {
        task::spawn(async { println!("again") }).await.unwrap();
        let guard = says_when_dropped("a task");
        drop(common::spawn_waiting(guard).await);
    }

    pub(super) async fn main() {
        task::spawn_blocking(again).await.unwrap();
        println!("main");
    }

    pub(super) fn judge(outcome: Outcome) {
        outcome.printed(&["again", "a task is dropped", "main", "end"]);
    }
}

#[test]
fn a_task_that_never_yields_cannot_keep_the_process() {
    #[portable::main(shutdown_timeout = "50ms")]
    async fn main() {
        let (started, is_started) = oneshot::channel();
        task::spawn(async {
            started.send(()).unwrap();
            loop {
                std::hint::spin_loop();
            }
        });
        is_started.await.unwrap();
        println!("main");
    }

    program!("a_task_that_never_yields_cannot_keep_the_process").run_with_workers(
        || {
            main();
            println!("end");
        },
        |outcome| outcome.printed(&["main", "end"]),
    );
}

#[test]
fn a_task_in_a_poll_is_waited_for() {
    #[portable::main(shutdown_timeout = "60s")]
    async fn main() {
        let (started, is_started) = oneshot::channel();
        task::spawn(async {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(100));
            println!("the poll ends");
            task::yield_now().await;
            println!("never");
        });
        is_started.await.unwrap();
        println!("main");
    }

    program!("a_task_in_a_poll_is_waited_for").run_with_workers(
        || {
            main();
            println!("end");
        },
        |outcome| outcome.printed(&["main", "the poll ends", "end"]),
    );
}

#[test]
fn the_shutdown_timeout_of_the_attribute_is_kept() {
    #[portable::main(flavor = "current_thread", shutdown_timeout = "60s")]
    async fn long() {
        let (started, is_started) = oneshot::channel();
        task::spawn_blocking(|| {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(1_200));
            println!("the closure ends");
        });
        is_started.await.unwrap();
    }

    #[portable::main(shutdown_timeout = "0s")]
    async fn none() {
        let (started, is_started) = oneshot::channel();
        task::spawn_blocking(|| {
            started.send(()).unwrap();
            loop {
                thread::park();
            }
        });
        is_started.await.unwrap();
    }

    program!("the_shutdown_timeout_of_the_attribute_is_kept").run(
        || {
            long();
            println!("long");
            none();
            println!("none");
        },
        |outcome| outcome.printed(&["the closure ends", "long", "none"]),
    );
}

#[test]
fn the_other_settings_of_the_attribute_are_kept() {
    const MIB: usize = 1024 * 1024;

    #[portable::main(
        worker_threads = 3,
        thread_name = "crawler",
        thread_stack_size = 8 * MIB,
        max_blocking_threads = 2,
    )]
    async fn main() {
        let name = || thread::current().name().map(String::from).unwrap();
        println!("{}", task::spawn(async move { name() }).await.unwrap());
        println!("{}", task::spawn_blocking(name).await.unwrap());
        task::spawn(async { common::use_stack(7 * MIB) })
            .await
            .unwrap();
        task::spawn_blocking(|| common::use_stack(7 * MIB))
            .await
            .unwrap();
        // Three tasks and two closures wait for each other.
        let barrier = Arc::new(Barrier::new(5));
        let tasks: Vec<_> = (0..5)
            .map(|n| {
                let barrier = barrier.clone();
                let wait = move || {
                    barrier.wait();
                };
                if n < 3 {
                    task::spawn(async move { wait() })
                } else {
                    task::spawn_blocking(wait)
                }
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        // A third closure does not start while two are held.
        let (started, is_started) = mpsc::channel();
        let (release, is_released) = mpsc::channel::<()>();
        let is_released = Arc::new(std::sync::Mutex::new(is_released));
        for _ in 0..3 {
            let (started, is_released) = (started.clone(), is_released.clone());
            task::spawn_blocking(move || {
                started.send(()).unwrap();
                let _ = is_released.lock().unwrap().recv();
            });
        }
        is_started.recv().unwrap();
        is_started.recv().unwrap();
        println!(
            "{}",
            is_started.recv_timeout(Duration::from_millis(50)).is_err()
        );
        drop(release);
        is_started.recv().unwrap();
    }

    program!("the_other_settings_of_the_attribute_are_kept").run_with_workers(main, |outcome| {
        outcome.printed(&["crawler", "crawler", "true"]);
    });
}

#[test]
fn what_main_returns_is_returned() {
    #[portable::main]
    async fn value() -> u8 {
        task::spawn(async { 7 }).await.unwrap()
    }

    #[portable::main(flavor = "current_thread")]
    async fn error() -> Result<(), Box<dyn std::error::Error>> {
        "x".parse::<u8>()?;
        Ok(())
    }

    #[portable::main]
    async fn code() -> ExitCode {
        ExitCode::from(3)
    }

    #[portable::main]
    async fn never() -> ! {
        println!("never");
        std::process::exit(9)
    }

    program!("what_main_returns_is_returned").run(
        || {
            println!("{}", value());
            println!("{}", error().unwrap_err());
            println!("{}", code() == ExitCode::from(3));
            never()
        },
        |outcome| {
            assert_eq!(outcome.status.code(), Some(9), "{outcome:#?}");
            let lines: Vec<_> = outcome.stdout.lines().collect();
            assert_eq!(
                lines,
                ["7", "invalid digit found in string", "true", "never"]
            );
        },
    );
}
