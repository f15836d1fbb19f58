//! Pools: how many tasks run at once, and when a place becomes free.

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::thread;

#[cfg(test)]
use crate::common::program;
use crate::common::{self, Counter, on_both_flavors, on_drop, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::spawn_task;
use portable::task::{self, JoinError, JoinHandle, JoinSet, Pool, PoolFull, Spawnable};

on_both_flavors! {
    a_task_gives_its_output,
    a_call_takes_a_place_before_it_is_spawned,
    a_full_pool_is_told_by_the_handle,
    a_full_pool_is_told_by_try_spawn,
    the_error_names_the_function_and_the_number,
    the_error_is_one_to_pass_on,
    every_way_to_spawn_tells_of_a_full_pool,
    what_has_no_place_is_dropped_and_never_polled,
    what_has_no_place_can_be_aborted,
    a_place_is_free_at_the_end_of_its_task,
    a_place_is_free_after_an_abort,
    a_place_is_free_after_an_abort_before_the_first_poll,
    a_place_is_free_after_a_panic,
    a_place_is_free_when_what_has_it_is_dropped,
    a_place_is_free_after_it_was_awaited_where_it_was_called,
    where_it_was_called_no_place_is_needed,
    in_another_task_a_place_is_needed,
    a_pool_takes_any_future,
    a_full_pool_of_any_future_says_so,
    places_are_never_more_than_they_are,
}

with_both_builders! {
    a_runtime_that_is_named_tells_of_a_full_pool,
    the_end_of_a_runtime_gives_places_back,
}

/// A lock for tests that share the pools of this file, so that they run one after the other.
struct Alone(#[allow(dead_code)] MutexGuard<'static, ()>);

fn alone() -> Alone {
    static TESTS: Mutex<()> = Mutex::new(());
    Alone(TESTS.lock().unwrap_or_else(PoisonError::into_inner))
}

#[portable::task(pool_size = 2)]
async fn double(n: u32) -> u32 {
    task::yield_now().await;
    2 * n
}

/// Waits until it gets a message or the sender is dropped.
#[portable::task]
async fn wait(go_on: oneshot::Receiver<()>) {
    let _ = go_on.await;
}

/// Spawns a task that waits, and returns the sender that lets it go on.
fn waiting() -> (JoinHandle<()>, oneshot::Sender<()>) {
    let (go_on, told) = oneshot::channel();
    (wait(told).spawn(), go_on)
}

/// Makes a call that takes a place, if the pool has one.
fn another() -> Spawnable<impl Future<Output = ()> + Send + 'static> {
    wait(oneshot::channel().1)
}

#[portable::task]
async fn fail() {
    task::yield_now().await;
    panic!("on purpose");
}

fn assert_full(error: &JoinError) {
    assert!(error.is_full(), "{error:?}");
    assert!(!error.is_panic() && !error.is_cancelled(), "{error:?}");
}

async fn a_task_gives_its_output() {
    let _alone = alone();
    assert_eq!(double(1).spawn().await.unwrap(), 2);
    assert_eq!(task::spawn(double(2)).await.unwrap(), 4);
    assert_eq!(spawn_task!(double(3)).await.unwrap(), 6);
    assert_eq!(double(4).try_spawn().unwrap().await.unwrap(), 8);
    assert_eq!(double(5).await, 10);
}

async fn a_call_takes_a_place_before_it_is_spawned() {
    let _alone = alone();
    let (first, second, third) = (double(1), double(2), double(3));
    assert_full(&third.spawn().await.unwrap_err());
    assert_eq!(first.spawn().await.unwrap(), 2);
    assert_eq!(second.spawn().await.unwrap(), 4);
}

async fn a_full_pool_is_told_by_the_handle() {
    let _alone = alone();
    let (task, go_on) = waiting();
    assert_full(&another().spawn().await.unwrap_err());
    go_on.send(()).unwrap();
    task.await.unwrap();
}

async fn a_full_pool_is_told_by_try_spawn() {
    let _alone = alone();
    let (task, go_on) = waiting();
    let full: PoolFull = another().try_spawn().unwrap_err();
    let error = another().spawn().await.unwrap_err();
    assert_eq!(full.to_string(), error.to_string());
    go_on.send(()).unwrap();
    task.await.unwrap();
    assert!(another().try_spawn().unwrap().await.is_ok());
}

async fn the_error_names_the_function_and_the_number() {
    let _alone = alone();
    let (task, _go_on) = waiting();
    let error = another().spawn().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "portable: the pool of `wait` is full: 1 task is running (raise `pool_size`)"
    );
    assert_eq!(
        format!("{error:?}"),
        r#"JoinError::Full(PoolFull { name: Some("wait"), count: 1 })"#
    );
    let _taken = (double(1), double(2));
    assert_eq!(
        double(3).try_spawn().unwrap_err().to_string(),
        "portable: the pool of `double` is full: 2 tasks are running (raise `pool_size`)"
    );
    end(task).await;
}

