//! `signal`: ctrl-c and the other signals (contract 21).
//!
//! A signal is for the whole process, so nearly every test is a program.

use std::env;
use std::fs;
use std::io::{self, ErrorKind, PipeWriter, Write, pipe};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::pin::{Pin, pin};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{self, Outcome, program};
use futures::future::{Either, join_all, select};
use futures::stream::{FuturesUnordered, StreamExt};
use portable::runtime::Builder;
use portable::signal::unix::{Signal, SignalKind, signal};
use portable::signal::{CtrlC, ctrl_c};
use portable::task;
use portable::time::{Duration, sleep};
use rustix::process::{Signal as Number, getpid, kill_process};

/// Declares tests. Each is an `async fn`, which is the body of an entry point of each flavour in a
/// process of its own, with a judge of the outcome.
macro_rules! programs {
    ($($judge:ident: [$($test:ident),* $(,)?]),* $(,)?) => {
        mod current_thread_program {
            $($($crate::signals::ctrl_c::programs! { @ $test "current_thread" $judge })*)*
        }
        mod multi_thread_program {
            $($($crate::signals::ctrl_c::programs! { @ $test "multi_thread" $judge })*)*
        }
    };
    (@ $test:ident $flavor:literal $judge:ident) => {
        #[test]
        fn $test() {
            #[portable::main(flavor = $flavor)]
            async fn main() {
                super::$test().await;
            }

            let program = || {
                $crate::signals::ctrl_c::with_default_signals();
                main();
                println!("end");
            };
            $crate::common::program!(stringify!($test)).run(program, super::$judge);
        }
    };
}
pub(super) use programs;

programs! {
    ends: [
        every_listener_is_told,
        it_listens_from_the_call_on,
        it_works_under_any_executor_on_any_thread,
        a_pending_listener_is_woken,
        signals_that_nobody_looks_at_are_one,
        each_signal_that_is_looked_at_is_given,
        a_recv_that_is_cancelled_loses_nothing,
        every_kind_is_heard,
        the_end_of_a_child_is_heard,
        a_signal_that_does_nothing_does_nothing_again,
        a_closed_pipe_is_an_error_again,
        listeners_come_and_go_while_signals_come,
        a_signal_between_two_listeners_reaches_the_second,
        a_signal_between_two_listeners_reaches_another_task,
        what_a_dropped_listener_did_not_give_reaches_the_next,
        what_one_task_has_taken_reaches_the_next_listener_of_another,
        what_was_taken_is_not_told_again,
        what_a_dropped_listener_was_told_does_nothing_else,
        a_signal_that_does_nothing_waits_too,
        a_loop_in_main_that_listens_anew_in_each_turn_misses_nothing,
        loops_in_tasks_that_listen_anew_in_each_turn_miss_nothing,
    ],
    dies_of_interrupt: [
        the_second_ends_the_process,
        the_second_ends_it_while_all_threads_are_busy,
        the_second_ends_it_when_nobody_took_the_first,
        a_dropped_listener_listens_no_more,
        a_cancelled_listener_listens_no_more,
        each_listener_takes_one,
        the_last_listener_counts,
        a_second_one_does_not_wait_for_a_listener,
        one_that_waits_in_vain_ends_the_process_while_all_threads_are_busy,
    ],
    dies_of_terminate: [
        terminate_ends_the_process_again,
    ],
}

/// Sends a signal to this process, as a terminal or `kill` does.
pub(super) fn send(kind: SignalKind) {
    let kill = format!("kill -{} $PPID", kind.as_raw_value());
    let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(status.success(), "{status}");
}

/// Sends a signal without starting a process for it.
fn send_quickly(kind: SignalKind) {
    let signal = Number::from_named_raw(kind.as_raw_value()).unwrap();
    kill_process(getpid(), signal).unwrap();
}

/// Sends the signal of which this process is to die. This thread does nothing else afterwards.
pub(super) fn die_of(kind: SignalKind) -> ! {
    println!("the last signal");
    send(kind);
    loop {
        thread::park();
    }
}

/// Returns when the listeners know of all signals that were sent before.
pub(super) fn let_it_be_told() {
    let mut marker = signal(SignalKind::window_change()).unwrap();
    // The first marker may be delivered before other signals that were there already, and a marker
    // before it may have waited for this listener.
    for _ in 0..3 {
        send(SignalKind::window_change());
        common::block_on(marker.recv()).unwrap();
    }
}

