//! Events of the console, and the graceful end that they ask for (contract 21). Each program has a
//! console of its own, and sends itself the events.

use std::pin::pin;
use std::process::exit;
use std::thread;

use crate::common::{self, program};
use portable::runtime::block_on;
use portable::shutdown::Shutdown;
use portable::signal::{ctrl_c, windows};
use portable::time::{Duration, sleep, timeout};

const CTRL_C: u32 = 0;
const CTRL_BREAK: u32 = 1;
/// With this status the operating system ends a process by ctrl-c.
const STATUS_CONTROL_C_EXIT: u32 = 0xC000_013A;

unsafe extern "system" {
    safe fn AllocConsole() -> i32;
    safe fn FreeConsole() -> i32;
    safe fn GenerateConsoleCtrlEvent(event: u32, group: u32) -> i32;
    fn SetConsoleCtrlHandler(handler: *const u8, add: i32) -> i32;
}

/// Gives this process a console of its own, whose events come.
fn open_console() {
    FreeConsole();
    assert_ne!(AllocConsole(), 0, "{}", std::io::Error::last_os_error());
    // SAFETY: without a handler, this only says whether ctrl-c is ignored.
    unsafe { SetConsoleCtrlHandler(std::ptr::null(), 0) };
}

/// Sends an event to the processes of the console, which is this one.
fn send(event: u32) {
    let sent = GenerateConsoleCtrlEvent(event, 0);
    assert_ne!(sent, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn every_listener_is_told() {
    program!("every_listener_is_told").run(
        || {
            open_console();
            block_on(async {
                let (one, other) = (ctrl_c(), ctrl_c());
                let mut third = windows::ctrl_c().unwrap();
                let mut breaks = windows::ctrl_break().unwrap();
                send(CTRL_C);
                one.await.unwrap();
                other.await.unwrap();
                third.recv().await.unwrap();
                assert!(common::poll_once(pin!(breaks.recv())).is_pending());
                // wine can send no ctrl-break.
                if GenerateConsoleCtrlEvent(CTRL_BREAK, 0) != 0 {
                    breaks.recv().await.unwrap();
                }
                let again = timeout(Duration::from_millis(20), third.recv()).await;
                assert!(again.is_err());
            });
            println!("told");
        },
        |outcome| outcome.printed(&["told"]),
    );
}

#[test]
fn a_loop_that_listens_anew_misses_nothing() {
    program!("a_loop_that_listens_anew_misses_nothing").run(
        || {
            open_console();
            block_on(async {
                let mut first = Some(ctrl_c());
                send(CTRL_C);
                sleep(Duration::from_millis(50)).await;
                drop(first.take());
                // The next listener gives what the first one had not.
                ctrl_c().await.unwrap();
            });
            println!("missed nothing");
        },
        |outcome| outcome.printed(&["missed nothing"]),
    );
}

#[test]
fn when_nobody_listens_any_more_ctrl_c_ends_the_process() {
    program!("when_nobody_listens_any_more_ctrl_c_ends_the_process").run(
        || {
            open_console();
            block_on(async {
                let listener = ctrl_c();
                send(CTRL_C);
                listener.await.unwrap();
                println!("first");
                send(CTRL_C);
                sleep(Duration::from_secs(30)).await;
            });
            println!("still there");
            exit(1);
        },
        |outcome| {
            assert!(outcome.stdout.contains("first"));
            assert!(!outcome.stdout.contains("still there"));
            assert_eq!(
                outcome.status.code(),
                Some(STATUS_CONTROL_C_EXIT.cast_signed())
            );
        },
    );
}

#[test]
fn ctrl_c_ends_the_process_while_its_threads_are_busy() {
    program!("ctrl_c_ends_the_process_while_its_threads_are_busy").run(
        || {
            open_console();
            let listener = ctrl_c();
            send(CTRL_C);
            block_on(listener).unwrap();
            println!("first");
            send(CTRL_C);
            thread::sleep(Duration::from_secs(30));
            println!("still there");
            exit(1);
        },
        |outcome| {
            assert!(outcome.stdout.contains("first"));
            assert!(!outcome.stdout.contains("still there"));
            assert_eq!(
                outcome.status.code(),
                Some(STATUS_CONTROL_C_EXIT.cast_signed())
            );
        },
    );
}

#[test]
fn a_shutdown_is_requested_once() {
    program!("a_shutdown_is_requested_once").run(
        || {
            open_console();
            block_on(async {
                let shutdown = Shutdown::on_signal().unwrap();
                let guard = shutdown.guard();
                assert!(!shutdown.is_requested());
                send(CTRL_C);
                guard.requested().await;
                assert!(shutdown.is_requested());
                let left = shutdown.wait_for(Duration::from_millis(10)).await;
                assert_eq!(left.unwrap_err().guards(), 1);
                drop(guard);
                shutdown.wait_for(Duration::from_secs(10)).await.unwrap();
            });
            println!("shut down");
        },
        |outcome| outcome.printed(&["shut down"]),
    );
}
