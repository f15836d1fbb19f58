//! Panics: a panic in a task affects nothing else (contract 5).

use std::future::{Future, pending, poll_fn};
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::{Mutex, mpsc};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

#[cfg(test)]
use crate::common::program;
use crate::common::{self, Counter, OnDrop, on_both_flavors, on_drop, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task;

on_both_flavors! {
    a_panic_in_a_poll_ends_the_task_alone,
    a_panic_in_a_later_poll_ends_the_task_alone,
    a_panic_of_a_detached_task_goes_nowhere,
    a_panic_drops_the_future_before_the_await_returns,
    a_panic_in_a_destructor_while_it_is_aborted_arrives,
    a_panic_in_a_destructor_of_an_unstarted_task_arrives,
    a_panic_in_a_destructor_of_an_aborted_detached_task_goes_nowhere,
    a_panic_in_a_destructor_after_the_end_arrives,
    a_panic_in_an_output_that_nobody_wants_goes_nowhere,
    a_panic_in_an_output_that_nobody_took_goes_nowhere,
    a_panic_in_a_blocking_closure_arrives,
    a_panic_in_the_output_of_a_blocking_closure_goes_nowhere,
    a_panic_in_the_destructor_of_a_payload_goes_nowhere,
    a_panic_in_the_destructor_of_a_payload_that_nobody_took_goes_nowhere,
    the_payload_of_a_panic_that_goes_nowhere_is_dropped,
    a_panic_in_a_local_task_ends_it_alone,
    a_panic_in_the_destructor_of_a_local_task_arrives,
    many_panics_at_once_are_all_told,
    a_future_that_panicked_is_dropped_in_the_unwinding,
    a_lock_in_a_future_that_panicked_is_poisoned,
    what_a_closure_that_panicked_holds_is_dropped_in_the_unwinding,
    a_future_that_is_cancelled_is_not_dropped_in_an_unwinding,
    an_output_that_nobody_takes_is_dropped_in_its_task,
    an_output_that_nobody_took_is_dropped_in_its_task,
    a_payload_that_nobody_takes_is_dropped_in_its_task,
    a_future_is_dropped_in_its_task_however_it_ends,
}

with_both_builders! {
    the_thread_that_polls_lives_on,
    the_threads_of_blocking_closures_live_on,
    destructors_that_panic_at_the_end_stop_nothing,
    destructors_of_local_tasks_that_panic_at_the_end_stop_nothing,
    destructors_of_closures_that_panic_at_the_end_stop_nothing,
    a_panic_of_main_leaves_block_on_whole,
    a_panic_of_main_drops_its_local_tasks,
    a_panic_of_main_leaves_the_runtime_usable,
    the_future_of_main_is_dropped_in_the_unwinding,
    tasks_are_dropped_in_themselves_at_the_end,
}

/// Returns a value that panics when it is dropped.
fn bomb() -> OnDrop<impl FnOnce() + Send + Sync + 'static> {
    on_drop(|| panic!("in the destructor"))
}

/// Asserts that the tasks of this runtime still run.
async fn all_is_well() {
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            task::spawn(async move {
                task::yield_now().await;
                task::spawn_blocking(move || n).await.unwrap()
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), n);
    }
}

async fn a_panic_in_a_poll_ends_the_task_alone() {
    let other = common::spawn_waiting(()).await;
    let task = task::spawn(async { panic!("on purpose") });
    assert_eq!(common::panic_of_task::<()>(task.await), "on purpose");
    assert!(!other.is_finished());
    all_is_well().await;
}

async fn a_panic_in_a_later_poll_ends_the_task_alone() {
    let (release, is_released) = oneshot::channel::<()>();
    let task = task::spawn(async move {
        is_released.await.unwrap();
        task::yield_now().await;
        panic!("on purpose")
    });
    release.send(()).unwrap();
    assert_eq!(common::panic_of_task::<()>(task.await), "on purpose");
    all_is_well().await;
}

async fn a_panic_of_a_detached_task_goes_nowhere() {
    let (dropped, is_dropped) = oneshot::channel();
    let guard = on_drop(move || dropped.send(()).unwrap());
    drop(task::spawn(async move {
        let _guard = guard;
        panic!("on purpose")
    }));
    is_dropped.await.unwrap();
    all_is_well().await;
}