/// Starts the program again with default signals if its parent ignored one of them, as a script's
/// job in the background ignores ctrl-c.
pub(super) fn with_default_signals() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let kinds = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
        SignalKind::user_defined1(),
    ];
    let is_ignored = |kind: &SignalKind| ignored.unwrap_or(0) >> (kind.as_raw_value() - 1) & 1 == 1;
    if kinds.iter().any(is_ignored) {
        start_again(Command::new("env").arg("--default-signal"));
    }
}

/// Starts the program again through another one, to which its path and arguments are passed.
fn start_again(through: &mut Command) -> ! {
    let error = through
        .args(common::runner::words(common::runner::itself()))
        .args(env::args_os().skip(1))
        .env("PORTABLE_TEST_AGAIN", "1")
        .exec();
    panic!("{through:?}: {error}");
}

/// Returns the output of the program, or of the one that took its place.
fn lines(outcome: &Outcome) -> Vec<&str> {
    let printed = outcome.stdout.rsplit("-----").next().unwrap();
    printed.trim().lines().collect()
}

/// Asserts that the program came to its end.
#[track_caller]
pub(super) fn ends(outcome: Outcome) {
    assert!(outcome.status.success(), "{outcome:#?}");
    assert_eq!(lines(&outcome), ["end"], "{outcome:#?}");
}

#[track_caller]
pub(super) fn dies_of_interrupt(outcome: Outcome) {
    dies_of(SignalKind::interrupt(), &outcome);
}

#[track_caller]
pub(super) fn dies_of_terminate(outcome: Outcome) {
    dies_of(SignalKind::terminate(), &outcome);
}

#[track_caller]
fn dies_of(kind: SignalKind, outcome: &Outcome) {
    assert_eq!(
        outcome.status.signal(),
        Some(kind.as_raw_value()),
        "{outcome:#?}"
    );
    assert_eq!(lines(outcome), ["the last signal"], "{outcome:#?}");
}

