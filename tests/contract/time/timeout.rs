//! `timeout` and `timeout_at`: the future first, the clock second (contract 16).

use std::future::{IntoFuture, Ready, pending, poll_fn, ready};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::thread;

use crate::common::{self, Counter, on_both_flavors};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::join_all;
use portable::task;
use portable::time::error::Elapsed;
use portable::time::{Duration, Instant, sleep, timeout, timeout_at};

on_both_flavors! {
    a_future_that_is_ready_wins,
    a_future_that_ends_in_time_wins,
    a_future_that_takes_too_long_is_over,
    it_is_never_early,
    zero_and_ready,
    zero_and_pending,
    zero_and_one_turn,
    past_the_deadline_after_the_first_poll,
    a_future_that_is_ready_wins_however_late,
    a_deadline_that_has_passed_polls_the_future_once,
    the_deadline_is_fixed_at_the_call,
    the_longest_waits_for_ever,
    the_future_is_dropped_before_the_error_is_seen,
    the_future_is_dropped_before_the_output_is_seen,
    a_dropped_timeout_drops_the_future,
    a_panic_of_the_future_comes_through,
    the_inner_one_of_two_may_be_over_first,
    the_outer_one_of_two_may_be_over_first,
    it_takes_what_becomes_a_future,
    it_takes_a_future_by_reference,
    a_task_whose_await_is_over_goes_on,
    the_error_has_one_text,
    polled_after_the_end_it_panics_with_one_text,
    a_thousand_at_once,
    a_thousand_tasks_are_over,
    it_works_on_another_executor,
    it_works_in_a_local_task,
}

const HOUR: Duration = Duration::from_secs(3600);

async fn a_future_that_is_ready_wins() {
    assert_eq!(timeout(HOUR, ready(7)).await, Ok(7));
    let deadline = Instant::now() + HOUR;
    assert_eq!(timeout_at(deadline, ready(7)).await, Ok(7));
}

async fn a_future_that_ends_in_time_wins() {
    let task = async {
        task::yield_now().await;
        sleep(Duration::from_millis(5)).await;
        task::spawn(async { 7 }).await.unwrap()
    };
    assert_eq!(timeout(HOUR, task).await, Ok(7));
}

async fn a_future_that_takes_too_long_is_over() {
    let short = Duration::from_millis(5);
    assert!(timeout(short, pending::<()>()).await.is_err());
    assert!(timeout(short, sleep(HOUR)).await.is_err());
    let spinning = async {
        loop {
            task::yield_now().await;
        }
    };
    assert!(timeout::<_>(short, spinning.map(|()| ())).await.is_err());
}

async fn it_is_never_early() {
    for micros in [1, 100, 900, 1_000, 1_500, 10_000, 20_900] {
        let length = Duration::from_micros(micros);
        let start = Instant::now();
        assert!(timeout(length, pending::<()>()).await.is_err());
        let waited = start.elapsed();
        assert!(waited >= length, "{waited:?} is less than {length:?}");

        let deadline = Instant::now() + length;
        assert!(timeout_at(deadline, pending::<()>()).await.is_err());
        assert!(Instant::now() >= deadline);
    }
}

async fn zero_and_ready() {
    assert_eq!(timeout(Duration::ZERO, ready(7)).await, Ok(7));
}

async fn zero_and_pending() {
    let mut over = pin!(timeout(Duration::ZERO, pending::<()>()));
    assert!(matches!(
        common::poll_once(over.as_mut()),
        Poll::Ready(Err(_))
    ));
}

async fn zero_and_one_turn() {
    let one_turn = async {
        task::yield_now().await;
        7
    };
    assert!(timeout(Duration::ZERO, one_turn).await.is_err());
}

async fn past_the_deadline_after_the_first_poll() {
    let after = Counter::default();
    let late = async {
        thread::sleep(Duration::from_millis(20));
        task::yield_now().await;
        after.add_one();
    };
    assert!(timeout(Duration::from_millis(5), late).await.is_err());
    assert_eq!(after.get(), 0);
}

async fn a_future_that_is_ready_wins_however_late() {
    let late = async {
        thread::sleep(Duration::from_millis(20));
        7
    };
    assert_eq!(timeout(Duration::from_millis(5), late).await, Ok(7));

    // The future is ready in a later poll, which comes after the deadline.
    let mut polls = 0;
    let late = poll_fn(|_| {
        polls += 1;
        if polls == 2 {
            Poll::Ready(7)
        } else {
            Poll::Pending
        }
    });
    let limit = Duration::from_millis(50);
    let mut late = pin!(timeout(limit, late));
    if common::poll_once(late.as_mut()).is_ready() {
        // The machine stood still for that long.
        return;
    }
    thread::sleep(limit);
    assert_eq!(common::poll_once(late), Poll::Ready(Ok(7)));
}

async fn a_deadline_that_has_passed_polls_the_future_once() {
    let past = Instant::now() - Duration::from_millis(1);
    let mut polls = 0;
    let counts = poll_fn(|_| {
        polls += 1;
        Poll::<()>::Pending
    });
    assert!(timeout_at(past, counts).await.is_err());
    assert_eq!(polls, 1);
    assert_eq!(timeout_at(past, ready(7)).await, Ok(7));
}

async fn the_deadline_is_fixed_at_the_call() {
    let mut over = pin!(timeout(Duration::from_millis(20), pending::<()>()));
    sleep(Duration::from_millis(25)).await;
    assert!(matches!(
        common::poll_once(over.as_mut()),
        Poll::Ready(Err(_))
    ));
}