async fn a_panic_drops_the_future_before_the_await_returns() {
    for _ in 0..100 {
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        // The guard is not a local of the body, which the unwinding itself would drop.
        let task = task::spawn(poll_fn(move |_| -> Poll<()> {
            let _ = &guard;
            panic!("on purpose")
        }));
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(dropped.get(), 1);
    }
}

async fn a_panic_in_a_destructor_while_it_is_aborted_arrives() {
    let task = common::spawn_waiting(bomb()).await;
    task.abort();
    assert_eq!(common::panic_of_task(task.await), "in the destructor");
    all_is_well().await;
}

async fn a_panic_in_a_destructor_of_an_unstarted_task_arrives() {
    for _ in 0..20 {
        let bomb = bomb();
        let task = task::spawn(async move {
            let _bomb = bomb;
            pending::<()>().await;
        });
        task.abort();
        assert_eq!(common::panic_of_task(task.await), "in the destructor");
    }
    all_is_well().await;
}

async fn a_panic_in_a_destructor_of_an_aborted_detached_task_goes_nowhere() {
    let (dropped, is_dropped) = oneshot::channel();
    let kept = (bomb(), on_drop(move || dropped.send(()).unwrap()));
    let task = common::spawn_waiting(kept).await;
    task.abort();
    drop(task);
    // The rest of the future is dropped all the same.
    is_dropped.await.unwrap();
    all_is_well().await;
}

/// A future that panics when it is dropped, even after its end.
struct PanicsAfterwards;

impl Future for PanicsAfterwards {
    type Output = u8;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
        Poll::Ready(7)
    }
}

impl Drop for PanicsAfterwards {
    fn drop(&mut self) {
        panic!("in the destructor");
    }
}

async fn a_panic_in_a_destructor_after_the_end_arrives() {
    let task = task::spawn(PanicsAfterwards);
    assert_eq!(common::panic_of_task(task.await), "in the destructor");
    all_is_well().await;
}

async fn a_panic_in_an_output_that_nobody_wants_goes_nowhere() {
    let (dropped, is_dropped) = oneshot::channel();
    let output = (bomb(), on_drop(move || dropped.send(()).unwrap()));
    let (release, is_released) = oneshot::channel::<()>();
    drop(task::spawn(async move {
        is_released.await.unwrap();
        output
    }));
    release.send(()).unwrap();
    is_dropped.await.unwrap();
    all_is_well().await;
}

async fn a_panic_in_an_output_that_nobody_took_goes_nowhere() {
    let dropped = Counter::default();
    let output = (bomb(), dropped.on_drop());
    let task = task::spawn(async move { output });
    common::eventually(|| task.is_finished()).await;
    // The panic does not reach the task that drops the handle, either.
    drop(task);
    assert_eq!(dropped.get(), 1);
    all_is_well().await;
}

async fn a_panic_in_a_blocking_closure_arrives() {
    let task = task::spawn_blocking(|| panic!("on purpose"));
    assert_eq!(common::panic_of_task::<()>(task.await), "on purpose");
    let bomb = bomb();
    let task = task::spawn_blocking(move || drop(bomb));
    assert_eq!(common::panic_of_task(task.await), "in the destructor");
    all_is_well().await;
}

async fn a_panic_in_the_output_of_a_blocking_closure_goes_nowhere() {
    let (dropped, is_dropped) = oneshot::channel();
    let output = (bomb(), on_drop(move || dropped.send(()).unwrap()));
    let (release, is_released) = mpsc::channel::<()>();
    drop(task::spawn_blocking(move || {
        is_released.recv().unwrap();
        output
    }));
    release.send(()).unwrap();
    is_dropped.await.unwrap();
    all_is_well().await;
}

async fn a_panic_in_the_destructor_of_a_payload_goes_nowhere() {
    let (dropped, is_dropped) = oneshot::channel();
    let payload = (bomb(), on_drop(move || dropped.send(()).unwrap()));
    let (release, is_released) = oneshot::channel::<()>();
    drop(task::spawn(async move {
        is_released.await.unwrap();
        panic_any(payload)
    }));
    release.send(()).unwrap();
    is_dropped.await.unwrap();
    all_is_well().await;
}

