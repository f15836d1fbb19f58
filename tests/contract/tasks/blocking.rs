//! `spawn_blocking`: closures on a pool of threads (contract 6).

use std::cell::RefCell;
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use crate::common::{
    self, AtTheEnd, Counter, on_both_flavors, on_drop, with_both_builders,
    with_current_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::{Builder, Handle};
use portable::task;
use portable::time::{Duration, Instant, sleep};

on_both_flavors! {
    the_output_arrives,
    the_macro_is_the_same,
    it_runs_on_a_thread_that_polls_nothing,
    it_runs_while_main_blocks,
    a_dropped_handle_still_runs,
    closures_may_wait_for_each_other,
    a_closure_may_spawn,
    a_closure_may_block_on,
    a_closure_may_run_another_and_wait_for_it,
    a_closure_may_sleep,
    a_closure_that_nobody_awaits_drops_its_output,
    what_a_closure_holds_is_dropped_before_the_await_returns,
    ten_thousand_closures_end,
}

with_both_builders! {
    the_limit_is_512_by_default,
    the_limit_is_a_limit,
    closures_over_the_limit_run_later,
    each_runtime_has_its_own_limit,
    it_works_without_block_on,
}

// This test takes ten seconds, so it runs on one flavour only.
with_current_thread_builder! {
    idle_threads_end,
}

async fn the_output_arrives() {
    let kept = String::from("output");
    let task = task::spawn_blocking(move || kept);
    assert_eq!(task.await.unwrap(), "output");
}

async fn the_macro_is_the_same() {
    let task = portable::spawn_task!(blocking, || 7);
    assert_eq!(task.await.unwrap(), 7);
    let task = task::Builder::new().spawn_blocking(|| 8).unwrap();
    assert_eq!(task.await.unwrap(), 8);
}

async fn it_runs_on_a_thread_that_polls_nothing() {
    let main = thread::current().id();
    let (started, is_started) = oneshot::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let closure = task::spawn_blocking(move || {
        started.send(thread::current().id()).unwrap();
        is_released.recv().unwrap();
    });
    let blocked = is_started.await.unwrap();
    assert_ne!(blocked, main);
    // All of these tasks end although that thread is blocked.
    for _ in 0..200 {
        let task = task::spawn(async { thread::current().id() });
        assert_ne!(task.await.unwrap(), blocked);
    }
    release.send(()).unwrap();
    closure.await.unwrap();
}

async fn it_runs_while_main_blocks() {
    let (started, is_started) = mpsc::channel();
    let task = task::spawn_blocking(move || started.send(()).unwrap());
    is_started.recv().unwrap();
    task.await.unwrap();
}

async fn a_dropped_handle_still_runs() {
    let (done, is_done) = oneshot::channel();
    drop(task::spawn_blocking(move || done.send(7).unwrap()));
    assert_eq!(is_done.await, Ok(7));
}

async fn closures_may_wait_for_each_other() {
    let barrier = Arc::new(Barrier::new(20));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let barrier = barrier.clone();
            task::spawn_blocking(move || barrier.wait().is_leader())
        })
        .collect();
    let mut leaders = 0;
    for task in tasks {
        leaders += usize::from(task.await.unwrap());
    }
    assert_eq!(leaders, 1);
}

async fn a_closure_may_spawn() {
    let outer = task::spawn_blocking(|| {
        task::spawn(async {
            task::yield_now().await;
            7
        })
    });
    assert_eq!(outer.await.unwrap().await.unwrap(), 7);
}

async fn a_closure_may_block_on() {
    let outer = task::spawn_blocking(|| {
        let inner = task::spawn(async {
            task::yield_now().await;
            7
        });
        let output = portable::block_on(inner).unwrap();
        assert_eq!(portable::block_on(ready(8)), 8);
        assert_eq!(Handle::current().block_on(ready(9)), 9);
        // After the other calls, the closure may block again.
        assert_eq!(portable::block_on(task::spawn(async { 10 })).unwrap(), 10);
        output
    });
    assert_eq!(outer.await.unwrap(), 7);
}

async fn a_closure_may_run_another_and_wait_for_it() {
    let outer = task::spawn_blocking(|| {
        let inner = task::spawn_blocking(|| 7);
        portable::block_on(inner).unwrap()
    });
    assert_eq!(outer.await.unwrap(), 7);
}

