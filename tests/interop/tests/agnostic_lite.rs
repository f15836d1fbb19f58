//! Tests of agnostic-lite, by its own tests and by code that is generic over its runtimes.
#![cfg(feature = "_runtime")]

use std::io;
use std::pin::pin;
use std::time::Duration;

use agnostic_lite::time::{AsyncLocalDelay, AsyncLocalInterval, AsyncLocalSleep, Elapsed};
use agnostic_lite::{
    AfterHandle, AfterHandleError, AsyncLocalSpawner, LocalRuntimeLite, RuntimeLite, tests,
};
use futures::StreamExt;
use portable::adapters::AgnosticLiteRuntime as Portable;

// The tests of agnostic-lite's own runtimes. They measure time, so the clock is virtual.
macro_rules! its_own {
    ($($name:ident)*) => {
        $(
            #[portable::test(start_paused = true)]
            async fn $name() {
                tests::$name::<Portable>().await;
            }
        )*
    };
}
its_own! {
    spawn_after_unittest
    spawn_after_cancel_unittest
    spawn_after_drop_unittest
    spawn_after_abort_unittest
    spawn_after_reset_to_pass_unittest
    spawn_after_reset_to_future_unittest
}

const SECOND: Duration = Duration::from_secs(1);

/// A library that knows no runtime.
async fn sums<R: RuntimeLite>(numbers: Vec<u32>) -> io::Result<u32> {
    let tasks: Vec<_> = numbers
        .into_iter()
        .map(|number| {
            R::spawn(async move {
                R::yield_now().await;
                R::spawn_blocking(move || number * number).await
            })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.map_err(Into::into)?.map_err(Into::into)?;
    }
    Ok(sum)
}

#[portable::test(timeout = "60s")]
async fn a_library_spawns() -> io::Result<()> {
    assert_eq!(sums::<Portable>(vec![1, 2, 3]).await?, 14);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_handle_aborts_or_tells_of_a_panic() {
    let aborted = Portable::spawn(std::future::pending::<()>());
    let waits = aborted.abort_handle();
    waits.abort();
    assert!(aborted.await.unwrap_err().is_cancelled());
    let panicked = Portable::spawn(async { panic!("on purpose") });
    assert!(panicked.await.unwrap_err().is_panic());

    let panicked = Portable::spawn_after(Duration::ZERO, async { panic!("on purpose") });
    assert!(matches!(panicked.await, Err(AfterHandleError::Join(error)) if error.is_panic()));
}

#[portable::test(flavor = "current_thread", timeout = "60s")]
async fn local_tasks_need_no_set() {
    let here = std::rc::Rc::new(7);
    let task = <Portable as AsyncLocalSpawner>::spawn_local(async move { *here });
    assert_eq!(task.await.unwrap(), 7);
}

#[test]
fn block_on_works_on_a_plain_thread() {
    assert_eq!(
        Portable::block_on(async { sums::<Portable>(vec![2]).await.unwrap() }),
        4
    );
}

#[portable::test(start_paused = true)]
async fn time_passes() {
    let start = Portable::now();
    assert_eq!(Portable::sleep(SECOND).await, start + SECOND);
    let mut sleep = pin!(Portable::sleep_until(start + 3 * SECOND));
    AsyncLocalSleep::reset(sleep.as_mut(), start + 2 * SECOND);
    assert_eq!(sleep.await, start + 2 * SECOND);
    assert_eq!(start.elapsed(), 2 * SECOND);
}

#[portable::test(start_paused = true)]
async fn a_timeout_limits_a_future() {
    assert_eq!(Portable::timeout(SECOND, async { 7 }).await, Ok(7));
    let late = Portable::timeout(SECOND, std::future::pending::<()>());
    assert_eq!(late.await, Err(Elapsed));
    let late = Portable::timeout_local_at(Portable::now(), std::future::pending::<()>());
    assert_eq!(late.await, Err(Elapsed));
}

#[portable::test(start_paused = true)]
async fn an_interval_ticks_after_its_period() {
    let start = Portable::now();
    let mut ticks = Portable::interval(SECOND);
    assert_eq!(ticks.next().await, Some(start + SECOND));
    assert_eq!(ticks.next().await, Some(start + 2 * SECOND));
    AsyncLocalInterval::reset(&mut ticks, 5 * SECOND);
    assert_eq!(ticks.next().await, Some(start + 7 * SECOND));
}

#[portable::test(start_paused = true)]
async fn a_delay_polls_its_future_after_the_time() {
    let start = Portable::now();
    let elapsed = Portable::delay(SECOND, async { start.elapsed() }).await;
    assert_eq!(elapsed.unwrap(), SECOND);
    let delay = Portable::delay(SECOND, async {});
    AsyncLocalDelay::abort(&delay);
    assert!(delay.await.is_err());
}

#[portable::test(start_paused = true)]
async fn a_task_after_a_time_says_how_far_it_is() {
    let task = Portable::spawn_after(SECOND, async { Portable::sleep(SECOND).await });
    assert!(!task.is_expired() && !task.is_finished());
    Portable::sleep(SECOND * 3 / 2).await;
    assert!(task.is_expired() && !task.is_finished());
    // It is too late for a reset.
    task.reset(9 * SECOND);
    Portable::sleep(SECOND).await;
    assert!(task.is_expired() && task.is_finished());
    // Its end comes before the cancellation.
    assert!(task.cancel().await.is_some());
}

#[portable::test(start_paused = true)]
async fn a_reset_that_is_too_long_for_the_clock_is_for_ever() {
    let task = Portable::spawn_after(SECOND, async {});
    task.reset(Duration::MAX);
    Portable::sleep(1000 * SECOND).await;
    assert!(!task.is_expired());
    assert!(task.cancel().await.is_none());
}