async fn a_panic_in_the_destructor_of_a_payload_that_nobody_took_goes_nowhere() {
    let dropped = Counter::default();
    let payload = (bomb(), dropped.on_drop());
    let task = task::spawn(async move { panic_any(payload) });
    common::eventually(|| task.is_finished()).await;
    drop::<task::JoinHandle<()>>(task);
    assert_eq!(dropped.get(), 1);
    all_is_well().await;
}

async fn the_payload_of_a_panic_that_goes_nowhere_is_dropped() {
    let dropped = Counter::default();
    let payload = dropped.on_drop();
    let output = on_drop(move || panic_any(payload));
    drop(task::spawn(async { output }));
    common::eventually(|| dropped.get() == 1).await;
    let payload = dropped.on_drop();
    let task = common::spawn_waiting(on_drop(move || panic_any(payload))).await;
    task.abort();
    drop(task);
    common::eventually(|| dropped.get() == 2).await;
}

async fn a_panic_in_a_local_task_ends_it_alone() {
    let task = task::spawn_local(async { panic!("on purpose") });
    assert_eq!(common::panic_of_task::<()>(task.await), "on purpose");
    drop(task::spawn_local(async { panic!("on purpose") }));
    let task = task::spawn_local(async {
        task::yield_now().await;
        7
    });
    assert_eq!(task.await.unwrap(), 7);
    all_is_well().await;
}

async fn a_panic_in_the_destructor_of_a_local_task_arrives() {
    let bomb = bomb();
    let task = task::spawn_local(async move {
        let _bomb = bomb;
        pending::<()>().await;
    });
    task::spawn_local(async {}).await.unwrap();
    task.abort();
    assert_eq!(common::panic_of_task(task.await), "in the destructor");
    all_is_well().await;
}

async fn many_panics_at_once_are_all_told() {
    let tasks: Vec<task::JoinHandle<()>> = (0..500_usize)
        .map(|n| {
            task::spawn(async move {
                if n % 2 == 0 {
                    task::yield_now().await;
                }
                panic_any(n)
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        let error = task.await.unwrap_err();
        assert_eq!(*error.into_panic().downcast::<usize>().unwrap(), n);
    }
    all_is_well().await;
}

fn the_thread_that_polls_lives_on(mut builder: Builder) {
    // The runtime has one worker, if it has any and does not start them itself.
    let runtime = match builder.clone().worker_threads(1).build() {
        Ok(runtime) => runtime,
        Err(_) => builder.build().unwrap(),
    };
    runtime.block_on(async {
        let thread = async || {
            let task = task::spawn(async { thread::current().id() });
            task.await.unwrap()
        };
        let before = thread().await;
        let polls_again = async || {
            for _ in 0..10_000 {
                if thread().await == before {
                    return;
                }
            }
            panic!("the thread polls no more tasks");
        };
        let _ = task::spawn(async { panic!("on purpose") }).await;
        polls_again().await;
        let task = common::spawn_waiting(bomb()).await;
        task.abort();
        let _ = task.await;
        polls_again().await;
        let _ = task::spawn(PanicsAfterwards).await;
        polls_again().await;
        for _ in 0..10 {
            drop(task::spawn(async { bomb() }));
            drop(task::spawn(async { panic_any(bomb()) }));
        }
        all_is_well().await;
        polls_again().await;
    });
}

fn the_threads_of_blocking_closures_live_on(mut builder: Builder) {
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let thread = || async {
            let task = task::spawn_blocking(|| thread::current().id());
            task.await.unwrap()
        };
        let before = thread().await;
        let _ = task::spawn_blocking(|| panic!("on purpose")).await;
        drop(task::spawn_blocking(bomb));
        drop(task::spawn_blocking(|| panic_any(bomb())));
        assert_eq!(thread().await, before);
    });
}

fn destructors_that_panic_at_the_end_stop_nothing(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    runtime.block_on(async {
        for n in 0..20 {
            let kept = (bomb(), dropped.on_drop());
            let task = if n % 2 == 0 {
                common::spawn_waiting(kept).await
            } else {
                task::spawn(async move {
                    let _kept = kept;
                    pending().await
                })
            };
            drop(task);
        }
    });
    drop(runtime);
    assert_eq!(dropped.get(), 20);
}

fn destructors_of_closures_that_panic_at_the_end_stop_nothing(mut builder: Builder) {
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let dropped = Counter::default();
    let (started, is_started) = mpsc::channel();
    runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        // The closure runs until the end has begun, so its thread finds the other closures.
        thread::sleep(Duration::from_millis(100));
    });
    is_started.recv().unwrap();
    for _ in 0..20 {
        let kept = (bomb(), dropped.on_drop());
        runtime.spawn_blocking(move || drop(kept));
    }
    runtime.shutdown_timeout(Duration::from_secs(10));
    assert_eq!(dropped.get(), 20);
}

