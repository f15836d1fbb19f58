//! A clock that is paused (contract 30).

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::common::{another_builder, on_current_thread, panic_of};
use portable::runtime::{self, Builder};
use portable::task;
use portable::time::{
    self, Duration, Instant, MissedTickBehavior, advance, interval, sleep, timeout,
};

pub(super) const HOUR: Duration = Duration::from_secs(3600);

on_current_thread! {
    a_sleep_of_a_day_is_over_at_once,
    time_stands_still_while_a_task_can_run,
    timers_fire_in_the_order_of_their_deadlines,
    advance_lets_the_other_tasks_run_once,
    a_sleep_that_began_before_the_pause_is_over_in_its_turn,
    a_timer_of_a_local_task_is_over_in_its_turn,
    an_interval_ticks_in_paused_time,
    an_interval_that_missed_ticks_follows_its_behavior,
    a_closure_takes_no_time,
    a_hundred_closures_are_all_in_time,
    a_hold_lets_a_plain_thread_answer,
    the_clock_advances_again_after_a_hold,
    resume_goes_on_from_where_the_clock_stands,
    a_deadline_after_a_resume_is_neither_early_nor_hours_late,
    a_plain_thread_has_the_real_time,
    ten_thousand_sleeps_end_twice_at_the_same_times,
    pause_and_resume_panic_where_they_make_no_sense,
    a_sleep_that_is_reset_ends_at_the_new_deadline,
    a_message_from_a_plain_thread_comes_if_no_timer_is_pending,
    what_waits_for_ever_says_so,
    what_waits_for_a_closure_is_not_said_to_wait_for_ever,
}

/// Asserts that `millis` have passed since `start`, by the clock of the runtime. Tokio rounds deadlines up
/// to its next millisecond.
#[track_caller]
pub(super) fn assert_passed(start: Instant, millis: u64) {
    let expected = Duration::from_millis(millis);
    let late = match runtime::current() {
        "tokio" => Duration::from_micros(1999),
        _ => Duration::ZERO,
    };
    let passed = start.elapsed();
    assert!(
        passed >= expected && passed <= expected + late,
        "{passed:?}, not {expected:?}"
    );
}

/// Awaits `future`, which takes so many milliseconds.
pub(super) async fn takes(millis: u64, future: impl Future) {
    let start = Instant::now();
    future.await;
    assert_passed(start, millis);
}

async fn a_sleep_of_a_day_is_over_at_once() {
    time::pause();
    takes(24 * 3_600_000, sleep(24 * HOUR)).await;
    timeout(HOUR, std::future::pending::<()>())
        .await
        .unwrap_err();
}

async fn time_stands_still_while_a_task_can_run() {
    time::pause();
    let start = Instant::now();
    let sleeper = task::spawn(sleep(Duration::from_millis(1)));
    for _ in 0..1000 {
        task::yield_now().await;
        assert!(!sleeper.is_finished());
    }
    thread::sleep(Duration::from_millis(2));
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleeper.await.unwrap();
    assert_passed(start, 1);
}

/// Spawns tasks that sleep for these seconds and then add them to the list.
fn sleepers(seconds: &[u64]) -> Arc<Mutex<Vec<u64>>> {
    let done = Arc::new(Mutex::new(Vec::new()));
    for &seconds in seconds {
        let done = done.clone();
        let sleep = sleep(Duration::from_secs(seconds));
        task::spawn(async move {
            sleep.await;
            done.lock().unwrap().push(seconds);
        });
    }
    done
}

async fn timers_fire_in_the_order_of_their_deadlines() {
    time::pause();
    let done = sleepers(&[3, 1, 2, 5, 4]);
    takes(4000, sleep(Duration::from_secs(4))).await;
    task::yield_now().await;
    assert_eq!(*done.lock().unwrap(), [1, 2, 3, 4]);
}