async fn every_listener_is_told() {
    let tasks: Vec<_> = (0..3).map(|_| task::spawn(ctrl_c())).collect();
    let (first, second) = (ctrl_c(), ctrl_c());
    let mut stream = signal(SignalKind::interrupt()).unwrap();
    send(SignalKind::interrupt());
    second.await.unwrap();
    first.await.unwrap();
    stream.recv().await.unwrap();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

async fn it_listens_from_the_call_on() {
    let listener = ctrl_c();
    let mut stream = signal(SignalKind::user_defined1()).unwrap();
    send(SignalKind::interrupt());
    send(SignalKind::user_defined1());
    let_it_be_told();
    listener.await.unwrap();
    stream.recv().await.unwrap();
}

async fn it_works_under_any_executor_on_any_thread() {
    let threads = [
        common::block_on,
        futures::executor::block_on,
        portable::block_on,
    ]
    .map(|block_on: fn(CtrlC) -> io::Result<()>| {
        let listener = ctrl_c();
        thread::spawn(move || block_on(listener))
    });
    let listener = ctrl_c();
    let blocking = task::spawn_blocking(|| portable::block_on(listener));
    let local = task::spawn_local(ctrl_c());
    let joined = join_all((0..100).map(|_| ctrl_c()));
    let mut unordered: FuturesUnordered<_> = (0..100).map(|_| ctrl_c()).collect();
    // Most of the others wait by then.
    sleep(Duration::from_millis(50)).await;
    send(SignalKind::interrupt());
    joined.await.into_iter().for_each(Result::unwrap);
    while let Some(told) = unordered.next().await {
        told.unwrap();
    }
    local.await.unwrap().unwrap();
    blocking.await.unwrap().unwrap();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}

async fn a_pending_listener_is_woken() {
    let (started, is_started) = mpsc::channel();
    let mut stream = signal(SignalKind::user_defined1()).unwrap();
    thread::spawn(move || {
        is_started.recv().unwrap();
        send(SignalKind::user_defined1());
        is_started.recv().unwrap();
        send(SignalKind::interrupt());
    });
    let mut recv = Box::pin(stream.recv());
    assert!(common::poll_once(recv.as_mut()).is_pending());
    started.send(()).unwrap();
    recv.await.unwrap();
    let mut listener = ctrl_c();
    assert!(common::poll_once(Pin::new(&mut listener)).is_pending());
    started.send(()).unwrap();
    listener.await.unwrap();
}

fn poll_now(stream: &mut Signal) -> Poll<Option<()>> {
    stream.poll_recv(&mut Context::from_waker(Waker::noop()))
}

async fn signals_that_nobody_looks_at_are_one() {
    let mut streams =
        [SignalKind::interrupt(), SignalKind::user_defined1()].map(|kind| signal(kind).unwrap());
    for _ in 0..3 {
        send(SignalKind::interrupt());
        send(SignalKind::user_defined1());
    }
    let_it_be_told();
    for stream in &mut streams {
        stream.recv().await.unwrap();
        assert!(poll_now(stream).is_pending());
    }
}

async fn each_signal_that_is_looked_at_is_given() {
    let mut stream = signal(SignalKind::interrupt()).unwrap();
    let mut other = signal(SignalKind::interrupt()).unwrap();
    for _ in 0..20 {
        send(SignalKind::interrupt());
        stream.recv().await.unwrap();
        other.recv().await.unwrap();
        assert!(poll_now(&mut stream).is_pending());
    }
}

async fn a_recv_that_is_cancelled_loses_nothing() {
    let (next, is_next) = mpsc::channel();
    let sender = thread::spawn(move || {
        for () in is_next {
            send(SignalKind::user_defined1());
        }
    });
    let mut stream = signal(SignalKind::user_defined1()).unwrap();
    for _ in 0..50 {
        next.send(()).unwrap();
        loop {
            // `select` polls the first future first, so most of the time the second is dropped.
            let turn = pin!(task::yield_now());
            let recv = pin!(stream.recv());
            if let Either::Right((told, _)) = select(turn, recv).await {
                told.unwrap();
                break;
            }
        }
    }
    drop(next);
    sender.join().unwrap();
}

async fn every_kind_is_heard() {
    let kinds = [
        SignalKind::alarm(),
        SignalKind::child(),
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::io(),
        SignalKind::pipe(),
        SignalKind::quit(),
        SignalKind::terminate(),
        SignalKind::user_defined1(),
        SignalKind::user_defined2(),
        SignalKind::window_change(),
    ];
    for kind in kinds {
        let mut stream = signal(SignalKind::from_raw(kind.as_raw_value())).unwrap();
        send(kind);
        stream.recv().await.unwrap();
    }
}

async fn the_end_of_a_child_is_heard() {
    let mut stream = signal(SignalKind::child()).unwrap();
    let child = Command::new("true").spawn();
    stream.recv().await.unwrap();
    child.unwrap().wait().unwrap();
}

async fn a_signal_that_does_nothing_does_nothing_again() {
    for kind in [SignalKind::child(), SignalKind::window_change()] {
        drop(signal(kind).unwrap());
        send(kind);
    }
    let_it_be_told();
}

fn write_to_a_closed_pipe() -> ErrorKind {
    let (reader, mut writer): (_, PipeWriter) = pipe().unwrap();
    drop(reader);
    writer.write_all(b"nobody reads it").unwrap_err().kind()
}

async fn a_closed_pipe_is_an_error_again() {
    let mut stream = signal(SignalKind::pipe()).unwrap();
    assert_eq!(write_to_a_closed_pipe(), ErrorKind::BrokenPipe);
    stream.recv().await.unwrap();
    drop(stream);
    assert_eq!(write_to_a_closed_pipe(), ErrorKind::BrokenPipe);
    let_it_be_told();
}

/// A signal without a listener would end the process.
async fn listeners_come_and_go_while_signals_come() {
    let mut kept = signal(SignalKind::interrupt()).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let listening = Arc::new(Barrier::new(4));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (done, listening) = (done.clone(), listening.clone());
            thread::spawn(move || {
                let mut told = 0;
                let mut listener = ctrl_c();
                listening.wait();
                loop {
                    let is_done = done.load(Ordering::SeqCst);
                    let _passes_by = (ctrl_c(), signal(SignalKind::interrupt()).unwrap());
                    if common::poll_once(Pin::new(&mut listener)).is_ready() {
                        told += 1;
                        listener = ctrl_c();
                    }
                    if is_done {
                        break told;
                    }
                }
            })
        })
        .collect();
    listening.wait();
    for _ in 0..50 {
        send(SignalKind::interrupt());
        kept.recv().await.unwrap();
    }
    let_it_be_told();
    done.store(true, Ordering::SeqCst);
    for thread in threads {
        assert!((1..=50).contains(&thread.join().unwrap()));
    }
}