async fn the_error_is_one_to_pass_on() {
    let _alone = alone();
    let (task, _go_on) = waiting();
    let error = another().spawn().await.unwrap_err();
    let text = error.to_string();
    let error = error.try_into_panic().unwrap_err();
    assert_eq!(std::io::Error::from(error).to_string(), text);
    let full: Box<dyn std::error::Error + Send + Sync> = another().try_spawn().unwrap_err().into();
    assert_eq!(full.to_string(), text);
    end(task).await;
}

async fn every_way_to_spawn_tells_of_a_full_pool() {
    let _alone = alone();
    let (task, _go_on) = waiting();
    assert_full(&task::spawn(another()).await.unwrap_err());
    assert_full(&task::spawn_local(another()).await.unwrap_err());
    assert_full(&spawn_task!(another()).await.unwrap_err());
    assert_full(&spawn_task!(name = "named", another()).await.unwrap_err());
    let mut set = JoinSet::new();
    set.spawn(another());
    assert_full(&set.join_next().await.unwrap().unwrap_err());
    // The refusal of a detached task is reported to nobody.
    spawn_task!(detach, another());
    end(task).await;
}

#[portable::task]
async fn keep(polled: Counter, kept: Box<dyn Send>) {
    polled.add_one();
    pending::<()>().await;
    drop(kept);
}

async fn what_has_no_place_is_dropped_and_never_polled() {
    let _alone = alone();
    let (polled, dropped) = (Counter::default(), Counter::default());
    let first = keep(Counter::default(), Box::new(()));
    let second = keep(polled.clone(), Box::new(dropped.on_drop()));
    assert_full(&second.spawn().await.unwrap_err());
    assert_eq!((polled.get(), dropped.get()), (0, 1));
    let third = keep(polled.clone(), Box::new(dropped.on_drop()));
    assert!(third.try_spawn().is_err());
    assert_eq!((polled.get(), dropped.get()), (0, 2));
    drop(first);
}

async fn what_has_no_place_can_be_aborted() {
    let _alone = alone();
    let (task, _go_on) = waiting();
    let full = another().spawn();
    full.abort();
    let error = full.await.unwrap_err();
    assert!(error.is_full() || error.is_cancelled());
    end(task).await;
}

async fn end<T>(task: JoinHandle<T>) {
    task.abort();
    let _ = task.await;
}

/// Asserts that the place of the task is free.
async fn a_place_is_free() {
    another().spawn().await.unwrap();
}

async fn a_place_is_free_at_the_end_of_its_task() {
    let _alone = alone();
    for _ in 0..100 {
        let (task, go_on) = waiting();
        go_on.send(()).unwrap();
        task.await.unwrap();
        a_place_is_free().await;
    }
    // An output that was not taken does not keep its place.
    let first = double(1).spawn();
    let second = double(2).spawn();
    common::eventually(|| first.is_finished() && second.is_finished()).await;
    assert_eq!(double(3).spawn().await.unwrap(), 6);
    assert_eq!(first.await.unwrap() + second.await.unwrap(), 6);
}

async fn a_place_is_free_after_an_abort() {
    let _alone = alone();
    for _ in 0..100 {
        let (task, _go_on) = waiting();
        task::yield_now().await;
        end(task).await;
        a_place_is_free().await;
    }
}

async fn a_place_is_free_after_an_abort_before_the_first_poll() {
    let _alone = alone();
    for _ in 0..100 {
        let (task, _go_on) = waiting();
        end(task).await;
        a_place_is_free().await;
    }
}

async fn a_place_is_free_after_a_panic() {
    let _alone = alone();
    for _ in 0..20 {
        let error = fail().spawn().await.unwrap_err();
        assert!(error.is_panic() && !error.is_full());
    }
}