async fn a_closure_may_sleep() {
    let outer = task::spawn_blocking(|| {
        let start = Instant::now();
        portable::block_on(sleep(Duration::from_millis(20)));
        common::block_on(sleep(Duration::from_millis(20)));
        start.elapsed()
    });
    assert!(outer.await.unwrap() >= Duration::from_millis(40));
}

async fn a_closure_that_nobody_awaits_drops_its_output() {
    let (dropped, is_dropped) = oneshot::channel();
    let output = on_drop(move || dropped.send(()).unwrap());
    drop(task::spawn_blocking(move || output));
    is_dropped.await.unwrap();
}

async fn what_a_closure_holds_is_dropped_before_the_await_returns() {
    for _ in 0..200 {
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        task::spawn_blocking(move || {
            let _ = &guard;
        })
        .await
        .unwrap();
        assert_eq!(dropped.get(), 1);
    }
}

async fn ten_thousand_closures_end() {
    let tasks: Vec<_> = (0..10_000)
        .map(|n| task::spawn_blocking(move || n))
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), n);
    }
}

fn the_limit_is_512_by_default(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (started, is_started) = mpsc::channel();
    let released = Arc::new(Mutex::new(()));
    let hold = released.lock().unwrap();
    let tasks: Vec<_> = (0..513)
        .map(|_| {
            let (started, released) = (started.clone(), released.clone());
            runtime.spawn_blocking(move || {
                started.send(()).unwrap();
                drop(released.lock());
            })
        })
        .collect();
    for _ in 0..512 {
        is_started.recv().unwrap();
    }
    // The last closure gets no thread.
    assert!(is_started.recv_timeout(Duration::from_millis(50)).is_err());
    drop(hold);
    is_started.recv().unwrap();
    for task in tasks {
        common::block_on(task).unwrap();
    }
}

fn the_limit_is_a_limit(mut builder: Builder) {
    for limit in [1, 2, 5] {
        let runtime = builder.max_blocking_threads(limit).build().unwrap();
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        // So many closures do run at once, otherwise the barrier holds them for ever.
        let barrier = Arc::new(Barrier::new(limit));
        let tasks: Vec<_> = (0..limit * 20)
            .map(|_| {
                let (running, most) = (running.clone(), most.clone());
                let barrier = barrier.clone();
                runtime.spawn_blocking(move || {
                    let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    barrier.wait();
                    thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        for task in tasks {
            common::block_on(task).unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), limit);
    }
}

fn closures_over_the_limit_run_later(mut builder: Builder) {
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let first = runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        is_released.recv().unwrap();
    });
    is_started.recv().unwrap();
    let second = runtime.spawn_blocking(|| 7);
    let (done, is_done) = mpsc::channel();
    // A dropped handle does not affect a closure that waits, either.
    drop(runtime.spawn_blocking(move || done.send(8).unwrap()));
    assert!(!second.is_finished());
    release.send(()).unwrap();
    common::block_on(first).unwrap();
    assert_eq!(common::block_on(second).unwrap(), 7);
    assert_eq!(is_done.recv(), Ok(8));
}

fn each_runtime_has_its_own_limit(mut builder: Builder) {
    builder.max_blocking_threads(1);
    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    // The two closures wait for each other.
    let barrier = Arc::new(Barrier::new(2));
    let tasks = [&first, &second].map(|runtime| {
        let barrier = barrier.clone();
        runtime.spawn_blocking(move || {
            barrier.wait();
        })
    });
    for task in tasks {
        common::block_on(task).unwrap();
    }
}

fn it_works_without_block_on(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    runtime.spawn_blocking(move || done.send(7).unwrap());
    assert_eq!(is_done.recv(), Ok(7));
}

fn idle_threads_end(mut builder: Builder) {
    thread_local! {
        static AT_THE_END: AtTheEnd = const { RefCell::new(Vec::new()) };
    }

    let runtime = builder.build().unwrap();
    let (ended, has_ended) = mpsc::channel();
    runtime.spawn_blocking(move || {
        let says: Box<dyn FnOnce()> = Box::new(move || ended.send(()).unwrap());
        AT_THE_END.with_borrow_mut(|at_the_end| at_the_end.push(on_drop(says)));
    });
    has_ended
        .recv_timeout(Duration::from_secs(40))
        .expect("the thread ends");
    let again = runtime.spawn_blocking(|| 7);
    assert_eq!(runtime.block_on(again).unwrap(), 7);
}
