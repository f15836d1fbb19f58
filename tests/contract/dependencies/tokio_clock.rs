//! A paused clock and the timers of a dependency that uses Tokio's (contract 28 and 30).

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::common::on_current_thread;
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::TcpListener;
use portable::task;
use portable::time::{self, Duration, Instant, advance, sleep, timeout};

on_current_thread! {
    tokios_clock_shows_what_ours_does,
    a_sleep_of_tokio_is_over_in_no_time,
    timers_of_both_fire_in_the_order_of_their_deadlines,
    an_advance_fires_the_timers_of_tokio,
    time_stands_still_while_tokio_runs_a_closure,
    time_stands_still_while_a_task_of_tokio_can_run,
    sockets_of_tokio_in_our_tasks_take_no_time,
    a_task_of_tokio_and_ours_talk_in_no_time,
    a_hold_keeps_tokios_clock_from_being_advanced,
    tokios_clock_runs_again_with_ours,
    a_thousand_sleeps_of_both_end_twice_at_the_same_times,
}

const HOUR: Duration = Duration::from_secs(3600);

/// Tokio has whole milliseconds from a beginning of its own.
const ROUNDED: Duration = Duration::from_millis(2);

#[track_caller]
fn assert_passed(start: Instant, expected: Duration) {
    let passed = start.elapsed();
    assert!(
        passed >= expected && passed < expected + ROUNDED,
        "{passed:?}, not {expected:?}"
    );
    assert_agree();
}

#[track_caller]
fn assert_agree() {
    assert_eq!(
        tokio::time::Instant::now().into_std(),
        Instant::now().into_std()
    );
}

async fn tokios_clock_shows_what_ours_does() {
    time::pause();
    assert_agree();
    thread::sleep(Duration::from_millis(2));
    advance(HOUR).await;
    assert_agree();
    sleep(HOUR).await;
    assert_agree();
    advance(Duration::from_nanos(1)).await;
    assert_agree();
    let there = tokio::spawn(async {
        assert_agree();
        Instant::now()
    });
    assert_eq!(there.await.unwrap(), Instant::now());
}

async fn a_sleep_of_tokio_is_over_in_no_time() {
    time::pause();
    let start = Instant::now();
    tokio::time::sleep(24 * HOUR).await;
    assert_passed(start, 24 * HOUR);
    let task = tokio::spawn(tokio::time::sleep(HOUR));
    let start = Instant::now();
    task.await.unwrap();
    assert_passed(start, HOUR);
    tokio::time::timeout(HOUR, std::future::pending::<()>())
        .await
        .unwrap_err();
    let start = Instant::now();
    timeout(HOUR, tokio::time::sleep(2 * HOUR))
        .await
        .unwrap_err();
    assert_passed(start, HOUR);
}

async fn timers_of_both_fire_in_the_order_of_their_deadlines() {
    time::pause();
    let start = Instant::now();
    let done = Arc::new(Mutex::new(Vec::new()));
    let mut ours = Vec::new();
    let mut tokios = Vec::new();
    for seconds in [5, 1, 3, 7] {
        let done = done.clone();
        ours.push(task::spawn(async move {
            sleep(Duration::from_secs(seconds)).await;
            done.lock().unwrap().push(seconds);
        }));
    }
    for seconds in [6, 2, 8, 4] {
        let done = done.clone();
        tokios.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            done.lock().unwrap().push(seconds);
        }));
    }
    for task in ours {
        task.await.unwrap();
    }
    for task in tokios {
        task.await.unwrap();
    }
    assert_eq!(*done.lock().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_passed(start, Duration::from_secs(8));
}

async fn an_advance_fires_the_timers_of_tokio() {
    time::pause();
    let task = task::spawn(async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        Instant::now()
    });
    task::yield_now().await;
    let start = Instant::now();
    advance(Duration::from_secs(9)).await;
    task::yield_now().await;
    assert!(!task.is_finished());
    advance(Duration::from_secs(2)).await;
    task::yield_now().await;
    assert!(task.is_finished());
    assert_eq!(start.elapsed(), Duration::from_secs(11));
    assert_eq!(task.await.unwrap() - start, Duration::from_secs(11));
}

