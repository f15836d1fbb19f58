//! `interval` and `interval_at` (contract 17).

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{self, Wakes, on_both_flavors};
use futures::future::{Either, join_all, select};
use portable::task;
use portable::time::{
    Duration, Instant, Interval, MissedTickBehavior, interval, interval_at, sleep, timeout,
};

on_both_flavors! {
    the_first_tick_is_at_once,
    the_first_tick_of_interval_at_is_at_its_start,
    a_start_that_has_passed_ticks_at_once,
    ticks_are_a_period_apart,
    ticks_are_never_early,
    zero_panics_with_one_text,
    the_longest_period_ticks_once,
    missed_ticks_come_in_a_burst_by_default,
    missed_ticks_may_delay_the_others,
    missed_ticks_may_be_skipped,
    the_behaviour_may_change_on_the_way,
    a_tick_that_was_not_given_is_not_lost,
    reset_starts_a_period_anew,
    reset_immediately_ticks_at_once,
    reset_after_ticks_after_that,
    reset_at_ticks_then,
    reset_wakes_whoever_waits,
    the_settings_can_be_read,
    it_wakes_the_waker_of_the_last_poll,
    a_hundred_at_once,
    it_works_on_another_executor,
}

const PERIOD: Duration = Duration::from_millis(10);
const HOUR: Duration = Duration::from_secs(3600);

/// Returns a tick, if there is one without waiting.
fn tick_now(interval: &mut Interval) -> Option<Instant> {
    match interval.poll_tick(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(tick) => Some(tick),
        Poll::Pending => None,
    }
}

async fn the_first_tick_is_at_once() {
    let before = Instant::now();
    let mut interval = interval(HOUR);
    let after = Instant::now();
    let first = tick_now(&mut interval).expect("it is at once");
    assert!(before <= first && first <= after);
    assert_eq!(tick_now(&mut interval), None);
}

async fn the_first_tick_of_interval_at_is_at_its_start() {
    let start = Instant::now() + Duration::from_millis(50);
    let mut interval = interval_at(start, HOUR);
    if Instant::now() < start {
        // The start is still ahead at the poll, unless the machine stood still meanwhile.
        let tick = tick_now(&mut interval);
        assert!(tick.is_none() || Instant::now() >= start);
        if tick.is_some() {
            return;
        }
    }
    assert_eq!(interval.tick().await, start);
    assert!(Instant::now() >= start);
}

async fn a_start_that_has_passed_ticks_at_once() {
    let start = Instant::now() - Duration::from_millis(2);
    let mut interval = interval_at(start, HOUR);
    assert_eq!(tick_now(&mut interval), Some(start));
    assert_eq!(tick_now(&mut interval), None);
}

async fn ticks_are_a_period_apart() {
    let mut interval = interval(PERIOD);
    let first = interval.tick().await;
    for n in 1..6 {
        assert_eq!(interval.tick().await, first + PERIOD * n);
    }
}

async fn ticks_are_never_early() {
    for micros in [300, 1_000, 1_700, 5_000] {
        let mut interval = interval(Duration::from_micros(micros));
        for _ in 0..10 {
            let due = interval.tick().await;
            assert!(Instant::now() >= due);
        }
    }
}

async fn zero_panics_with_one_text() {
    let texts = [
        common::panic_of(|| interval(Duration::ZERO)),
        common::panic_of(|| interval_at(Instant::now(), Duration::ZERO)),
    ];
    for text in texts {
        assert_eq!(text, "`period` must be non-zero.");
    }
}

async fn the_longest_period_ticks_once() {
    for period in [Duration::MAX, Duration::from_secs(u64::MAX)] {
        let mut interval = interval(period);
        interval.tick().await;
        let second = timeout(Duration::from_millis(5), interval.tick()).await;
        assert!(second.is_err());
        interval.reset();
        assert_eq!(tick_now(&mut interval), None);
        interval.reset_after(Duration::MAX);
        assert_eq!(tick_now(&mut interval), None);
    }
}

/// Returns an interval that has given its first tick and then missed at least three, and its first
/// tick.
async fn late(behavior: MissedTickBehavior) -> (Interval, Instant) {
    let mut interval = interval(PERIOD);
    interval.set_missed_tick_behavior(behavior);
    let first = interval.tick().await;
    thread::sleep(PERIOD * 3 + PERIOD / 2);
    (interval, first)
}

async fn missed_ticks_come_in_a_burst_by_default() {
    let (mut interval, first) = late(MissedTickBehavior::default()).await;
    for n in 1..=3 {
        // The missed ticks come without waiting, each with its own time.
        assert_eq!(tick_now(&mut interval), Some(first + PERIOD * n));
    }
    for n in 4..8 {
        assert_eq!(interval.tick().await, first + PERIOD * n);
        assert!(Instant::now() >= first + PERIOD * n);
    }
}

async fn missed_ticks_may_delay_the_others() {
    let (mut interval, first) = late(MissedTickBehavior::Delay).await;
    let before = Instant::now();
    assert_eq!(tick_now(&mut interval), Some(first + PERIOD));
    let after = Instant::now();
    let next = interval.tick().await;
    assert!(Instant::now() >= next);
    assert!(before + PERIOD <= next && next <= after + PERIOD);
}

