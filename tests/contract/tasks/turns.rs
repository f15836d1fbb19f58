//! `yield_now`: the other tasks get a turn (contract 7).

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use crate::common::{self, Counter, on_both_flavors, with_both_builders};
use futures::future::join_all;
use portable::runtime::{Builder, Runtime};
use portable::task;
use portable::time::{Duration, sleep};

on_both_flavors! {
    it_is_pending_once,
    it_is_pending_once_on_another_executor,
    main_that_yields_lets_a_task_run,
    main_that_yields_lets_a_local_task_run,
    it_works_in_combinators,
}

with_both_builders! {
    a_task_that_yields_lets_another_run,
    a_task_that_yields_lets_one_run_that_comes_later,
    a_task_that_yields_lets_main_run,
    a_task_that_yields_lets_a_timer_fire,
    a_task_that_yields_lets_wakes_from_elsewhere_in,
    a_local_task_that_yields_lets_the_others_run,
    main_that_yields_lets_a_timer_fire,
    many_tasks_that_yield_starve_none,
    many_tasks_that_yield_let_one_of_another_thread_in,
}

/// Builds a runtime with one thread for its tasks: a task that does not yield stops all others.
fn one_thread(mut builder: Builder) -> Runtime {
    match builder.clone().worker_threads(1).build() {
        Ok(runtime) => runtime,
        Err(_) => builder.build().unwrap(),
    }
}

/// Returns a future that yields until `end` is set.
fn spins(end: &Arc<AtomicBool>) -> impl Future<Output = ()> + Send + 'static {
    let end = end.clone();
    async move {
        while !end.load(Ordering::SeqCst) {
            task::yield_now().await;
        }
    }
}

/// Returns how many polls a yield takes.
async fn polls() -> usize {
    let mut polls = 0;
    let mut yields = pin!(task::yield_now());
    poll_fn(|cx| {
        polls += 1;
        yields.as_mut().poll(cx)
    })
    .await;
    polls
}

async fn it_is_pending_once() {
    assert_eq!(polls().await, 2);
    assert_eq!(task::spawn(polls()).await.unwrap(), 2);
    assert_eq!(task::spawn_local(polls()).await.unwrap(), 2);
}

async fn it_is_pending_once_on_another_executor() {
    let task = task::spawn_blocking(|| common::block_on(polls()));
    assert_eq!(task.await.unwrap(), 2);
    let thread = std::thread::spawn(|| futures::executor::block_on(polls()));
    common::eventually(|| thread.is_finished()).await;
    assert_eq!(thread.join().unwrap(), 2);
}

async fn main_that_yields_lets_a_task_run() {
    let ran = Counter::default();
    task::spawn({
        let ran = ran.clone();
        async move { ran.add_one() }
    });
    while ran.get() == 0 {
        task::yield_now().await;
    }
}

async fn main_that_yields_lets_a_local_task_run() {
    let ran = Rc::new(Counter::default());
    task::spawn_local({
        let ran = ran.clone();
        async move { ran.add_one() }
    });
    while ran.get() == 0 {
        task::yield_now().await;
    }
}

async fn it_works_in_combinators() {
    let turns = join_all((0..500).map(|n| async move {
        for _ in 0..n % 7 {
            task::yield_now().await;
        }
        n
    }));
    assert_eq!(turns.await, (0..500).collect::<Vec<_>>());
}

fn a_task_that_yields_lets_another_run(builder: Builder) {
    let runtime = one_thread(builder);
    let end = Arc::new(AtomicBool::new(false));
    let spinning = runtime.spawn(spins(&end));
    let other = runtime.spawn({
        let end = end.clone();
        async move { end.store(true, Ordering::SeqCst) }
    });
    runtime.block_on(async {
        spinning.await.unwrap();
        other.await.unwrap();
    });
}

fn a_task_that_yields_lets_one_run_that_comes_later(builder: Builder) {
    let runtime = one_thread(builder);
    let end = Arc::new(AtomicBool::new(false));
    let spinning = runtime.spawn(spins(&end));
    runtime.block_on(async {
        // The task spins by then.
        task::spawn(async {}).await.unwrap();
        let later = task::spawn(async {
            let inner = task::spawn(async {
                task::yield_now().await;
                7
            });
            inner.await.unwrap()
        });
        assert_eq!(later.await.unwrap(), 7);
        assert!(!spinning.is_finished());
        end.store(true, Ordering::SeqCst);
        spinning.await.unwrap();
    });
}

