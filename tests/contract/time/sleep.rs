//! `sleep` and `sleep_until`: never early, under any waker (contract 15).

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{self, Wakes, on_both_flavors, with_both_builders};
use futures::channel::oneshot;
use futures::future::{Either, join_all, lazy, select, select_all};
use futures::stream::{FuturesUnordered, StreamExt};
use portable::runtime::{Builder, Runtime};
use portable::task;
use portable::time::{Duration, Instant, Sleep, sleep, sleep_until};

on_both_flavors! {
    it_is_never_early,
    it_is_never_early_in_a_task,
    it_is_never_early_under_a_foreign_waker,
    zero_gives_the_others_one_turn,
    a_deadline_that_has_passed_gives_the_others_one_turn,
    a_deadline_of_now_gives_the_others_one_turn,
    the_longest_waits_for_ever,
    the_deadline_is_fixed_at_the_call,
    the_deadline_is_what_was_asked_for,
    after_the_end_it_stays_ready,
    is_elapsed_says_whether_it_has_ended,
    reset_to_a_later_deadline_waits_for_that,
    reset_to_an_earlier_deadline_wakes_at_that,
    reset_to_a_deadline_that_has_passed_wakes,
    reset_before_the_first_poll,
    reset_after_the_end_makes_it_a_new_one,
    reset_again_and_again,
    the_last_waker_is_the_one_that_is_woken,
    a_dropped_one_wakes_nobody,
    a_thousand_in_join_all,
    a_thousand_in_futures_unordered,
    a_thousand_under_wakers_of_their_own,
    a_thousand_tasks_sleep,
    in_a_select_the_shorter_one_wins,
    it_moves_from_task_to_task,
    it_moves_to_a_plain_thread,
    it_is_made_on_a_plain_thread,
    it_runs_on_another_executor,
    it_runs_in_a_blocking_closure,
    it_runs_in_a_local_task,
    it_fires_after_its_thread_was_blocked,
    main_sleeps_while_nothing_else_happens,
}

with_both_builders! {
    it_moves_from_runtime_to_runtime,
    it_outlives_the_runtime_it_was_made_on,
    it_outlives_the_runtime_it_was_polled_on,
    one_made_outside_runs_inside,
}

const LENGTHS: [Duration; 9] = [
    Duration::from_nanos(1),
    Duration::from_micros(100),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(1_500),
    Duration::from_micros(2_300),
    Duration::from_millis(10),
    Duration::from_micros(10_900),
    Duration::from_millis(40),
];

async fn lengths() {
    for _ in 0..3 {
        for length in LENGTHS {
            let start = Instant::now();
            sleep(length).await;
            let slept = start.elapsed();
            assert!(slept >= length, "{slept:?} is less than {length:?}");

            let deadline = Instant::now() + length;
            sleep_until(deadline).await;
            assert!(Instant::now() >= deadline);
        }
    }
}

async fn it_is_never_early() {
    lengths().await;
}

