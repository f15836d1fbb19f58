//! Tests of time, which stands still until a test moves it.

mod support;

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use embassy_time::MockDriver;
use portable::future::{Either, select};
use portable::task::{JoinHandle, Pool, yield_now};
use portable::time::error::Elapsed;
use portable::time::{
    Duration, Instant, MissedTickBehavior, interval, interval_at, sleep, sleep_until, timeout,
};

use self::support::{block_on, start};

const MS: Duration = Duration::from_millis(1);

static POOL: Pool<512, 16> = Pool::new();

/// The clock, which one test at a time has.
struct Clock(#[allow(dead_code)] MutexGuard<'static, ()>);

impl Clock {
    fn take() -> Self {
        static CLOCK: Mutex<()> = Mutex::new(());

        start();
        Self(CLOCK.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets the tasks run until all of them wait.
    fn settle(&self) {
        block_on(POOL.spawn(async {
            for _ in 0..20 {
                yield_now().await;
            }
        }))
        .unwrap();
    }

    fn advance(&self, duration: Duration) {
        self.settle();
        MockDriver::get().advance(embassy_time::Duration::from_micros(
            duration.as_micros() as u64
        ));
        self.settle();
    }
}

fn is_finished_at<T>(clock: &Clock, task: &JoinHandle<T>, after: Duration) {
    clock.advance(after - Duration::from_micros(1));
    assert!(!task.is_finished(), "it is early");
    clock.advance(Duration::from_micros(1));
    assert!(task.is_finished(), "it is late");
}

#[test]
fn a_sleep_ends_at_its_deadline() {
    let clock = Clock::take();
    let task = POOL.spawn(async {
        let begin = Instant::now();
        sleep(10 * MS).await;
        begin.elapsed()
    });
    is_finished_at(&clock, &task, 10 * MS);
    assert_eq!(block_on(task).unwrap(), 10 * MS);
}

/// Runs a loop that is always ready until another task, which comes later, ends it.
fn lets_another_in<F>(stop: &'static AtomicBool, work: impl FnOnce(&'static AtomicBool) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let _clock = Clock::take();
    let working = POOL.spawn(work(stop));
    let other = POOL.spawn(async {
        yield_now().await;
        stop.store(true, Ordering::SeqCst);
    });
    block_on(working).unwrap();
    block_on(other).unwrap();
}

#[test]
fn timeouts_of_zero_let_another_task_in() {
    static STOP: AtomicBool = AtomicBool::new(false);
    lets_another_in(&STOP, |stop| async {
        while !stop.load(Ordering::SeqCst) {
            timeout(Duration::ZERO, pending::<()>()).await.unwrap_err();
        }
    });
}

#[test]
fn overdue_ticks_in_a_select_let_another_task_in() {
    static STOP: AtomicBool = AtomicBool::new(false);
    lets_another_in(&STOP, |stop| async {
        let past = Instant::now();
        let (mut one, mut other) = (interval_at(past, MS), interval_at(past, MS));
        while !stop.load(Ordering::SeqCst) {
            // The clock stands still, so the ticks have to be made due again.
            one.reset_at(past);
            other.reset_at(past);
            select(pin!(one.tick()), pin!(other.tick())).await;
        }
    });
}

#[test]
fn a_deadline_is_fixed_at_the_call() {
    let clock = Clock::take();
    let slept = sleep(10 * MS);
    clock.advance(4 * MS);
    let task = POOL.spawn(slept);
    is_finished_at(&clock, &task, 6 * MS);
    block_on(task).unwrap();
}

#[test]
fn a_part_of_a_tick_is_rounded_up() {
    let clock = Clock::take();
    let task = POOL.spawn(sleep(Duration::from_nanos(2_001)));
    is_finished_at(&clock, &task, Duration::from_micros(3));
    block_on(task).unwrap();
}

#[test]
fn zero_and_what_has_passed_pend_once() {
    let _clock = Clock::take();
    let task = POOL.spawn(async {
        let mut polls = [0; 2];
        for (i, sleep) in [sleep(Duration::ZERO), sleep_until(Instant::now())]
            .into_iter()
            .enumerate()
        {
            let mut sleep = pin!(sleep);
            poll_fn(|cx| {
                polls[i] += 1;
                sleep.as_mut().poll(cx)
            })
            .await;
        }
        polls
    });
    assert_eq!(block_on(task).unwrap(), [2, 2]);
}

#[test]
fn the_longest_sleep_pends_for_ever() {
    let clock = Clock::take();
    let task = POOL.spawn(sleep(Duration::MAX));
    let limited = POOL.spawn(timeout(Duration::MAX, pending::<()>()));
    for _ in 0..3 {
        clock.advance(Duration::from_secs(1_000_000_000));
        assert!(!task.is_finished() && !limited.is_finished());
    }
    task.abort();
    limited.abort();
    assert!(block_on(task).unwrap_err().is_cancelled());
    assert!(block_on(limited).unwrap_err().is_cancelled());
}

#[test]
fn a_sleep_that_is_reset_wakes_who_waits_at_the_new_deadline() {
    let clock = Clock::take();
    for (first, then, wait) in [(10, 20, 20), (20, 10, 10), (10, 0, 0)] {
        static POLLED: AtomicBool = AtomicBool::new(false);
        POLLED.store(false, Ordering::SeqCst);
        let task = POOL.spawn(async move {
            let mut sleep = pin!(sleep(first * MS));
            // The sleep is reset after its only poll: only the timer can wake the task.
            poll_fn(|cx| {
                if POLLED.swap(true, Ordering::SeqCst) {
                    return Poll::Ready(());
                }
                assert!(sleep.as_mut().poll(cx).is_pending());
                sleep.as_mut().reset(Instant::now() + then * MS);
                Poll::Pending
            })
            .await;
            let at = Instant::now();
            sleep.as_mut().await;
            assert!(sleep.is_elapsed());
            assert_eq!(sleep.deadline(), Instant::now());
            // The sleep can be awaited again.
            sleep.as_mut().reset(at);
            sleep.await;
        });
        clock.advance(wait * MS);
        clock.settle();
        assert!(task.is_finished(), "{first} {then}");
        block_on(task).unwrap();
        clock.advance(30 * MS);
    }
}

#[test]
fn many_sleeps_in_one_task_each_end_in_time() {
    let clock = Clock::take();
    let task = POOL.spawn(async {
        let begin = Instant::now();
        let mut sleeps = Vec::new();
        for i in [5_u32, 3, 9, 1, 7] {
            sleeps.push(async move {
                sleep(i * MS).await;
                begin.elapsed()
            });
        }
        let sleeps: [_; 5] = sleeps.try_into().ok().unwrap();
        portable::future::join_array(sleeps).await
    });
    for _ in 0..8 {
        clock.advance(MS);
        assert!(!task.is_finished());
    }
    clock.advance(MS);
    assert_eq!(block_on(task).unwrap(), [5, 3, 9, 1, 7].map(|i| i * MS));
}

#[test]
fn a_timeout_polls_the_future_first_and_then_looks_at_the_clock() {
    let clock = Clock::take();
    let task = POOL.spawn(async {
        let ready = timeout(Duration::ZERO, async { 42 }).await;
        let late = timeout(Duration::ZERO, pending::<()>()).await;
        (ready.unwrap(), late.unwrap_err().to_string())
    });
    assert_eq!(block_on(task).unwrap(), (42, "deadline has elapsed".into()));

    let task = POOL.spawn(timeout(10 * MS, pending::<()>()));
    is_finished_at(&clock, &task, 10 * MS);
    let late: Result<(), Elapsed> = block_on(task).unwrap();
    assert!(late.is_err());

    let task = POOL.spawn(timeout(10 * MS, sleep(4 * MS)));
    is_finished_at(&clock, &task, 4 * MS);
    assert_eq!(block_on(task).unwrap(), Ok(()));
}

#[test]
fn a_timeout_drops_the_future_before_it_says_so() {
    static ALIVE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let clock = Clock::take();
    let task = POOL.spawn(async {
        let counted = support::Counted::new(&ALIVE);
        let mut limited = pin!(timeout(MS, async move {
            let _counted = counted;
            pending::<()>().await
        }));
        let late = limited.as_mut().await;
        (late.is_err(), ALIVE.load(Ordering::SeqCst))
    });
    clock.advance(MS);
    assert_eq!(block_on(task).unwrap(), (true, 0));
}

#[test]
fn select_takes_the_sleep_that_ends_first() {
    let clock = Clock::take();
    let task = POOL.spawn(select(sleep(20 * MS), sleep(10 * MS)));
    is_finished_at(&clock, &task, 10 * MS);
    assert!(matches!(block_on(task).unwrap(), Either::Second(())));
}

#[test]
fn an_interval_ticks_at_once_and_then_every_period() {
    let clock = Clock::take();
    let task = POOL.spawn(async {
        let begin = Instant::now();
        let mut ticks = interval(10 * MS);
        let mut at = Vec::new();
        for _ in 0..3 {
            at.push(ticks.tick().await - begin);
        }
        at
    });
    for _ in 0..20 {
        clock.advance(MS);
    }
    assert_eq!(block_on(task).unwrap(), [0, 10, 20].map(|i| i * MS));
}

#[test]
fn an_interval_that_was_late_does_what_it_is_set_to() {
    let clock = Clock::take();
    for (behavior, wanted) in [
        (MissedTickBehavior::Burst, [0, 10, 20, 30]),
        (MissedTickBehavior::Delay, [0, 10, 45, 55]),
        (MissedTickBehavior::Skip, [0, 10, 40, 50]),
    ] {
        let task = POOL.spawn(async move {
            let begin = Instant::now();
            let mut ticks = interval_at(begin, 10 * MS);
            ticks.set_missed_tick_behavior(behavior);
            let first = ticks.tick().await;
            // The next tick is due at 10 and taken at 35.
            sleep_until(begin + 35 * MS).await;
            let mut at = vec![first - begin];
            for _ in 0..3 {
                at.push(ticks.tick().await - begin);
            }
            at
        });
        for _ in 0..60 {
            clock.advance(MS);
        }
        assert_eq!(
            block_on(task).unwrap(),
            wanted.map(|i| i * MS),
            "{behavior:?}"
        );
    }
}

#[test]
#[should_panic(expected = "`period` must be non-zero.")]
fn an_interval_of_no_time_panics() {
    start();
    drop(interval(Duration::ZERO));
}

#[test]
fn instants_are_added_to_and_subtracted_from() {
    let _clock = Clock::take();
    let now = Instant::now();
    assert_eq!((now + 3 * MS) - now, 3 * MS);
    assert_eq!(now - (now + 3 * MS), Duration::ZERO);
    assert_eq!((now + 3 * MS) - 3 * MS, now);
    assert_eq!(now.checked_add(Duration::MAX), None);
    assert_eq!(now.checked_duration_since(now + MS), None);
    assert!(now < now + Duration::from_nanos(1));
}