async fn a_place_is_free_when_what_has_it_is_dropped() {
    let _alone = alone();
    drop(another());
    a_place_is_free().await;
    let mut polled = Box::pin(another());
    let _ = polled
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    drop(polled);
    a_place_is_free().await;
}

async fn a_place_is_free_after_it_was_awaited_where_it_was_called() {
    let _alone = alone();
    another().await;
    a_place_is_free().await;
}

async fn where_it_was_called_no_place_is_needed() {
    let _alone = alone();
    let (task, _go_on) = waiting();
    another().await;
    let within = task::spawn(async { another().await });
    within.await.unwrap();
    end(task).await;
}

async fn in_another_task_a_place_is_needed() {
    let _alone = alone();
    let (task, _go_on) = waiting();
    let without = another();
    let other = task::spawn(without);
    assert_full(&other.await.unwrap_err());
    end(task).await;
}

async fn a_pool_takes_any_future() {
    static POOL: Pool<64, 3> = Pool::new();
    let _alone = alone();
    let tasks = [1, 2, 3].map(|n| POOL.spawn(async move { n }));
    for (n, task) in (1..).zip(tasks) {
        assert_eq!(task.await.unwrap(), n);
    }
    assert_eq!(POOL.try_spawn(async { 4 }).unwrap().await.unwrap(), 4);
}

async fn a_full_pool_of_any_future_says_so() {
    static POOL: Pool<64, 1> = Pool::new();
    let _alone = alone();
    let first = POOL.spawn(pending::<()>());
    let error = POOL.spawn(async {}).await.unwrap_err();
    assert_full(&error);
    assert_eq!(
        error.to_string(),
        "portable: the task pool is full: 1 task is running (raise its count)"
    );
    let full = POOL.try_spawn(async {}).unwrap_err();
    assert_eq!(full.to_string(), error.to_string());
    end(first).await;
    POOL.spawn(async {}).await.unwrap();
}

async fn places_are_never_more_than_they_are() {
    static POOL: Pool<64, 3> = Pool::new();
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    let _alone = alone();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(|| {
                (0..200)
                    .map(|_| {
                        POOL.spawn(async {
                            let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
                            let _one_less = on_drop(|| {
                                RUNNING.fetch_sub(1, Ordering::SeqCst);
                            });
                            task::yield_now().await;
                            running
                        })
                    })
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    for thread in threads {
        // Tasks on the thread of this test run while it waits.
        common::eventually(|| thread.is_finished()).await;
        for task in thread.join().unwrap() {
            match task.await {
                Ok(running) => assert!(running <= 3),
                Err(error) => assert_full(&error),
            }
        }
    }
    let three = [(); 3].map(|()| POOL.try_spawn(async {}).unwrap());
    for task in three {
        task.await.unwrap();
    }
}

fn a_runtime_that_is_named_tells_of_a_full_pool(mut builder: Builder) {
    let _alone = alone();
    let runtime = builder.build().unwrap();
    // The calls are made on a plain thread.
    let (first, second) = (another(), another());
    let error = runtime.block_on(runtime.spawn(second)).unwrap_err();
    assert_full(&error);
    drop(first);
    runtime.block_on(runtime.spawn(another())).unwrap();
    // `block_on` awaits a future that took its place at the call.
    let (first, second) = (another(), another());
    runtime.block_on(second);
    drop(first);
}

fn the_end_of_a_runtime_gives_places_back(mut builder: Builder) {
    let _alone = alone();
    let runtime = builder.build().unwrap();
    let go_on = runtime.block_on(async {
        let (task, go_on) = waiting();
        drop(task);
        task::yield_now().await;
        go_on
    });
    drop(runtime);
    assert!(go_on.is_canceled());
    let again = pin!(another());
    let _ = again.poll(&mut Context::from_waker(Waker::noop()));
    let place = another();
    drop(place);
}

/// The panic hook is not called, because a full pool is no mistake of the task.
#[test]
fn a_full_pool_prints_nothing() {
    program!("a_full_pool_prints_nothing").run(
        || {
            let runtime = Builder::new_multi_thread().build().unwrap();
            runtime.block_on(async {
                let (task, _go_on) = waiting();
                assert!(another().spawn().await.unwrap_err().is_full());
                spawn_task!(detach, another());
                end(task).await;
            });
            println!("end");
        },
        |outcome| {
            outcome.printed(&["end"]);
            assert!(!outcome.stderr.contains("panic"), "{outcome:#?}");
        },
    );
}
