//! Deadlines that have passed (contract 22).

use std::future::pending;
use std::pin::pin;

use crate::common::always_ready::is_fair;
use crate::common::on_both_flavors;
use portable::task;
use portable::time::{
    Duration, Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout, timeout_at,
};

on_both_flavors! {
    timeouts_of_zero,
    timeouts_that_have_passed,
    a_timeout_asks_whether_a_task_has_ended,
    timeouts_in_a_timeout,
    overdue_ticks,
    overdue_ticks_that_are_skipped,
    short_sleeps,
    sleeps_that_have_passed,
    a_sleep_that_is_over,
    several_at_once,
}

async fn timeouts_of_zero() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            timeout(Duration::ZERO, pending::<()>()).await.unwrap_err();
        }
    })
    .await;
}

async fn timeouts_that_have_passed() {
    is_fair(|stop| async move {
        let past = Instant::now();
        while !stop.is_set() {
            timeout_at(past, pending::<()>()).await.unwrap_err();
        }
    })
    .await;
}

async fn a_timeout_asks_whether_a_task_has_ended() {
    let mut task = task::spawn(async { 5 });
    let ended = loop {
        if let Ok(ended) = timeout(Duration::ZERO, &mut task).await {
            break ended;
        }
    };
    assert_eq!(ended.unwrap(), 5);
}

async fn timeouts_in_a_timeout() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            let inner = timeout(Duration::ZERO, pending::<()>());
            let _ = timeout(Duration::from_secs(60), inner).await;
        }
    })
    .await;
}

async fn overdue_ticks() {
    is_fair(|stop| async move {
        let mut ticks = interval(Duration::from_nanos(1));
        while !stop.is_set() {
            ticks.tick().await;
        }
    })
    .await;
}

async fn overdue_ticks_that_are_skipped() {
    is_fair(|stop| async move {
        let mut ticks = interval(Duration::from_nanos(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while !stop.is_set() {
            ticks.tick().await;
        }
    })
    .await;
}

async fn short_sleeps() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            sleep(Duration::from_nanos(1)).await;
        }
    })
    .await;
}

async fn sleeps_that_have_passed() {
    is_fair(|stop| async move {
        let past = Instant::now();
        while !stop.is_set() {
            sleep_until(past).await;
        }
    })
    .await;
}

async fn a_sleep_that_is_over() {
    is_fair(|stop| async move {
        let mut over = pin!(sleep(Duration::from_millis(1)));
        while !stop.is_set() {
            over.as_mut().await;
        }
    })
    .await;
}

/// Each branch of a `select` has its own operation, and the first that is ready wins.
async fn several_at_once() {
    is_fair(|stop| async move {
        let mut one = interval(Duration::from_nanos(1));
        let mut other = interval(Duration::from_nanos(1));
        while !stop.is_set() {
            futures::future::select(pin!(one.tick()), pin!(other.tick())).await;
        }
    })
    .await;
}