async fn time_stands_still_while_tokio_runs_a_closure() {
    time::pause();
    let start = Instant::now();
    for _ in 0..10 {
        let closure = tokio::task::spawn_blocking(|| thread::sleep(Duration::from_millis(3)));
        timeout(Duration::from_millis(1), closure)
            .await
            .expect("it is in time")
            .unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn time_stands_still_while_a_task_of_tokio_can_run() {
    time::pause();
    let start = Instant::now();
    let busy = tokio::spawn(async {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        thread::sleep(Duration::from_millis(5));
    });
    timeout(Duration::from_millis(1), busy)
        .await
        .expect("it is in time")
        .unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn read(stream: &tokio::net::TcpStream) -> u8 {
    let mut byte = [0];
    loop {
        stream.readable().await.unwrap();
        match stream.try_read(&mut byte) {
            Ok(count) => return byte[0] * u8::try_from(count).unwrap(),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
}

async fn sockets_of_tokio_in_our_tasks_take_no_time() {
    time::pause();
    let start = Instant::now();
    let address = (Ipv4Addr::LOCALHOST, 0);
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    task::spawn(async move {
        let (there, _) = listener.accept().await.unwrap();
        for _ in 0..200 {
            let byte = read(&there).await;
            assert_eq!(there.try_write(&[byte + 1]).unwrap(), 1);
        }
    });
    let talk = async {
        let here = tokio::net::TcpStream::connect(address).await.unwrap();
        here.writable().await.unwrap();
        for byte in 0..200 {
            assert_eq!(here.try_write(&[byte]).unwrap(), 1);
            assert_eq!(read(&here).await, byte + 1);
        }
    };
    timeout(Duration::from_secs(1), talk)
        .await
        .expect("it is in time");
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn a_task_of_tokio_and_ours_talk_in_no_time() {
    time::pause();
    let start = Instant::now();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let there = tokio::net::TcpStream::connect(address).await.unwrap();
        there.writable().await.unwrap();
        for _ in 0..200 {
            let byte = read(&there).await;
            assert_eq!(there.try_write(&[byte + 1]).unwrap(), 1);
        }
    });
    let talk = async {
        let (mut here, _) = listener.accept().await.unwrap();
        for byte in 0..200 {
            here.write_all(&[byte]).await.unwrap();
            let mut answer = [0];
            here.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, [byte + 1]);
        }
    };
    timeout(Duration::from_secs(1), talk)
        .await
        .expect("it is in time");
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn a_hold_keeps_tokios_clock_from_being_advanced() {
    time::pause();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let _hold = time::hold();
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(5));
        answer.send(42)
    });
    let start = Instant::now();
    let answered = tokio::time::timeout(HOUR, answered);
    assert_eq!(answered.await.expect("it is in time").unwrap(), 42);
    assert_eq!(start.elapsed(), Duration::ZERO);
    thread.join().unwrap().unwrap();
}

async fn tokios_clock_runs_again_with_ours() {
    time::pause();
    advance(HOUR).await;
    let paused = Instant::now();
    time::resume();
    let start = tokio::time::Instant::now();
    assert!(start.into_std() >= paused.into_std());
    assert!(start.into_std() - paused.into_std() < HOUR);
    let real = std::time::Instant::now();
    tokio::time::sleep(Duration::from_millis(5)).await;
    sleep(Duration::from_millis(5)).await;
    assert!(start.elapsed() >= Duration::from_millis(10));
    assert!(real.elapsed() >= Duration::from_millis(10));
    time::pause();
    assert_agree();
    tokio::time::sleep(HOUR).await;
    assert_agree();
}

async fn a_thousand_sleeps_of_both_end_twice_at_the_same_times() {
    time::pause();
    let first = sleeps_of_both().await;
    assert_eq!(first.len(), 1000);
    assert_eq!(first, sleeps_of_both().await);
}

/// Returns when tasks end, which sleep by our timers and by Tokio's in turn.
async fn sleeps_of_both() -> Vec<u128> {
    let start = Instant::now();
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        Duration::from_millis((seed >> 33) % 100_000)
    };
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let sleeps: Vec<_> = (0..5).map(|_| (next(), next())).collect();
            task::spawn(async move {
                let mut ends = Vec::new();
                for (ours, tokios) in sleeps {
                    sleep(ours).await;
                    ends.push(start.elapsed().as_nanos());
                    tokio::time::sleep(tokios).await;
                    ends.push(start.elapsed().as_nanos());
                }
                ends
            })
        })
        .collect();
    let mut ends = Vec::new();
    for task in tasks {
        ends.extend(task.await.unwrap());
    }
    ends
}