fn a_task_that_yields_lets_main_run(builder: Builder) {
    let runtime = one_thread(builder);
    let end = Arc::new(AtomicBool::new(false));
    runtime.block_on(async {
        let spinning = task::spawn(spins(&end));
        for _ in 0..100 {
            task::yield_now().await;
        }
        assert!(!spinning.is_finished());
        end.store(true, Ordering::SeqCst);
        spinning.await.unwrap();
    });
}

fn a_task_that_yields_lets_a_timer_fire(builder: Builder) {
    let runtime = one_thread(builder);
    let end = Arc::new(AtomicBool::new(false));
    runtime.block_on(async {
        let spinning = task::spawn(spins(&end));
        let sleeping = task::spawn(sleep(Duration::from_millis(10)));
        sleeping.await.unwrap();
        sleep(Duration::from_millis(10)).await;
        assert!(!spinning.is_finished());
        end.store(true, Ordering::SeqCst);
        spinning.await.unwrap();
    });
}

fn a_task_that_yields_lets_wakes_from_elsewhere_in(builder: Builder) {
    let runtime = one_thread(builder);
    let end = Arc::new(AtomicBool::new(false));
    runtime.block_on(async {
        let spinning = task::spawn(spins(&end));
        for n in 0..100 {
            let woken = task::spawn(async move { task::spawn_blocking(move || n).await.unwrap() });
            assert_eq!(woken.await.unwrap(), n);
        }
        assert!(!spinning.is_finished());
        end.store(true, Ordering::SeqCst);
        spinning.await.unwrap();
    });
}

fn a_local_task_that_yields_lets_the_others_run(builder: Builder) {
    let runtime = one_thread(builder);
    let end = Arc::new(AtomicBool::new(false));
    runtime.block_on(async {
        let spinning = task::spawn_local(spins(&end));
        // `main`, another local task, a task and a timer get turns.
        task::yield_now().await;
        task::spawn_local(async {}).await.unwrap();
        task::spawn(async {}).await.unwrap();
        sleep(Duration::from_millis(10)).await;
        assert!(!spinning.is_finished());
        end.store(true, Ordering::SeqCst);
        spinning.await.unwrap();
    });
}

fn main_that_yields_lets_a_timer_fire(builder: Builder) {
    let runtime = one_thread(builder);
    runtime.block_on(async {
        let mut sleeping = pin!(sleep(Duration::from_millis(10)));
        // The sleep is polled once. From then on only its waker tells of the end.
        let woken = Arc::new(common::Wakes::default());
        let waker = woken.clone().into();
        let mut cx = std::task::Context::from_waker(&waker);
        assert!(sleeping.as_mut().poll(&mut cx).is_pending());
        while woken.get() == 0 {
            task::yield_now().await;
        }
        assert_eq!(sleeping.as_mut().poll(&mut cx), Poll::Ready(()));
    });
}

fn many_tasks_that_yield_starve_none(builder: Builder) {
    let runtime = one_thread(builder);
    runtime.block_on(async {
        let end = Arc::new(AtomicBool::new(false));
        let spinning: Vec<_> = (0..100).map(|_| task::spawn(spins(&end))).collect();
        let turns: Vec<_> = (0..20)
            .map(|_| {
                task::spawn(async {
                    for _ in 0..20 {
                        task::yield_now().await;
                    }
                })
            })
            .collect();
        for task in turns {
            task.await.unwrap();
        }
        end.store(true, Ordering::SeqCst);
        for task in spinning {
            task.await.unwrap();
        }
    });
}

fn many_tasks_that_yield_let_one_of_another_thread_in(builder: Builder) {
    let runtime = one_thread(builder);
    // A thread may take so many of its own tasks in one go.
    for many in [1, 31, 32, 33, 64, 100] {
        let end = Arc::new(AtomicBool::new(false));
        let other = thread::spawn({
            let (handle, end) = (runtime.handle().clone(), end.clone());
            move || {
                // Some tasks come while the thread is busy with its own.
                for _ in 0..10 {
                    let task = handle.spawn(async { task::yield_now().await });
                    common::block_on(task).unwrap();
                }
                end.store(true, Ordering::SeqCst);
            }
        });
        runtime.block_on(async {
            let spinning: Vec<_> = (0..many).map(|_| task::spawn(spins(&end))).collect();
            for task in spinning {
                task.await.unwrap();
            }
        });
        other.join().unwrap();
    }
}