async fn the_longest_waits_for_ever() {
    for length in [Duration::MAX, Duration::from_secs(u64::MAX)] {
        let long = timeout(length, pending::<()>());
        assert!(timeout(Duration::from_millis(5), long).await.is_err());
        let ends = async {
            sleep(Duration::from_millis(5)).await;
            7
        };
        assert_eq!(timeout(length, ends).await, Ok(7));
    }
}

async fn the_future_is_dropped_before_the_error_is_seen() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let waits = async move {
        let _guard = guard;
        pending::<()>().await;
    };
    let mut over = pin!(timeout(Duration::from_millis(5), waits));
    assert!(over.as_mut().await.is_err());
    // The timeout itself still exists.
    assert_eq!(dropped.get(), 1);
}

async fn the_future_is_dropped_before_the_output_is_seen() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let mut in_time = pin!(timeout(
        HOUR,
        poll_fn(move |_| {
            let _ = &guard;
            Poll::Ready(7)
        })
    ));
    assert_eq!(in_time.as_mut().await, Ok(7));
    assert_eq!(dropped.get(), 1);
}

async fn a_dropped_timeout_drops_the_future() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let mut waits = Box::pin(timeout(HOUR, async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    assert!(common::poll_once(waits.as_mut()).is_pending());
    drop(waits);
    assert_eq!(dropped.get(), 1);
}

async fn a_panic_of_the_future_comes_through() {
    let task = task::spawn(async {
        let panics = async { panic!("on purpose") };
        let _: Result<(), _> = timeout(HOUR, panics).await;
    });
    assert_eq!(common::panic_of_task(task.await), "on purpose");
}

async fn the_inner_one_of_two_may_be_over_first() {
    let inner = timeout(Duration::from_millis(5), pending::<()>());
    assert!(timeout(HOUR, inner).await.unwrap().is_err());
}

async fn the_outer_one_of_two_may_be_over_first() {
    let inner = timeout(HOUR, pending::<()>());
    assert!(timeout(Duration::from_millis(5), inner).await.is_err());
}

async fn it_takes_what_becomes_a_future() {
    struct Request;

    impl IntoFuture for Request {
        type Output = u8;
        type IntoFuture = Ready<u8>;

        fn into_future(self) -> Ready<u8> {
            ready(7)
        }
    }

    assert_eq!(timeout(HOUR, Request).await, Ok(7));
    assert_eq!(timeout_at(Instant::now() + HOUR, Request).await, Ok(7));
}

async fn it_takes_a_future_by_reference() {
    let (send, mut receive) = oneshot::channel();
    let short = Duration::from_millis(2);
    assert!(timeout(short, &mut receive).await.is_err());
    send.send(7).unwrap();
    assert_eq!(timeout(HOUR, &mut receive).await, Ok(Ok(7)));
}

async fn a_task_whose_await_is_over_goes_on() {
    let (release, is_released) = oneshot::channel::<()>();
    let mut task = task::spawn(async move {
        is_released.await.unwrap();
        7
    });
    let short = Duration::from_millis(2);
    assert!(timeout(short, &mut task).await.is_err());
    assert!(!task.is_finished());
    release.send(()).unwrap();
    assert_eq!(timeout(HOUR, task).await.unwrap().unwrap(), 7);
}

async fn the_error_has_one_text() {
    let error: Elapsed = timeout(Duration::ZERO, pending::<()>()).await.unwrap_err();
    assert_eq!(error.to_string(), "deadline has elapsed");
    assert_eq!(format!("{error:?}"), "Elapsed(())");
    assert_eq!(
        Err::<(), _>(error),
        timeout(Duration::ZERO, pending()).await
    );
    let error = timeout(Duration::ZERO, pending::<()>()).await.unwrap_err();
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::TimedOut);
}

async fn polled_after_the_end_it_panics_with_one_text() {
    for length in [Duration::ZERO, Duration::from_millis(2)] {
        let mut over = Box::pin(timeout(length, pending::<()>()));
        assert!(over.as_mut().await.is_err());
        let text = common::panic_of(|| common::poll_once(over.as_mut()));
        assert_eq!(text, "`Timeout` polled after completion");
    }
    let mut done = Box::pin(timeout(HOUR, ready(7)));
    assert_eq!(done.as_mut().await, Ok(7));
    let text = common::panic_of(|| common::poll_once(done.as_mut()));
    assert_eq!(text, "`Timeout` polled after completion");
}

async fn a_thousand_at_once() {
    let over = (0..1_000_u64).map(|n| async move {
        let limit = Duration::from_micros(n * 7919 % 1_000 * 20);
        let deadline = Instant::now() + limit;
        if n % 2 == 0 {
            assert!(timeout(limit, pending::<()>()).await.is_err());
            assert!(Instant::now() >= deadline);
        } else {
            assert_eq!(timeout(HOUR, sleep(limit)).await, Ok(()));
        }
    });
    join_all(over).await;
}

async fn a_thousand_tasks_are_over() {
    let dropped = Counter::default();
    let tasks: Vec<_> = (0..1_000_u64)
        .map(|n| {
            let guard = dropped.on_drop();
            task::spawn(async move {
                let waits = async move {
                    let _guard = guard;
                    pending::<()>().await;
                };
                timeout(Duration::from_micros(n * 10), waits).await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_err());
    }
    assert_eq!(dropped.get(), 1_000);
}

async fn it_works_on_another_executor() {
    let task = task::spawn_blocking(|| {
        futures::executor::block_on(async {
            let short = Duration::from_millis(5);
            assert!(timeout(short, pending::<()>()).await.is_err());
            assert_eq!(timeout(HOUR, sleep(short)).await, Ok(()));
        });
    });
    task.await.unwrap();
}

async fn it_works_in_a_local_task() {
    let task = task::spawn_local(timeout(Duration::from_millis(5), pending::<()>()));
    assert!(task.await.unwrap().is_err());
}