async fn it_is_never_early_in_a_task() {
    let tasks: Vec<_> = (0..20).map(|_| task::spawn(lengths())).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn it_is_never_early_under_a_foreign_waker() {
    task::spawn_blocking(|| common::block_on(lengths()))
        .await
        .unwrap();
}

/// Returns the number of polls that a sleep takes whose deadline has passed.
async fn polls_of(sleep: Sleep) -> usize {
    assert!(!sleep.is_elapsed());
    let mut sleep = pin!(sleep);
    let mut polls = 0;
    poll_fn(|cx| {
        polls += 1;
        sleep.as_mut().poll(cx)
    })
    .await;
    assert!(sleep.is_elapsed());
    polls
}

async fn zero_gives_the_others_one_turn() {
    assert_eq!(polls_of(sleep(Duration::ZERO)).await, 2);
    let task = task::spawn(async { polls_of(sleep(Duration::ZERO)).await });
    assert_eq!(task.await.unwrap(), 2);
    let foreign = || common::block_on(polls_of(sleep(Duration::ZERO)));
    assert_eq!(task::spawn_blocking(foreign).await.unwrap(), 2);

    let wakes = Arc::new(Wakes::default());
    let waker = wakes.clone().into();
    let mut cx = Context::from_waker(&waker);
    let mut zero = pin!(sleep(Duration::ZERO));
    assert!(zero.as_mut().poll(&mut cx).is_pending());
    assert_eq!(wakes.get(), 1);
    assert!(zero.as_mut().poll(&mut cx).is_ready());
}

async fn a_deadline_that_has_passed_gives_the_others_one_turn() {
    let past = Instant::now() - Duration::from_millis(1);
    assert_eq!(polls_of(sleep_until(past)).await, 2);
    let task = task::spawn(async move { polls_of(sleep_until(past)).await });
    assert_eq!(task.await.unwrap(), 2);
}

async fn a_deadline_of_now_gives_the_others_one_turn() {
    assert_eq!(polls_of(sleep_until(Instant::now())).await, 2);
}

async fn the_longest_waits_for_ever() {
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    for length in [
        Duration::MAX,
        Duration::MAX - Duration::from_nanos(1),
        Duration::from_secs(u64::MAX),
        Duration::from_secs(u64::MAX / 2),
        Duration::from_secs(i64::MAX as u64),
        Duration::from_millis(u64::MAX),
        Duration::from_nanos(u64::MAX),
        century,
    ] {
        let longest = sleep(length);
        assert!(longest.deadline() > Instant::now() + Duration::from_secs(1_000_000));
        match select(pin!(longest), pin!(sleep(Duration::from_millis(5)))).await {
            Either::Left(_) => panic!("{length:?} is over"),
            Either::Right((_, longest)) => assert!(!longest.is_elapsed()),
        }
    }
    // The deadline is at the end of the clock's range.
    let far = Instant::now() + century;
    let far = Box::pin(sleep_until(far));
    let far = select(far, Box::pin(sleep(Duration::from_millis(5)))).await;
    assert!(matches!(far, Either::Right(_)));
    // A sleep that waits for ever can still be reset to an earlier deadline.
    let mut longest = pin!(sleep(Duration::MAX));
    assert!(common::poll_once(longest.as_mut()).is_pending());
    longest.as_mut().reset(Instant::now());
    longest.await;
}

/// Polls without waiting, and gives the runtime some turns. Returns whether the sleep is over.
async fn is_over(mut sleep: Pin<&mut Sleep>) -> bool {
    for _ in 0..20 {
        let over = poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx).is_ready())).await;
        if over {
            return true;
        }
        task::yield_now().await;
    }
    false
}

async fn the_deadline_is_fixed_at_the_call() {
    // The sleeps are longer than some turns take: otherwise one that starts at the first poll would
    // pass.
    let mut first = pin!(sleep(Duration::from_millis(100)));
    let mut second = pin!(sleep_until(Instant::now() + Duration::from_millis(100)));
    let mut blocked = pin!(sleep(Duration::from_millis(20)));
    sleep(Duration::from_millis(110)).await;
    assert!(is_over(first.as_mut()).await);
    assert!(is_over(second.as_mut()).await);
    // The deadline holds even if the thread has been blocked all that time.
    thread::sleep(Duration::from_millis(100));
    assert!(is_over(blocked.as_mut()).await);
}

async fn the_deadline_is_what_was_asked_for() {
    let before = Instant::now();
    let length = Duration::from_millis(20);
    let sleep = sleep(length);
    let after = Instant::now();
    assert!(sleep.deadline() >= before + length);
    assert!(sleep.deadline() <= after + length);
    let mut sleep = pin!(sleep);
    let deadline = sleep.deadline();
    sleep.as_mut().await;
    assert_eq!(sleep.deadline(), deadline);
    assert_eq!(sleep_until(deadline).deadline(), deadline);
}

async fn after_the_end_it_stays_ready() {
    for length in [Duration::ZERO, Duration::from_millis(2)] {
        let mut sleep = pin!(sleep(length));
        sleep.as_mut().await;
        assert!(common::poll_once(sleep.as_mut()).is_ready());
        sleep.as_mut().await;
    }
}