async fn the_second_ends_the_process() {
    let listener = ctrl_c();
    send(SignalKind::interrupt());
    listener.await.unwrap();
    die_of(SignalKind::interrupt());
}

async fn the_second_ends_it_while_all_threads_are_busy() {
    let listener = ctrl_c();
    send(SignalKind::interrupt());
    listener.await.unwrap();
    for _ in 0..64 {
        task::spawn(async {
            loop {
                thread::park();
            }
        });
        task::spawn_blocking(|| {
            loop {
                thread::park();
            }
        });
    }
    // The delay gives the workers time to take the tasks.
    thread::sleep(Duration::from_millis(50));
    die_of(SignalKind::interrupt());
}

async fn the_second_ends_it_when_nobody_took_the_first() {
    let mut polled = ctrl_c();
    assert!(common::poll_once(Pin::new(&mut polled)).is_pending());
    let _not_polled = ctrl_c();
    send(SignalKind::interrupt());
    let_it_be_told();
    die_of(SignalKind::interrupt());
}

async fn a_dropped_listener_listens_no_more() {
    drop(ctrl_c());
    drop(signal(SignalKind::interrupt()).unwrap());
    die_of(SignalKind::interrupt());
}

async fn a_cancelled_listener_listens_no_more() {
    let task = task::spawn(ctrl_c());
    task::yield_now().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    die_of(SignalKind::interrupt());
}

async fn each_listener_takes_one() {
    for _ in 0..3 {
        let listener = ctrl_c();
        send(SignalKind::interrupt());
        listener.await.unwrap();
    }
    die_of(SignalKind::interrupt());
}

async fn the_last_listener_counts() {
    let mut stream = signal(SignalKind::interrupt()).unwrap();
    for _ in 0..3 {
        let listener = ctrl_c();
        send(SignalKind::interrupt());
        listener.await.unwrap();
        stream.recv().await.unwrap();
    }
    drop(stream);
    die_of(SignalKind::interrupt());
}

async fn a_signal_between_two_listeners_reaches_the_second() {
    for _ in 0..3 {
        drop(ctrl_c());
        drop(signal(SignalKind::terminate()).unwrap());
        // A signal waits for a second, in which a busy machine may not even start a process.
        send_quickly(SignalKind::interrupt());
        send_quickly(SignalKind::terminate());
        sleep(Duration::from_millis(50)).await;
        ctrl_c().await.unwrap();
        signal(SignalKind::terminate()).unwrap().recv().await;
    }
}

async fn a_signal_between_two_listeners_reaches_another_task() {
    drop(ctrl_c());
    send_quickly(SignalKind::interrupt());
    sleep(Duration::from_millis(50)).await;
    task::spawn(ctrl_c()).await.unwrap().unwrap();
    drop(ctrl_c());
    send_quickly(SignalKind::interrupt());
    sleep(Duration::from_millis(50)).await;
    let thread = thread::spawn(|| common::block_on(ctrl_c()));
    thread.join().unwrap().unwrap();
}

async fn what_a_dropped_listener_did_not_give_reaches_the_next() {
    for _ in 0..3 {
        let mut listener = ctrl_c();
        let mut stream = signal(SignalKind::terminate()).unwrap();
        assert!(common::poll_once(Pin::new(&mut listener)).is_pending());
        assert!(poll_now(&mut stream).is_pending());
        send(SignalKind::interrupt());
        send(SignalKind::terminate());
        let_it_be_told();
        drop((listener, stream));
        ctrl_c().await.unwrap();
        signal(SignalKind::terminate()).unwrap().recv().await;
    }
}

/// A signal must end each of several loops.
async fn what_one_task_has_taken_reaches_the_next_listener_of_another() {
    let mut kept = signal(SignalKind::interrupt()).unwrap();
    let (dropped, is_dropped) = mpsc::channel();
    let (sent, is_sent) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        drop(ctrl_c());
        dropped.send(()).unwrap();
        is_sent.recv().unwrap();
        common::block_on(ctrl_c())
    });
    is_dropped.recv().unwrap();
    send(SignalKind::interrupt());
    kept.recv().await.unwrap();
    sent.send(()).unwrap();
    thread.join().unwrap().unwrap();
}