async fn missed_ticks_may_be_skipped() {
    let (mut interval, first) = late(MissedTickBehavior::Skip).await;
    let before = Instant::now();
    assert_eq!(tick_now(&mut interval), Some(first + PERIOD));
    let next = interval.tick().await;
    assert!(Instant::now() >= next);
    assert!(next > before);
    let periods = (next - first).as_nanos() / PERIOD.as_nanos();
    assert_eq!(next, first + PERIOD * u32::try_from(periods).unwrap());
    assert!(periods >= 4);
}

async fn the_behaviour_may_change_on_the_way() {
    let (mut interval, first) = late(MissedTickBehavior::Burst).await;
    assert_eq!(tick_now(&mut interval), Some(first + PERIOD));
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    assert_eq!(tick_now(&mut interval), Some(first + PERIOD * 2));
    // The third is skipped.
    assert!(interval.tick().await >= first + PERIOD * 4);
}

async fn a_tick_that_was_not_given_is_not_lost() {
    let mut interval = interval(Duration::from_millis(30));
    let first = interval.tick().await;
    for _ in 0..10 {
        // The tick is dropped while it waits.
        match select(Box::pin(interval.tick()), Box::pin(task::yield_now())).await {
            Either::Left((tick, _)) => {
                assert_eq!(tick, first + Duration::from_millis(30));
                return;
            }
            Either::Right(_) => {}
        }
    }
    assert_eq!(interval.tick().await, first + Duration::from_millis(30));
}

async fn reset_starts_a_period_anew() {
    let mut interval = interval(PERIOD);
    interval.tick().await;
    sleep(PERIOD / 2).await;
    let before = Instant::now();
    interval.reset();
    let after = Instant::now();
    let next = interval.tick().await;
    assert!(Instant::now() >= next);
    assert!(before + PERIOD <= next && next <= after + PERIOD);
    assert_eq!(interval.tick().await, next + PERIOD);
}

async fn reset_immediately_ticks_at_once() {
    let mut interval = interval(HOUR);
    interval.tick().await;
    let before = Instant::now();
    interval.reset_immediately();
    let after = Instant::now();
    let next = interval.tick().await;
    assert!(before <= next && next <= after);
    assert_eq!(tick_now(&mut interval), None);
}

async fn reset_after_ticks_after_that() {
    let mut interval = interval(HOUR);
    interval.tick().await;
    let before = Instant::now();
    interval.reset_after(PERIOD);
    let after = Instant::now();
    let next = interval.tick().await;
    assert!(Instant::now() >= next);
    assert!(before + PERIOD <= next && next <= after + PERIOD);
    assert_eq!(tick_now(&mut interval), None);
}

async fn reset_at_ticks_then() {
    let mut interval = interval(HOUR);
    let then = Instant::now() + PERIOD;
    interval.reset_at(then);
    assert_eq!(interval.tick().await, then);
    assert!(Instant::now() >= then);
    let past = Instant::now() - Duration::from_millis(1);
    interval.reset_at(past);
    assert_eq!(interval.tick().await, past);
}

/// An interval is reset while a waker is registered with it.
async fn reset_wakes_whoever_waits() {
    let mut interval = interval(HOUR);
    interval.tick().await;
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(interval.poll_tick(&mut cx).is_pending());
    interval.reset_after(Duration::from_millis(5));
    common::eventually(|| wakes.get() > 0).await;
    assert!(interval.poll_tick(&mut cx).is_ready());
    assert!(interval.poll_tick(&mut cx).is_pending());
    interval.reset_immediately();
    common::eventually(|| wakes.get() > 1).await;
    assert!(interval.poll_tick(&mut cx).is_ready());
}

async fn the_settings_can_be_read() {
    let mut interval = interval(PERIOD);
    assert_eq!(interval.period(), PERIOD);
    assert_eq!(interval.missed_tick_behavior(), MissedTickBehavior::Burst);
    for behavior in [MissedTickBehavior::Delay, MissedTickBehavior::Skip] {
        interval.set_missed_tick_behavior(behavior);
        assert_eq!(interval.missed_tick_behavior(), behavior);
    }
}

async fn it_wakes_the_waker_of_the_last_poll() {
    let start = Instant::now() + Duration::from_millis(50);
    let mut interval = interval_at(start, HOUR);
    let first = Arc::new(Wakes::default());
    let last = Arc::new(Wakes::default());
    for wakes in [&first, &last] {
        let waker = Waker::from(wakes.clone());
        // The machine may have stood still for that long.
        if interval
            .poll_tick(&mut Context::from_waker(&waker))
            .is_ready()
        {
            return;
        }
    }
    common::eventually(|| last.get() > 0).await;
    assert_eq!(first.get(), 0);
    assert_eq!(tick_now(&mut interval), Some(start));
}

async fn a_hundred_at_once() {
    let intervals = (1..=100_u64).map(|n| async move {
        let period = Duration::from_micros(n * 50);
        let mut interval = interval(period);
        let first = interval.tick().await;
        for n in 1..10 {
            assert_eq!(interval.tick().await, first + period * n);
        }
        assert!(Instant::now() >= first + period * 9);
    });
    join_all(intervals).await;
}

async fn it_works_on_another_executor() {
    let task = task::spawn_blocking(|| {
        futures::executor::block_on(async {
            let mut interval = interval(PERIOD);
            let first = interval.tick().await;
            assert_eq!(interval.tick().await, first + PERIOD);
            first + PERIOD
        })
    });
    assert!(task.await.unwrap() <= Instant::now());
}