async fn is_elapsed_says_whether_it_has_ended() {
    let mut sleep = pin!(sleep(Duration::from_millis(5)));
    assert!(!sleep.is_elapsed());
    assert!(common::poll_once(sleep.as_mut()).is_pending());
    assert!(!sleep.is_elapsed());
    sleep.as_mut().await;
    assert!(sleep.is_elapsed());
}

async fn reset_to_a_later_deadline_waits_for_that() {
    let start = Instant::now();
    let mut sleep = pin!(sleep(Duration::from_millis(5)));
    assert!(common::poll_once(sleep.as_mut()).is_pending());
    let later = start + Duration::from_millis(30);
    sleep.as_mut().reset(later);
    assert_eq!(sleep.deadline(), later);
    assert!(!sleep.is_elapsed());
    sleep.as_mut().await;
    assert!(Instant::now() >= later);
}

/// Resets a sleep while a waker is registered with it. The sleep is polled again only after its
/// waker was woken.
async fn wakes_after_reset(length: Duration, deadline: impl FnOnce() -> Instant) {
    let mut sleep = Box::pin(sleep(length));
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(sleep.as_mut().poll(&mut cx).is_pending());
    let deadline = deadline();
    sleep.as_mut().reset(deadline);
    common::eventually(|| wakes.get() > 0).await;
    assert!(Instant::now() >= deadline);
    assert!(sleep.as_mut().poll(&mut cx).is_ready());
}

async fn reset_to_an_earlier_deadline_wakes_at_that() {
    let soon = || Instant::now() + Duration::from_millis(5);
    wakes_after_reset(Duration::from_secs(3600), soon).await;
    wakes_after_reset(Duration::MAX, soon).await;
}

async fn reset_to_a_deadline_that_has_passed_wakes() {
    wakes_after_reset(Duration::from_secs(3600), Instant::now).await;
    let past = || Instant::now() - Duration::from_millis(1);
    wakes_after_reset(Duration::MAX, past).await;
}

async fn reset_before_the_first_poll() {
    let mut long = pin!(sleep(Duration::from_secs(3600)));
    let soon = Instant::now() + Duration::from_millis(5);
    long.as_mut().reset(soon);
    long.as_mut().await;
    assert!(Instant::now() >= soon);

    let mut zero = pin!(sleep(Duration::ZERO));
    let soon = Instant::now() + Duration::from_millis(5);
    zero.as_mut().reset(soon);
    zero.as_mut().await;
    assert!(Instant::now() >= soon);
}

async fn reset_after_the_end_makes_it_a_new_one() {
    for length in [Duration::ZERO, Duration::from_millis(2)] {
        let mut sleep = pin!(sleep(length));
        for _ in 0..3 {
            sleep.as_mut().await;
            assert!(sleep.is_elapsed());
            let deadline = Instant::now() + Duration::from_millis(5);
            sleep.as_mut().reset(deadline);
            assert!(!sleep.is_elapsed());
            sleep.as_mut().await;
            assert!(Instant::now() >= deadline);
            // The next deadline is due at once.
            sleep.as_mut().reset(Instant::now());
            assert!(!sleep.is_elapsed());
        }
        sleep.await;
    }
}

async fn reset_again_and_again() {
    let mut sleep = pin!(sleep(Duration::from_secs(3600)));
    for n in 0..1_000 {
        let deadline = Instant::now() + Duration::from_secs(3600 + n % 7 * 100);
        sleep.as_mut().reset(deadline);
        assert!(common::poll_once(sleep.as_mut()).is_pending());
    }
    let soon = Instant::now() + Duration::from_millis(5);
    sleep.as_mut().reset(soon);
    sleep.await;
    assert!(Instant::now() >= soon);
}

async fn the_last_waker_is_the_one_that_is_woken() {
    let mut sleep = pin!(sleep(Duration::from_millis(50)));
    let first = Arc::new(Wakes::default());
    let last = Arc::new(Wakes::default());
    for wakes in [&first, &last] {
        let waker = Waker::from(wakes.clone());
        let mut cx = Context::from_waker(&waker);
        // The machine may have stood still for that long.
        if sleep.as_mut().poll(&mut cx).is_ready() {
            return;
        }
    }
    common::eventually(|| last.get() > 0).await;
    assert_eq!(first.get(), 0);
    assert!(common::poll_once(sleep.as_mut()).is_ready());
}