fn destructors_of_local_tasks_that_panic_at_the_end_stop_nothing(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let output = runtime.block_on(async {
        for n in 0..20 {
            let kept = (bomb(), dropped.on_drop());
            task::spawn_local(async move {
                let _kept = kept;
                pending::<()>().await;
            });
            if n == 10 {
                task::spawn_local(async {}).await.unwrap();
            }
        }
        7
    });
    assert_eq!(output, 7);
    assert_eq!(dropped.get(), 20);
    runtime.block_on(all_is_well());
}

fn a_panic_of_main_leaves_block_on_whole(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let text = common::panic_of(|| {
        runtime.block_on(async {
            task::yield_now().await;
            panic!("of main")
        })
    });
    assert_eq!(text, "of main");
}

fn a_panic_of_main_drops_its_local_tasks(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let text = common::panic_of(|| {
        runtime.block_on(async {
            let started = dropped.on_drop();
            let unstarted = dropped.on_drop();
            let (starts, has_started) = oneshot::channel();
            task::spawn_local(async move {
                let _started = started;
                starts.send(()).unwrap();
                pending::<()>().await;
            });
            has_started.await.unwrap();
            task::spawn_local(async move {
                let _unstarted = unstarted;
                pending::<()>().await;
            });
            panic!("of main")
        })
    });
    assert_eq!(text, "of main");
    assert_eq!(dropped.get(), 2);
}

fn a_panic_of_main_leaves_the_runtime_usable(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (release, is_released) = oneshot::channel::<()>();
    let task = runtime.spawn(async move {
        is_released.await.unwrap();
        7
    });
    common::panic_of(|| runtime.block_on(async { panic!("of main") }));
    release.send(()).unwrap();
    runtime.block_on(async {
        assert_eq!(task.await.unwrap(), 7);
        assert_eq!(task::spawn_local(async { 8 }).await.unwrap(), 8);
        all_is_well().await;
    });
}

/// A future that panics when it is polled, and holds a value that no frame of the poll holds.
struct PanicsWith<T>(#[allow(dead_code)] T);

impl<T: Unpin> Future for PanicsWith<T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        panic!("on purpose")
    }
}

/// Returns a value that tells, when it is dropped, whether the thread panics.
fn tells_panicking() -> (
    OnDrop<impl FnOnce() + Send + Unpin + 'static>,
    mpsc::Receiver<bool>,
) {
    let (sender, receiver) = mpsc::channel();
    let tells = on_drop(move || sender.send(thread::panicking()).unwrap());
    (tells, receiver)
}

/// Returns a value that tells, when it is dropped, which task is the current one.
fn tells_task() -> (
    OnDrop<impl FnOnce() + Send + Sync + 'static>,
    oneshot::Receiver<Option<task::Id>>,
) {
    let (sender, receiver) = oneshot::channel();
    let tells = on_drop(move || sender.send(task::try_id()).unwrap());
    (tells, receiver)
}