async fn what_was_taken_is_not_told_again() {
    for _ in 0..3 {
        let (first, second) = (ctrl_c(), ctrl_c());
        send(SignalKind::interrupt());
        first.await.unwrap();
        // The second listener got the signal too, but gave it to nobody.
        drop(second);
        assert!(common::poll_once(pin!(ctrl_c())).is_pending());
        let other = task::spawn(async { common::poll_once(pin!(ctrl_c())).is_pending() });
        assert!(other.await.unwrap());
    }
}

async fn what_a_dropped_listener_was_told_does_nothing_else() {
    let listener = ctrl_c();
    let stream = signal(SignalKind::hangup()).unwrap();
    send(SignalKind::interrupt());
    send(SignalKind::hangup());
    let_it_be_told();
    drop((listener, stream));
    sleep(Duration::from_millis(1500)).await;
}

async fn a_signal_that_does_nothing_waits_too() {
    drop(signal(SignalKind::child()).unwrap());
    send(SignalKind::child());
    send(SignalKind::child());
    let_it_be_told();
    signal(SignalKind::child()).unwrap().recv().await.unwrap();
}

/// Runs the usual loop until ctrl-c. Its first listener is there before the signal.
async fn until_ctrl_c(first: CtrlC, work: u64) {
    let mut first = Some(first);
    for turn in 0.. {
        let other = async {
            match turn % 3 {
                0 => sleep(Duration::from_micros(300)).await,
                1 => task::yield_now().await,
                _ => {}
            }
        };
        let listener = first.take().unwrap_or_else(ctrl_c);
        if let Either::Right((told, _)) = select(pin!(other), listener).await {
            return told.unwrap();
        }
        thread::sleep(Duration::from_micros(work));
    }
}

/// Runs the same loop with two streams.
async fn until_either(first: [Signal; 2], kinds: [SignalKind; 2]) {
    let mut first = Some(first);
    loop {
        let anew = || kinds.map(|kind| signal(kind).unwrap());
        let [mut one, mut other] = first.take().unwrap_or_else(anew);
        let (one, other) = (pin!(one.recv()), pin!(other.recv()));
        let turn = pin!(task::yield_now());
        if let Either::Right(_) = select(turn, select(one, other)).await {
            return;
        }
    }
}

/// Runs `round` again and again, with a function that sends a signal a moment later, beside threads
/// that leave the others little time.
async fn under_load(round: impl AsyncFn(u64, &dyn Fn(SignalKind))) {
    let busy = Arc::new(AtomicBool::new(true));
    for _ in 0..4 {
        let busy = busy.clone();
        thread::spawn(move || while busy.load(Ordering::Relaxed) {});
    }
    let (next, is_next) = mpsc::channel();
    thread::spawn(move || {
        for (after, kind) in is_next {
            thread::sleep(Duration::from_micros(after));
            send_quickly(kind);
        }
    });
    for number in 0..25 {
        let send_later = |kind| next.send((number * 211 % 3_000, kind)).unwrap();
        round(number, &send_later).await;
    }
    busy.store(false, Ordering::Relaxed);
}

async fn a_loop_in_main_that_listens_anew_in_each_turn_misses_nothing() {
    under_load(async |number, send_later| {
        let first = ctrl_c();
        send_later(SignalKind::interrupt());
        until_ctrl_c(first, number * 97 % 700).await;
    })
    .await;
}

async fn loops_in_tasks_that_listen_anew_in_each_turn_miss_nothing() {
    under_load(async |number, send_later| {
        let tasks = [0, 300].map(|work| task::spawn(until_ctrl_c(ctrl_c(), work)));
        send_later(SignalKind::interrupt());
        for task in tasks {
            task.await.unwrap();
        }
        let kinds = [SignalKind::terminate(), SignalKind::user_defined1()];
        let first = kinds.map(|kind| signal(kind).unwrap());
        let task = task::spawn(until_either(first, kinds));
        send_later(kinds[number as usize % 2]);
        task.await.unwrap();
    })
    .await;
}

async fn a_second_one_does_not_wait_for_a_listener() {
    drop(ctrl_c());
    send(SignalKind::interrupt());
    let_it_be_told();
    println!("the last signal");
    send(SignalKind::interrupt());
    thread::sleep(Duration::from_millis(700));
    println!("a listener may still come");
}