async fn a_dropped_one_wakes_nobody() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    for _ in 0..100 {
        let mut sleep = Box::pin(sleep(Duration::from_millis(10)));
        let mut cx = Context::from_waker(&waker);
        assert!(sleep.as_mut().poll(&mut cx).is_pending());
        // The sleep is dropped long before its deadline, unless the machine stands still for that
        // long.
        if sleep.deadline() < Instant::now() {
            return;
        }
        drop(sleep);
        if wakes.get() > 0 {
            return;
        }
    }
    sleep(Duration::from_millis(20)).await;
    assert_eq!(wakes.get(), 0);
}

/// Returns a thousand sleeps of different lengths, each of which checks that it is not early.
fn thousand() -> impl Iterator<Item = Pin<Box<dyn Future<Output = ()> + Send>>> {
    (0..1_000_u64).map(|n| -> Pin<Box<dyn Future<Output = ()> + Send>> {
        // The lengths are in no order.
        let length = Duration::from_micros(n * 7919 % 1_000 * 30);
        let deadline = Instant::now() + length;
        let sleep = sleep(length);
        Box::pin(async move {
            sleep.await;
            assert!(Instant::now() >= deadline);
        })
    })
}

async fn a_thousand_in_join_all() {
    join_all(thousand()).await;
    task::spawn(join_all(thousand())).await.unwrap();
}

async fn a_thousand_in_futures_unordered() {
    let mut sleeps: FuturesUnordered<_> = thousand().collect();
    let mut ended = 0;
    while let Some(()) = sleeps.next().await {
        ended += 1;
    }
    assert_eq!(ended, 1_000);
}

async fn a_thousand_under_wakers_of_their_own() {
    let wakes: Vec<_> = (0..1_000).map(|_| Arc::new(Wakes::default())).collect();
    let mut sleeps: Vec<_> = thousand().collect();
    let poll = |n: usize, sleep: &mut Pin<Box<dyn Future<Output = ()> + Send>>| {
        let waker = Waker::from(wakes[n].clone());
        let mut cx = Context::from_waker(&waker);
        sleep.as_mut().poll(&mut cx).is_ready()
    };
    let ready: Vec<_> = (0..1_000).map(|n| poll(n, &mut sleeps[n])).collect();
    for n in 0..1_000 {
        let mut is_ready = ready[n];
        let mut seen = 0;
        while !is_ready {
            // Only the timer wakes this sleep. Tokio may also return `Pending` to a task that polls
            // that many without a turn for the others, and wakes that task right away.
            task::yield_now().await;
            common::eventually(|| wakes[n].get() > seen).await;
            seen = wakes[n].get();
            is_ready = poll(n, &mut sleeps[n]);
        }
    }
}