async fn a_future_that_panicked_is_dropped_in_the_unwinding() {
    let (tells, told) = tells_panicking();
    task::spawn(PanicsWith(tells)).await.unwrap_err();
    assert_eq!(told.try_recv(), Ok(true));
    let (tells, told) = tells_panicking();
    task::spawn_local(PanicsWith(tells)).await.unwrap_err();
    assert_eq!(told.try_recv(), Ok(true));
    // The future panics in its second poll.
    let (tells, told) = tells_panicking();
    let mut is_second = false;
    let task = task::spawn(poll_fn(move |cx| -> Poll<()> {
        let _ = &tells;
        if is_second {
            panic!("on purpose");
        }
        is_second = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    task.await.unwrap_err();
    assert_eq!(told.try_recv(), Ok(true));
    all_is_well().await;
}

async fn a_lock_in_a_future_that_panicked_is_poisoned() {
    // The guard in a task must be `'static`, so each run leaks a lock. The list keeps the locks
    // reachable.
    static LOCKS: Mutex<Vec<&Mutex<()>>> = Mutex::new(Vec::new());
    let lock: &'static Mutex<()> = Box::leak(Box::default());
    LOCKS.lock().unwrap().push(lock);
    // A guard is not `Send`, so the task is local.
    let guard = lock.lock().unwrap();
    task::spawn_local(PanicsWith(guard)).await.unwrap_err();
    assert!(lock.is_poisoned());
}

async fn what_a_closure_that_panicked_holds_is_dropped_in_the_unwinding() {
    let (tells, told) = tells_panicking();
    let task = task::spawn_blocking(move || {
        let _ = &tells;
        panic!("on purpose")
    });
    common::panic_of_task::<()>(task.await);
    assert_eq!(told.try_recv(), Ok(true));
}

async fn a_future_that_is_cancelled_is_not_dropped_in_an_unwinding() {
    let (tells, told) = tells_panicking();
    let task = common::spawn_waiting(tells).await;
    task.abort();
    task.await.unwrap_err();
    assert_eq!(told.try_recv(), Ok(false));
}

async fn an_output_that_nobody_takes_is_dropped_in_its_task() {
    for _ in 0..20 {
        let (tells, told) = tells_task();
        let (release, is_released) = oneshot::channel::<()>();
        let task = task::spawn(async move {
            is_released.await.unwrap();
            tells
        });
        let id = task.id();
        drop(task);
        release.send(()).unwrap();
        assert_eq!(told.await, Ok(Some(id)));
        let (tells, told) = tells_task();
        let task = task::spawn_local(async move { tells });
        let id = task.id();
        drop(task);
        assert_eq!(told.await, Ok(Some(id)));
        let (tells, told) = tells_task();
        let task = task::spawn_blocking(move || tells);
        let id = task.id();
        drop(task);
        assert_eq!(told.await, Ok(Some(id)));
    }
}

async fn an_output_that_nobody_took_is_dropped_in_its_task() {
    let (tells, told) = tells_task();
    let task = task::spawn(async move { tells });
    let id = task.id();
    common::eventually(|| task.is_finished()).await;
    // The handle is dropped by another task, by `main`, and by a plain thread.
    let dropper = task::spawn(async move {
        let before = task::try_id();
        drop(task);
        assert_eq!(task::try_id(), before);
    });
    dropper.await.unwrap();
    assert_eq!(told.await, Ok(Some(id)));
    let (tells, told) = tells_task();
    let task = task::spawn(async move { tells });
    let id = task.id();
    common::eventually(|| task.is_finished()).await;
    drop(task);
    assert_eq!(task::try_id(), None);
    assert_eq!(told.await, Ok(Some(id)));
    let (tells, told) = tells_task();
    let task = task::spawn(async move { tells });
    let id = task.id();
    common::eventually(|| task.is_finished()).await;
    thread::spawn(move || drop(task)).join().unwrap();
    assert_eq!(told.await, Ok(Some(id)));
}

async fn a_payload_that_nobody_takes_is_dropped_in_its_task() {
    let (tells, told) = tells_task();
    let (release, is_released) = oneshot::channel::<()>();
    let task = task::spawn(async move {
        is_released.await.unwrap();
        panic_any(tells)
    });
    let id = task.id();
    drop(task);
    release.send(()).unwrap();
    assert_eq!(told.await, Ok(Some(id)));
}

async fn a_future_is_dropped_in_its_task_however_it_ends() {
    let (tells, told) = tells_task();
    let task = common::spawn_waiting(tells).await;
    let id = task.id();
    task.abort();
    assert_eq!(told.await, Ok(Some(id)));
    let (tells, told) = tells_task();
    let task = task::spawn(poll_fn(move |_| -> Poll<()> {
        let _ = &tells;
        panic!("on purpose")
    }));
    let id = task.id();
    assert_eq!(told.await, Ok(Some(id)));
    drop(task);
    let (tells, told) = tells_task();
    let task = task::spawn(poll_fn(move |_| {
        let _ = &tells;
        Poll::Ready(())
    }));
    let id = task.id();
    assert_eq!(told.await, Ok(Some(id)));
    drop(task);
}

/// A future whose destructor panics while the panic of its poll unwinds.
#[cfg(test)]
struct PanicsTwice;

#[cfg(test)]
impl Future for PanicsTwice {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        panic!("on purpose")
    }
}

#[cfg(test)]
impl Drop for PanicsTwice {
    fn drop(&mut self) {
        panic!("in the destructor");
    }
}

#[test]
fn a_panic_in_a_destructor_in_the_unwinding_goes_nowhere() {
    program!("a_panic_in_a_destructor_in_the_unwinding_goes_nowhere").run_where(
        |runtime| runtime != "tokio",
        || {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let runtime = builder.build().unwrap();
                runtime.block_on(async {
                    for _ in 0..3 {
                        let task = task::spawn(PanicsTwice);
                        println!("{}", common::panic_of_task(task.await));
                    }
                    let task = task::spawn_local(PanicsTwice);
                    println!("{}", common::panic_of_task(task.await));
                    all_is_well().await;
                });
            }
        },
        |outcome| outcome.printed(&["on purpose"; 8]),
    );
}

fn the_future_of_main_is_dropped_in_the_unwinding(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (tells, told) = tells_panicking();
    common::panic_of(|| runtime.block_on(PanicsWith(tells)));
    assert_eq!(told.try_recv(), Ok(true));
    let (tells, told) = tells_panicking();
    common::panic_of(|| runtime.handle().block_on(PanicsWith(tells)));
    assert_eq!(told.try_recv(), Ok(true));
}

fn tasks_are_dropped_in_themselves_at_the_end(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let mut all_told = Vec::new();
    runtime.block_on(async {
        for _ in 0..10 {
            let (tells, told) = tells_task();
            let task = common::spawn_waiting(tells).await;
            all_told.push((task.id(), told));
            let (tells, told) = tells_task();
            let task = task::spawn_local(async move {
                let _tells = tells;
                pending::<()>().await;
            });
            all_told.push((task.id(), told));
        }
    });
    drop(runtime);
    for (id, mut told) in all_told {
        assert_eq!(told.try_recv(), Ok(Some(Some(id))));
    }
}

/// The panic hook is called at the panic, and not again where the payload arrives.
#[test]
fn a_panic_is_told_of_once() {
    program!("a_panic_is_told_of_once").run(
        || {
            let runtime = Builder::new_multi_thread().build().unwrap();
            runtime.block_on(async {
                let _ = task::spawn(async { panic!("panic one") }).await;
                let _ = task::spawn_blocking(|| panic!("panic two")).await;
                let _ = task::spawn_local(async { panic!("panic three") }).await;
                let task = common::spawn_waiting(on_drop(|| panic!("panic four"))).await;
                task.abort();
                let _ = task.await;
            });
            println!("end");
        },
        |outcome| {
            outcome.printed(&["end"]);
            for panic in ["panic one", "panic two", "panic three", "panic four"] {
                assert_eq!(outcome.stderr.matches(panic).count(), 1, "{outcome:#?}");
            }
        },
    );
}

#[cfg(test)]
mod exceptions {
    use super::*;

    #[test]
    fn a_panic_in_a_destructor_in_the_unwinding_aborts_on_tokio() {
        program!("a_panic_in_a_destructor_in_the_unwinding_aborts_on_tokio").run_where(
            |runtime| runtime == "tokio",
            || {
                let runtime = Builder::new_current_thread().build().unwrap();
                let _ = runtime.block_on(async { task::spawn(PanicsTwice).await });
            },
            |outcome| assert_eq!(outcome.status.code(), None, "{outcome:#?}"),
        );
    }
}