async fn advance_lets_the_other_tasks_run_once() {
    time::pause();
    let done = sleepers(&[3, 1, 2, 20]);
    task::yield_now().await;
    let start = Instant::now();
    advance(Duration::from_secs(10)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    assert!(done.lock().unwrap().is_empty());
    task::yield_now().await;
    assert_eq!(*done.lock().unwrap(), [1, 2, 3]);
}

async fn a_sleep_that_began_before_the_pause_is_over_in_its_turn() {
    let done = sleepers(&[3600, 1800]);
    task::yield_now().await;
    time::pause();
    sleep(2 * HOUR).await;
    assert_eq!(*done.lock().unwrap(), [1800, 3600]);
}

async fn a_timer_of_a_local_task_is_over_in_its_turn() {
    time::pause();
    let local = task::spawn_local(async {
        let start = Instant::now();
        sleep(HOUR).await;
        start.elapsed().as_secs()
    });
    assert_eq!(local.await.unwrap(), 3600);
}

async fn an_interval_ticks_in_paused_time() {
    time::pause();
    let mut interval = interval(Duration::from_secs(60));
    takes(0, interval.tick()).await;
    for _ in 0..100 {
        takes(60_000, interval.tick()).await;
    }
}

async fn an_interval_that_missed_ticks_follows_its_behavior() {
    time::pause();
    for (behavior, expected) in [
        (MissedTickBehavior::Burst, [0, 0, 0, 500]),
        (MissedTickBehavior::Delay, [0, 1000, 1000, 1000]),
        (MissedTickBehavior::Skip, [0, 500, 1000, 1000]),
    ] {
        let mut interval = interval(Duration::from_secs(1));
        interval.set_missed_tick_behavior(behavior);
        interval.tick().await;
        advance(Duration::from_millis(3500)).await;
        for expected in expected {
            takes(expected, interval.tick()).await;
        }
    }
}

async fn a_closure_takes_no_time() {
    time::pause();
    let slow = task::spawn_blocking(|| thread::sleep(Duration::from_millis(30)));
    let in_time = timeout(Duration::from_millis(1), slow);
    takes(0, async { in_time.await.unwrap().unwrap() }).await;
}

async fn a_hundred_closures_are_all_in_time() {
    time::pause();
    let start = Instant::now();
    let closures: Vec<_> = (0..100)
        .map(|n| {
            let closure =
                task::spawn_blocking(move || thread::sleep(Duration::from_micros(n * 50)));
            task::spawn(timeout(Duration::from_millis(1), closure))
        })
        .collect();
    for closure in closures {
        closure.await.unwrap().unwrap().unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn a_hold_lets_a_plain_thread_answer() {
    time::pause();
    for n in 0..1000 {
        let mut answer = task::spawn(std::future::pending::<()>());
        let abort = answer.abort_handle();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_micros(n % 300));
            abort.abort();
        });
        let start = Instant::now();
        {
            let _hold = time::hold();
            let answered = timeout(HOUR, &mut answer).await;
            assert!(answered.expect("it is in time").unwrap_err().is_cancelled());
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        thread.join().unwrap();
    }
}

async fn the_clock_advances_again_after_a_hold() {
    time::pause();
    let (first, second) = (time::hold(), time::hold());
    let holder = thread::spawn(move || {
        thread::sleep(Duration::from_millis(5));
        drop(first);
        thread::sleep(Duration::from_millis(5));
        drop(second);
    });
    let real = std::time::Instant::now();
    takes(3_600_000, sleep(HOUR)).await;
    assert!(real.elapsed() >= Duration::from_millis(10));
    holder.join().unwrap();
}

async fn resume_goes_on_from_where_the_clock_stands() {
    time::pause();
    advance(HOUR).await;
    let paused = Instant::now();
    thread::sleep(Duration::from_millis(3));
    time::resume();
    let resumed = Instant::now();
    assert!(resumed >= paused);
    assert!(resumed - paused < HOUR);
    thread::sleep(Duration::from_millis(3));
    assert!(resumed.elapsed() >= Duration::from_millis(3));
    time::pause();
    let again = Instant::now();
    assert!(again > resumed);
    assert_eq!(again, Instant::now());
}

async fn a_deadline_after_a_resume_is_neither_early_nor_hours_late() {
    let before = task::spawn(sleep(Duration::from_millis(20)));
    task::yield_now().await;
    time::pause();
    let during = task::spawn(sleep(HOUR + Duration::from_millis(20)));
    task::yield_now().await;
    advance(HOUR).await;
    time::resume();
    let start = Instant::now();
    let real = std::time::Instant::now();
    before.await.unwrap();
    during.await.unwrap();
    sleep(Duration::from_millis(5)).await;
    assert!(start.elapsed() >= Duration::from_millis(25));
    assert!(real.elapsed() >= Duration::from_millis(25));
}

async fn a_plain_thread_has_the_real_time() {
    time::pause();
    advance(24 * HOUR).await;
    let here = Instant::now();
    let there = thread::spawn(Instant::now).join().unwrap();
    assert!(here - there > 23 * HOUR);
    let closure = task::spawn_blocking(Instant::now).await.unwrap();
    assert_eq!(closure, here);
}

async fn ten_thousand_sleeps_end_twice_at_the_same_times() {
    time::pause();
    let first = random_sleeps().await;
    assert_eq!(first, random_sleeps().await);
}

/// Returns the order in which tasks end, and when.
async fn random_sleeps() -> Vec<(u64, u64)> {
    let start = Instant::now();
    let done = Arc::new(Mutex::new(Vec::new()));
    let mut seed = 1_u64;
    let mut tasks = Vec::new();
    for n in 0..1000 {
        let mut next = || {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            Duration::from_millis((seed >> 33) % 100_000)
        };
        let sleeps: Vec<_> = (0..10).map(|_| next()).collect();
        let done = done.clone();
        tasks.push(task::spawn(async move {
            for duration in sleeps {
                sleep(duration).await;
                done.lock()
                    .unwrap()
                    .push((n, start.elapsed().as_millis() as u64));
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    Arc::into_inner(done).unwrap().into_inner().unwrap()
}

async fn pause_and_resume_panic_where_they_make_no_sense() {
    assert!(panic_of(time::resume).contains("needs a paused clock"));
    time::pause();
    assert!(panic_of(time::pause).contains("is paused already"));
    time::resume();
    let elsewhere = thread::spawn(|| {
        let multi = Builder::new_multi_thread().build().unwrap();
        let refused = multi.block_on(async { panic_of(time::pause) });
        assert!(
            refused.contains("`time::pause` needs the current-thread flavour"),
            "{refused}"
        );
        let error = Builder::new_multi_thread()
            .start_paused(true)
            .build()
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`start_paused` needs the current-thread flavour"),
            "{error}"
        );
    });
    elsewhere.join().unwrap();
}

async fn a_sleep_that_is_reset_ends_at_the_new_deadline() {
    time::pause();
    let start = Instant::now();
    let mut sleep = std::pin::pin!(sleep(HOUR));
    assert!(
        timeout(Duration::from_secs(1), sleep.as_mut())
            .await
            .is_err()
    );
    sleep.as_mut().reset(start + 3 * HOUR);
    sleep.as_mut().await;
    assert_eq!(start.elapsed().as_secs(), 3 * 3600);
    sleep.as_mut().reset(start + 2 * HOUR);
    sleep.as_mut().await;
    assert_eq!(start.elapsed().as_secs(), 3 * 3600);
}

async fn a_message_from_a_plain_thread_comes_if_no_timer_is_pending() {
    time::pause();
    let answer = task::spawn(std::future::pending::<()>());
    let abort = answer.abort_handle();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        abort.abort();
    });
    assert!(answer.await.unwrap_err().is_cancelled());
}

async fn what_waits_for_ever_says_so() {
    let here = runtime::current();
    let waits = thread::spawn(move || {
        let mut builder = another_builder();
        let runtime = builder.runtime(here).start_paused(true).build().unwrap();
        panic_of(|| {
            runtime.block_on(async {
                task::spawn(std::future::pending::<()>());
                sleep(HOUR).await;
                std::future::pending::<()>().await
            })
        })
    });
    let text = waits.join().unwrap();
    assert!(text.contains("portable: this waits for ever"), "{text}");
    #[cfg(feature = "inspect")]
    assert!(text.contains("paused.rs"), "{text}");
}

async fn what_waits_for_a_closure_is_not_said_to_wait_for_ever() {
    time::pause();
    let start = Instant::now();
    let closure = task::spawn_blocking(|| thread::sleep(Duration::from_millis(1500)));
    closure.await.unwrap();
    let hold = time::hold();
    let holder = thread::spawn(move || {
        thread::sleep(Duration::from_millis(1500));
        drop(hold);
    });
    sleep(Duration::from_millis(1)).await;
    assert_passed(start, 1);
    holder.join().unwrap();
}