async fn a_thousand_tasks_sleep() {
    let tasks: Vec<_> = thousand().map(task::spawn).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn in_a_select_the_shorter_one_wins() {
    for _ in 0..20 {
        let long = (0..10).map(|_| Box::pin(sleep(Duration::from_secs(3600))));
        let short = Box::pin(sleep(Duration::from_millis(1)));
        let (_, winner, _) = select_all(long.chain([short])).await;
        assert_eq!(winner, 10);
    }
}

#[allow(clippy::async_yields_async)]
async fn it_moves_from_task_to_task() {
    let mut sleep = Box::pin(sleep(Duration::from_millis(40)));
    let deadline = sleep.deadline();
    for _ in 0..3 {
        let task = task::spawn(async move {
            let _ = common::poll_once(sleep.as_mut());
            sleep
        });
        sleep = task.await.unwrap();
        let _ = common::poll_once(sleep.as_mut());
    }
    task::spawn(sleep).await.unwrap();
    assert!(Instant::now() >= deadline);
}

async fn it_moves_to_a_plain_thread() {
    let mut sleep = Box::pin(sleep(Duration::from_millis(20)));
    let deadline = sleep.deadline();
    let _ = common::poll_once(sleep.as_mut());
    let (ended, has_ended) = oneshot::channel();
    let thread = thread::spawn(move || {
        common::block_on(sleep);
        ended.send(Instant::now()).unwrap();
    });
    assert!(has_ended.await.unwrap() >= deadline);
    thread.join().unwrap();
}

async fn it_is_made_on_a_plain_thread() {
    let (give, taken) = oneshot::channel();
    let thread = thread::spawn(move || {
        let sleep = Box::pin(sleep(Duration::from_millis(20)));
        give.send(sleep).map_err(drop).unwrap();
    });
    let sleep = taken.await.unwrap();
    let deadline = sleep.deadline();
    sleep.await;
    assert!(Instant::now() >= deadline);
    thread.join().unwrap();
}

async fn it_runs_on_another_executor() {
    let (ended, has_ended) = oneshot::channel();
    let thread = thread::spawn(move || {
        futures::executor::block_on(async {
            lengths().await;
            join_all(thousand()).await;
        });
        ended.send(()).unwrap();
    });
    has_ended.await.unwrap();
    thread.join().unwrap();
}

async fn it_runs_in_a_blocking_closure() {
    let closure = || futures::executor::block_on(lengths());
    task::spawn_blocking(closure).await.unwrap();
}

async fn it_runs_in_a_local_task() {
    task::spawn_local(lengths()).await.unwrap();
    let tasks: Vec<_> = thousand().map(task::spawn_local).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn it_fires_after_its_thread_was_blocked() {
    let mut first = pin!(sleep(Duration::from_millis(5)));
    assert!(common::poll_once(first.as_mut()).is_pending());
    let task = task::spawn(async {
        let sleep = sleep(Duration::from_millis(1));
        let (_keep, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(Duration::from_millis(20));
        sleep.await;
    });
    thread::sleep(Duration::from_millis(20));
    first.await;
    task.await.unwrap();
}

/// Only the timer wakes anything.
async fn main_sleeps_while_nothing_else_happens() {
    for _ in 0..20 {
        sleep(Duration::from_millis(2)).await;
    }
    let task = task::spawn(async {
        for _ in 0..20 {
            sleep(Duration::from_millis(2)).await;
        }
    });
    task.await.unwrap();
}

#[allow(clippy::async_yields_async)]
fn it_moves_from_runtime_to_runtime(mut builder: Builder) {
    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    let mut sleep = first.block_on(async { Box::pin(sleep(Duration::from_millis(20))) });
    let deadline = sleep.deadline();
    for runtime in [&first, &second] {
        runtime.block_on(async {
            let _ = common::poll_once(sleep.as_mut());
        });
    }
    // The first runtime drives its timers all the time, or only while a thread is inside
    // `block_on`.
    let (ended, has_ended) = oneshot::channel::<()>();
    let driver = thread::spawn(move || first.block_on(has_ended));
    second.block_on(sleep);
    assert!(Instant::now() >= deadline);
    ended.send(()).unwrap();
    driver.join().unwrap().unwrap();
}

/// Awaits sleeps of runtimes that have ended, on another runtime and on a plain thread.
fn outlives(mut builder: Builder, has_been_polled: bool) {
    let make = |runtime: Runtime| {
        let sleep = runtime.block_on(lazy(|_| {
            let mut sleep = Box::pin(sleep(Duration::from_millis(20)));
            if has_been_polled {
                assert!(common::poll_once(sleep.as_mut()).is_pending());
            }
            sleep
        }));
        drop(runtime);
        sleep
    };
    let (first, second) = (
        make(builder.build().unwrap()),
        make(builder.build().unwrap()),
    );
    let deadline = second.deadline();
    builder.build().unwrap().block_on(first);
    common::block_on(second);
    assert!(Instant::now() >= deadline);
}

fn it_outlives_the_runtime_it_was_made_on(builder: Builder) {
    outlives(builder, false);
}

fn it_outlives_the_runtime_it_was_polled_on(builder: Builder) {
    outlives(builder, true);
}

fn one_made_outside_runs_inside(mut builder: Builder) {
    let sleep = sleep(Duration::from_millis(20));
    let deadline = sleep.deadline();
    let runtime = builder.build().unwrap();
    runtime.block_on(sleep);
    assert!(Instant::now() >= deadline);
}