async fn one_that_waits_in_vain_ends_the_process_while_all_threads_are_busy() {
    for _ in 0..64 {
        task::spawn(async {
            loop {
                thread::park();
            }
        });
    }
    thread::sleep(Duration::from_millis(50));
    drop(ctrl_c());
    die_of(SignalKind::interrupt());
}

async fn terminate_ends_the_process_again() {
    let mut stream = signal(SignalKind::terminate()).unwrap();
    send(SignalKind::terminate());
    stream.recv().await.unwrap();
    // A listener to another signal makes no difference.
    let _interrupt = signal(SignalKind::interrupt()).unwrap();
    drop(stream);
    die_of(SignalKind::terminate());
}

/// A signal that the standard does not define ends the process with a status of its own.
#[cfg(target_os = "linux")]
mod without_a_portable_default {
    use super::*;

    programs! {
        ends_with_its_number: [it_ends_the_process],
    }

    const REAL_TIME: SignalKind = SignalKind::from_raw(40);

    async fn it_ends_the_process() {
        let mut stream = signal(REAL_TIME).unwrap();
        send(REAL_TIME);
        stream.recv().await.unwrap();
        drop(stream);
        die_of(REAL_TIME);
    }

    fn ends_with_its_number(outcome: Outcome) {
        assert_eq!(outcome.status.code(), Some(128 + 40), "{outcome:#?}");
        assert_eq!(lines(&outcome), ["the last signal"], "{outcome:#?}");
    }
}

/// The program starts with an ignored signal, as under `nohup`.
#[cfg(target_os = "linux")]
#[test]
fn what_was_ignored_at_the_start_is_ignored_again() {
    program!("what_was_ignored_at_the_start_is_ignored_again").run(
        || {
            if env::var_os("PORTABLE_TEST_AGAIN").is_none() {
                let ignores = "trap '' HUP; exec \"$0\" \"$@\"";
                start_again(Command::new("sh").args(["-c", ignores]));
            }
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let mut stream = signal(SignalKind::hangup()).unwrap();
                send(SignalKind::hangup());
                stream.recv().await.unwrap();
            });
            send(SignalKind::hangup());
            let_it_be_told();
            println!("end");
        },
        ends,
    );
}

#[test]
fn a_listener_outlives_its_runtime() {
    program!("a_listener_outlives_its_runtime").run(
        || {
            with_default_signals();
            let builders = [Builder::new_current_thread(), Builder::new_multi_thread()];
            for mut builder in builders {
                let runtime = builder.build().unwrap();
                let (mut listener, mut stream) = runtime.block_on(async {
                    let mut listener = ctrl_c();
                    let mut stream = signal(SignalKind::interrupt()).unwrap();
                    assert!(common::poll_once(Pin::new(&mut listener)).is_pending());
                    assert!(poll_now(&mut stream).is_pending());
                    (listener, stream)
                });
                drop(runtime);
                send(SignalKind::interrupt());
                common::block_on(&mut listener).unwrap();
                let runtime = builder.build().unwrap();
                runtime.block_on(stream.recv()).unwrap();
            }
            println!("end");
        },
        ends,
    );
}

#[test]
fn a_signal_that_nobody_can_listen_to_is_an_error() {
    let stop = if cfg!(target_os = "linux") { 19 } else { 17 };
    let forbidden = [
        (4, "SIGILL"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (stop, "SIGSTOP"),
    ];
    for (number, name) in forbidden {
        let error = signal(SignalKind::from_raw(number)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let text = error.to_string();
        assert!(text.contains("portable") && text.contains(name), "{text}");
    }
    for number in [i32::MIN, -1, 0, 100, 127, 128, 1_000, i32::MAX] {
        let error = signal(SignalKind::from_raw(number)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number}: {error}");
    }
}

#[test]
fn listeners_may_be_anywhere() {
    fn anywhere<T: Send + Sync + Unpin + 'static>() {}
    anywhere::<CtrlC>();
    anywhere::<Signal>();
    anywhere::<SignalKind>();
}

#[test]
fn a_listener_that_is_done_says_so() {
    program!("a_listener_that_is_done_says_so").run(
        || {
            let mut listener = ctrl_c();
            send(SignalKind::interrupt());
            common::block_on(&mut listener).unwrap();
            let text = common::panic_of(|| common::poll_once(Pin::new(&mut listener)));
            assert_eq!(text, "`CtrlC` polled after completion");
            println!("end");
        },
        ends,
    );
}
