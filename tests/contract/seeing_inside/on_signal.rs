//! `dump_on`: a dump on standard error at each signal of a kind (contract 24).

use std::future::pending;
use std::thread;

use crate::common::Outcome;
use portable::runtime::Builder;
use portable::signal::unix::{SignalKind, signal};
use portable::task;
use portable::time::Duration;
use rustix::process::{Signal as Number, getpid, kill_process};

/// Declares tests. Each is an `async fn`, which is the body of an entry point of each flavour in a
/// process of its own, with a judge of the outcome.
macro_rules! programs {
    ($($test:ident => $judge:ident),* $(,)?) => {
        mod current_thread_program {
            $(super::programs! { @ $test "current_thread" $judge })*
        }
        mod multi_thread_program {
            $(super::programs! { @ $test "multi_thread" $judge })*
        }
    };
    (@ $test:ident $flavor:literal $judge:ident) => {
        #[test]
        fn $test() {
            #[portable::main(flavor = $flavor, dump_on = "SIGUSR1")]
            async fn main() {
                super::$test().await;
            }

            let program = || {
                main();
                println!("end");
            };
            $crate::common::program!(stringify!($test)).run(program, super::$judge);
        }
    };
}
use programs;

programs! {
    each_signal_prints_a_dump => prints_two_dumps,
    a_dump_comes_while_every_thread_is_stuck => prints_the_stuck_task,
    another_listener_gets_the_signal_too => prints_a_dump,
}

fn usr1() {
    kill_process(getpid(), Number::USR1).unwrap();
}

/// Returns the number of dumps that were printed.
#[track_caller]
fn dumps(outcome: &Outcome) -> usize {
    outcome.printed(&["end"]);
    let heads = |line: &&str| line.starts_with("portable: ") && line.ends_with("at the signal");
    outcome.stderr.lines().filter(heads).count()
}

/// Waits on this thread until the thread for signals has printed, which nobody tells.
fn wait_for_the_printer() {
    thread::sleep(Duration::from_millis(500));
}

async fn each_signal_prints_a_dump() {
    let waits = task::Builder::new()
        .name("waits")
        .spawn(pending::<()>())
        .unwrap();
    for _ in 0..2 {
        usr1();
        wait_for_the_printer();
    }
    waits.abort();
}

fn prints_two_dumps(outcome: Outcome) {
    assert_eq!(dumps(&outcome), 2, "{outcome:#?}");
    let stderr = &outcome.stderr;
    assert_eq!(stderr.matches(" waits ").count(), 2, "{stderr}");
    assert!(stderr.contains("on_signal.rs:"), "{stderr}");
}

async fn a_dump_comes_while_every_thread_is_stuck() {
    let stuck = task::Builder::new().name("stuck").spawn(async {
        usr1();
        wait_for_the_printer();
    });
    stuck.unwrap().await.unwrap();
}

fn prints_the_stuck_task(outcome: Outcome) {
    assert_eq!(dumps(&outcome), 1, "{outcome:#?}");
    let line = outcome.stderr.lines().find(|line| line.contains(" stuck "));
    assert!(line.unwrap().starts_with("polling "), "{outcome:#?}");
}

async fn another_listener_gets_the_signal_too() {
    let mut listener = signal(SignalKind::user_defined1()).unwrap();
    usr1();
    listener.recv().await;
    wait_for_the_printer();
}

fn prints_a_dump(outcome: Outcome) {
    assert_eq!(dumps(&outcome), 1, "{outcome:#?}");
}

#[test]
fn a_signal_that_nobody_can_listen_to_fails_to_build() {
    let kill = SignalKind::from_raw(9);
    let error = Builder::new_current_thread()
        .dump_on(kill)
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("SIGKILL"), "{error}");
}
