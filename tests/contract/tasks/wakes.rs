//! Wakers: no wake is lost, wherever it comes from (contract 1 and 7).

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::{
    self, Counter, on_both_flavors, with_both_builders, with_multi_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task;

on_both_flavors! {
    a_wake_during_the_poll_is_not_lost,
    wakes_during_one_poll_make_one_poll,
    wakes_from_another_thread_arrive,
    wakes_from_blocking_closures_arrive,
    tasks_wake_each_other,
    main_is_woken_from_another_thread,
    a_waker_kept_does_not_keep_the_future,
    a_wake_after_the_end_does_nothing,
    a_task_whose_wakers_are_gone_stays,
    wakers_of_one_task_know_each_other,
}

with_both_builders! {
    a_wake_after_the_end_of_the_runtime_does_nothing,
}

with_multi_thread_builder! {
    a_worker_that_falls_asleep_misses_nothing,
}

async fn a_wake_during_the_poll_is_not_lost() {
    let mut left = 1_000;
    let polls = poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    task::spawn(polls).await.unwrap();
}

async fn wakes_during_one_poll_make_one_poll() {
    let polls = Counter::default();
    let (waits, is_waiting) = oneshot::channel();
    let mut waits = Some(waits);
    let task = task::spawn({
        let polls = polls.clone();
        poll_fn(move |cx| {
            polls.add_one();
            match polls.get() {
                1 => (0..3).for_each(|_| cx.waker().wake_by_ref()),
                2 => waits.take().unwrap().send(cx.waker().clone()).unwrap(),
                _ => return Poll::Ready(()),
            }
            Poll::Pending
        })
    });
    let waker = is_waiting.await.unwrap();
    for _ in 0..100 {
        task::yield_now().await;
        task::spawn(async {}).await.unwrap();
    }
    assert_eq!(polls.get(), 2);
    waker.wake();
    task.await.unwrap();
    assert_eq!(polls.get(), 3);
}

/// A place where a future leaves its waker for another thread to wake.
#[derive(Clone, Default)]
struct Slot(Arc<Mutex<(u64, Option<Waker>)>>);

impl Slot {
    /// Waits until the number is at least `n`.
    async fn reaches(&self, n: u64) {
        poll_fn(|cx| {
            let mut slot = self.0.lock().unwrap();
            if slot.0 >= n {
                return Poll::Ready(());
            }
            slot.1 = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn add_one(&self) {
        let mut slot = self.0.lock().unwrap();
        slot.0 += 1;
        let waker = slot.1.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

const ROUNDS: u64 = 5_000;

/// Each round needs the wake of the one before, so a lost wake hangs the test.
async fn wakes_from_another_thread_arrive() {
    let slot = Slot::default();
    let (again, rounds) = mpsc::channel();
    let thread = thread::spawn({
        let slot = slot.clone();
        move || rounds.into_iter().for_each(|()| slot.add_one())
    });
    let task = task::spawn(async move {
        for n in 1..=ROUNDS {
            again.send(()).unwrap();
            slot.reaches(n).await;
        }
    });
    task.await.unwrap();
    thread.join().unwrap();
}

async fn main_is_woken_from_another_thread() {
    let slot = Slot::default();
    let (again, rounds) = mpsc::channel();
    let thread = thread::spawn({
        let slot = slot.clone();
        move || rounds.into_iter().for_each(|()| slot.add_one())
    });
    for n in 1..=ROUNDS {
        again.send(()).unwrap();
        slot.reaches(n).await;
    }
    drop(again);
    thread.join().unwrap();
}

async fn wakes_from_blocking_closures_arrive() {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            task::spawn(async {
                for n in 0..100 {
                    assert_eq!(task::spawn_blocking(move || n).await.unwrap(), n);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn tasks_wake_each_other() {
    let pairs: Vec<_> = (0..8)
        .flat_map(|_| {
            let here = Slot::default();
            let there = Slot::default();
            let ping = task::spawn({
                let (here, there) = (here.clone(), there.clone());
                async move {
                    for n in 1..=500 {
                        there.add_one();
                        here.reaches(n).await;
                    }
                }
            });
            let pong = task::spawn(async move {
                for n in 1..=500 {
                    there.reaches(n).await;
                    here.add_one();
                }
            });
            [ping, pong]
        })
        .collect();
    for task in pairs {
        task.await.unwrap();
    }
}

/// Returns a future that gives its waker away and waits.
fn gives_its_waker(
    kept: impl Send + 'static,
) -> (impl Future<Output = ()>, oneshot::Receiver<Waker>) {
    let (give, waker) = oneshot::channel();
    let mut give = Some(give);
    let future = poll_fn(move |cx| {
        let _kept = &kept;
        if let Some(give) = give.take() {
            let _ = give.send(cx.waker().clone());
        }
        Poll::<()>::Pending
    });
    (future, waker)
}

async fn a_waker_kept_does_not_keep_the_future() {
    let dropped = Counter::default();
    let (future, waker) = gives_its_waker(dropped.on_drop());
    let task = task::spawn(future);
    let waker = waker.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(dropped.get(), 1);
    drop(waker);
}

async fn a_wake_after_the_end_does_nothing() {
    let (give, waker) = oneshot::channel();
    let mut give = Some(give);
    let polls = Counter::default();
    let task = task::spawn({
        let polls = polls.clone();
        poll_fn(move |cx| {
            polls.add_one();
            give.take().unwrap().send(cx.waker().clone()).unwrap();
            Poll::Ready(())
        })
    });
    task.await.unwrap();
    let waker = waker.await.unwrap();
    waker.wake_by_ref();
    let other = waker.clone();
    other.wake();
    for _ in 0..10 {
        task::spawn(async {}).await.unwrap();
    }
    thread::spawn(move || waker.wake()).join().unwrap();
    assert_eq!(polls.get(), 1);
}

async fn a_task_whose_wakers_are_gone_stays() {
    let dropped = Counter::default();
    let (future, waker) = gives_its_waker(dropped.on_drop());
    drop(task::spawn(future));
    drop(waker.await.unwrap());
    for _ in 0..100 {
        task::yield_now().await;
        task::spawn(async {}).await.unwrap();
    }
    assert_eq!(dropped.get(), 0);
}

async fn wakers_of_one_task_know_each_other() {
    let mut first: Option<Waker> = None;
    let mut left = 20;
    let polls = poll_fn(move |cx| {
        let first = first.get_or_insert_with(|| cx.waker().clone());
        assert!(first.will_wake(cx.waker()));
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    task::spawn(polls).await.unwrap();
}

fn a_wake_after_the_end_of_the_runtime_does_nothing(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let (future, waker) = gives_its_waker(dropped.on_drop());
    runtime.spawn(future);
    let waker = runtime.block_on(waker).unwrap();
    drop(runtime);
    assert_eq!(dropped.get(), 1);
    waker.wake_by_ref();
    thread::spawn(move || waker.wake()).join().unwrap();
}

/// The only worker has nothing else to do each time the next task comes.
fn a_worker_that_falls_asleep_misses_nothing(mut builder: Builder) {
    let runtime = builder.worker_threads(1).build().unwrap();
    let start = Instant::now();
    for n in 0..ROUNDS {
        // On a busy machine a round takes as long as a turn of the other processes.
        if start.elapsed() > Duration::from_secs(20) {
            break;
        }
        let done = Arc::new(AtomicBool::new(false));
        runtime.spawn({
            let done = done.clone();
            async move { done.store(true, Ordering::SeqCst) }
        });
        // The next task comes at various distances from the end of the one before.
        common::eventually_blocking(|| done.load(Ordering::SeqCst));
        (0..n % 512).for_each(|_| std::hint::spin_loop());
    }
}
