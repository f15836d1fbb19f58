//! `Runtime` and `Handle`: `block_on`, and how a runtime ends (contract 11, 12 and 14).

#![cfg(all(
    feature = "macros",
    any(feature = "tokio", feature = "smol", feature = "async-std")
))]

mod common;

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};

use common::{
    AtTheEnd, Counter, on_both_flavors, on_drop, with_both_builders, with_current_thread_builder,
    with_multi_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::{self, Builder, Handle, Runtime};
use portable::task::{self, JoinHandle};
use portable::time::{Duration, Instant, sleep};

on_both_flavors! {
    block_on_panics_in_main_with_one_text,
    block_on_panics_in_a_task_with_one_text,
    block_on_panics_in_a_local_task_with_one_text,
    block_on_works_in_a_blocking_closure,
    block_on_works_on_a_plain_thread,
    the_current_runtime_has_a_name,
    a_runtime_may_be_dropped_in_a_task,
    a_runtime_may_be_built_in_a_task,
}

with_both_builders! {
    block_on_gives_the_output,
    block_on_takes_what_borrows,
    block_on_may_be_called_again,
    block_on_may_be_called_by_many_threads,
    block_on_leaves_the_thread_as_it_was,
    tasks_outlive_block_on,
    a_second_thread_inside_block_on_goes_on_when_the_first_leaves,
    a_second_thread_inside_block_on_goes_on_when_the_first_panics,
    calls_inside_block_on_go_to_that_runtime,
    calls_in_a_blocking_closure_go_to_that_runtime,
    a_handle_works_on_any_thread,
    a_handle_is_one_of_the_runtime_it_was_asked_in,
    a_handle_does_not_keep_the_runtime,
    block_on_of_a_handle_spawns_on_its_runtime,
    two_runtimes_keep_to_themselves,
    two_runtimes_wake_each_other,
    the_end_drops_what_waits,
    the_end_drops_what_has_not_started,
    the_end_drops_what_is_woken_all_the_time,
    the_end_drops_what_tasks_of_tasks_hold,
    the_end_drops_each_future_once,
    the_end_waits_for_a_closure_that_runs,
    the_end_waits_no_longer_than_it_may,
    the_end_may_wait_for_nothing,
    the_end_may_wait_for_ever,
    the_end_takes_the_builders_time,
    the_end_is_the_end_of_blocking_threads,
    the_end_cancels_closures_that_wait_for_a_thread,
    the_end_in_a_blocking_closure_is_as_anywhere,
    after_the_end_a_task_is_cancelled,
    after_the_end_a_closure_is_cancelled,
    after_the_end_block_on_of_a_handle_works,
    a_destructor_at_the_end_may_spawn,
    a_destructor_at_the_end_may_abort_and_look,
    a_runtime_that_did_nothing_ends,
    hundreds_of_runtimes_come_and_go,
    the_end_and_wakes_race,
    the_end_and_spawns_race,
}

with_multi_thread_builder! {
    the_end_waits_for_a_poll,
    the_end_is_the_end_of_workers,
    the_end_waits_no_longer_than_it_may_for_a_poll,
    a_task_may_drop_its_own_runtime,
}

with_current_thread_builder! {
    the_end_drops_on_this_thread_where_there_are_no_workers,
}

const NESTED: &str = "portable: `block_on` was called on a thread that polls tasks";

/// Every way to block, on a thread that polls.
fn assert_no_way_to_block(other: &Runtime) {
    let handle = Handle::current();
    let texts = [
        common::panic_of(|| portable::block_on(ready(7))),
        common::panic_of(|| runtime::block_on(ready(7))),
        common::panic_of(|| handle.block_on(ready(7))),
        common::panic_of(|| other.block_on(ready(7))),
        common::panic_of(|| other.handle().block_on(ready(7))),
        common::panic_of(|| portable::block_on(task::spawn(async { 7 }))),
    ];
    for text in &texts {
        assert!(text.starts_with(NESTED), "{text}");
        assert_eq!(*text, texts[0]);
    }
}

/// A runtime that may be dropped on a thread that polls.
async fn with_another(f: impl AsyncFnOnce(Arc<Runtime>)) {
    let build = || Arc::new(Builder::new_current_thread().build().unwrap());
    let other = task::spawn_blocking(build).await.unwrap();
    f(other.clone()).await;
    task::spawn_blocking(|| drop(other)).await.unwrap();
}

async fn block_on_panics_in_main_with_one_text() {
    with_another(async |other| {
        assert_no_way_to_block(&other);
        task::yield_now().await;
        // Nothing is broken by it.
        assert_no_way_to_block(&other);
        assert_eq!(task::spawn(async { 7 }).await.unwrap(), 7);
    })
    .await;
}

async fn block_on_panics_in_a_task_with_one_text() {
    with_another(async |other| {
        let task = task::spawn(async move {
            assert_no_way_to_block(&other);
            task::yield_now().await;
            assert_no_way_to_block(&other);
        });
        task.await.unwrap();
    })
    .await;
    let task = task::spawn(async { portable::block_on(ready(7)) });
    let text = common::panic_of_task(task.await);
    assert!(text.starts_with(NESTED), "{text}");
}

async fn block_on_panics_in_a_local_task_with_one_text() {
    with_another(async |other| {
        let task = task::spawn_local(async move {
            assert_no_way_to_block(&other);
            task::yield_now().await;
            assert_no_way_to_block(&other);
        });
        task.await.unwrap();
    })
    .await;
}

async fn block_on_works_in_a_blocking_closure() {
    let closure = task::spawn_blocking(|| {
        let task = task::spawn(async { 7 });
        let other = Builder::new_multi_thread().build().unwrap();
        let further = other.block_on(async {
            // Inside that one it is forbidden again.
            assert!(catch_unwind(|| portable::block_on(ready(7))).is_err());
            task::spawn(async { 8 }).await.unwrap()
        });
        (portable::block_on(task).unwrap(), further)
    });
    assert_eq!(closure.await.unwrap(), (7, 8));
}

async fn block_on_works_on_a_plain_thread() {
    let handle = Handle::current();
    let (done, is_done) = oneshot::channel();
    let thread = thread::spawn(move || {
        let outside = portable::block_on(async { task::spawn(async { 7 }).await.unwrap() });
        let inside = handle.block_on(async { task::spawn(async { 8 }).await.unwrap() });
        done.send((outside, inside)).unwrap();
    });
    assert_eq!(is_done.await, Ok((7, 8)));
    thread.join().unwrap();
}

async fn the_current_runtime_has_a_name() {
    let name = runtime::current();
    assert!(runtime::available().contains(&name));
    assert_eq!(
        task::spawn(async { runtime::current() }).await.unwrap(),
        name
    );
    assert_eq!(task::spawn_blocking(runtime::current).await.unwrap(), name);
}

async fn a_runtime_may_be_dropped_in_a_task() {
    let (dropped, is_dropped) = oneshot::channel();
    let task = task::spawn(async move {
        let other = Builder::new_multi_thread().build().unwrap();
        let guard = on_drop(move || dropped.send(()).unwrap());
        other.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        drop(other);
        let another = Builder::new_current_thread().build().unwrap();
        another.shutdown_timeout(Duration::ZERO);
        7
    });
    assert_eq!(task.await.unwrap(), 7);
    is_dropped.await.unwrap();
}

async fn a_runtime_may_be_built_in_a_task() {
    let task = task::spawn(async {
        let other = Builder::new_multi_thread().build().unwrap();
        let output = other.spawn(async { 7 }).await.unwrap();
        task::spawn_blocking(|| drop(other)).await.unwrap();
        output
    });
    assert_eq!(task.await.unwrap(), 7);
}

fn block_on_gives_the_output(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    assert_eq!(runtime.block_on(async { String::from("output") }), "output");
    assert_eq!(runtime.block_on(ready(7)), 7);
}

fn block_on_takes_what_borrows(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let shared = Rc::new(Cell::new(1));
    let mut list = vec![1];
    let output = runtime.block_on(async {
        task::yield_now().await;
        shared.set(2);
        list.push(2);
        &list
    });
    assert_eq!(*output, [1, 2]);
    assert_eq!(shared.get(), 2);
}

fn block_on_may_be_called_again(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for n in 0..100 {
        let output = runtime.block_on(async { task::spawn(async move { n }).await.unwrap() });
        assert_eq!(output, n);
    }
}

fn block_on_may_be_called_by_many_threads(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    thread::scope(|scope| {
        for thread in 0..8 {
            let runtime = &runtime;
            scope.spawn(move || {
                for n in 0..100 {
                    let output = runtime.block_on(async move {
                        let here = thread::current().id();
                        let local = task::spawn_local(async { thread::current().id() });
                        let task = task::spawn(async move {
                            task::yield_now().await;
                            thread * 1_000 + n
                        });
                        assert_eq!(local.await.unwrap(), here);
                        if n % 10 == 0 {
                            sleep(Duration::from_millis(1)).await;
                        }
                        task.await.unwrap()
                    });
                    assert_eq!(output, thread * 1_000 + n);
                }
            });
        }
    });
}

fn block_on_leaves_the_thread_as_it_was(mut builder: Builder) {
    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    for runtime in [&first, &second, &first] {
        runtime.block_on(async {});
        common::panic_of(|| runtime.block_on(async { panic!("on purpose") }));
        // It polls no tasks any more.
        assert_eq!(portable::block_on(ready(7)), 7);
        assert_eq!(task::try_id(), None);
        let local = catch_unwind(AssertUnwindSafe(|| task::spawn_local(async {})));
        assert!(local.is_err());
    }
}

#[allow(clippy::async_yields_async)]
fn tasks_outlive_block_on(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (release, is_released) = oneshot::channel::<()>();
    let task = runtime.block_on(async {
        let task = task::spawn(async move {
            is_released.await.unwrap();
            sleep(Duration::from_millis(1)).await;
            7
        });
        task::yield_now().await;
        task
    });
    release.send(()).unwrap();
    assert_eq!(runtime.block_on(task).unwrap(), 7);
}

/// Two threads are inside `block_on`; the first leaves, and only the second is left to run tasks
/// and timers on the current-thread flavour.
fn two_inside(runtime: &Runtime, leave: impl FnOnce() + Send) {
    let (first_in, is_first_in) = mpsc::channel();
    let (second_in, is_second_in) = mpsc::channel();
    let (let_first_leave, may_first_leave) = oneshot::channel::<()>();
    let (release, is_released) = oneshot::channel::<()>();
    let task = runtime.spawn(async move {
        is_released.await.unwrap();
        sleep(Duration::from_millis(5)).await;
        task::spawn(async {}).await.unwrap();
        7
    });
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            let inside = async {
                task::spawn(async {}).await.unwrap();
                first_in.send(()).unwrap();
                may_first_leave.await.unwrap();
                leave();
            };
            let _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(inside)));
        });
        is_first_in.recv().unwrap();
        let second = scope.spawn(move || {
            runtime.block_on(async {
                second_in.send(()).unwrap();
                task.await.unwrap()
            })
        });
        is_second_in.recv().unwrap();
        let_first_leave.send(()).unwrap();
        first.join().unwrap();
        release.send(()).unwrap();
        assert_eq!(second.join().unwrap(), 7);
    });
}

fn a_second_thread_inside_block_on_goes_on_when_the_first_leaves(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for _ in 0..20 {
        two_inside(&runtime, || {});
    }
}

fn a_second_thread_inside_block_on_goes_on_when_the_first_panics(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for _ in 0..5 {
        two_inside(&runtime, || panic!("on purpose"));
    }
}

/// Whether a task of this runtime runs on a thread with this name.
fn named(mut builder: Builder, name: &str) -> Runtime {
    builder.thread_name(name).build().unwrap()
}

fn thread_name() -> Option<String> {
    thread::current().name().map(String::from)
}

fn calls_inside_block_on_go_to_that_runtime(builder: Builder) {
    for name in ["first", "second"] {
        let runtime = named(builder.clone(), name);
        runtime.block_on(async {
            let task = task::spawn_blocking(thread_name);
            assert_eq!(task.await.unwrap().as_deref(), Some(name));
            // From a task too.
            let task = task::spawn(async { task::spawn_blocking(thread_name).await.unwrap() });
            assert_eq!(task.await.unwrap().as_deref(), Some(name));
        });
    }
}

fn calls_in_a_blocking_closure_go_to_that_runtime(builder: Builder) {
    let runtime = named(builder, "first");
    let closure = runtime.spawn_blocking(|| task::spawn_blocking(thread_name));
    let inner = common::block_on(closure).unwrap();
    assert_eq!(common::block_on(inner).unwrap().as_deref(), Some("first"));
    let closure = runtime.spawn_blocking(|| {
        portable::block_on(async { task::spawn_blocking(thread_name).await.unwrap() })
    });
    assert_eq!(common::block_on(closure).unwrap().as_deref(), Some("first"));
}

fn a_handle_works_on_any_thread(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle();
    let (done, is_done) = oneshot::channel();
    let thread = thread::spawn(move || {
        let handle = handle.clone();
        let task = handle.spawn(async {
            task::yield_now().await;
            7
        });
        let closure = handle.spawn_blocking(|| 8);
        let outputs = handle.block_on(async { (task.await.unwrap(), closure.await.unwrap()) });
        done.send(outputs).unwrap();
    });
    assert_eq!(runtime.block_on(is_done), Ok((7, 8)));
    thread.join().unwrap();
}

fn a_handle_is_one_of_the_runtime_it_was_asked_in(builder: Builder) {
    let runtime = named(builder, "first");
    let handle = runtime.block_on(async { Handle::current() });
    let closure = handle.spawn_blocking(thread_name);
    assert_eq!(common::block_on(closure).unwrap().as_deref(), Some("first"));
    let handle =
        runtime.block_on(async { task::spawn(async { Handle::current() }).await.unwrap() });
    let closure = handle.spawn_blocking(thread_name);
    assert_eq!(common::block_on(closure).unwrap().as_deref(), Some("first"));
}

fn a_handle_does_not_keep_the_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    handle.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    drop(runtime);
    assert_eq!(dropped.get(), 1);
    drop(handle);
}

fn block_on_of_a_handle_spawns_on_its_runtime(builder: Builder) {
    let runtime = named(builder, "first");
    let name = runtime
        .handle()
        .block_on(async { task::spawn_blocking(thread_name).await.unwrap() });
    assert_eq!(name.as_deref(), Some("first"));
}

fn two_runtimes_keep_to_themselves(builder: Builder) {
    let (first, second) = (named(builder.clone(), "first"), named(builder, "second"));
    let (release, is_released) = oneshot::channel::<()>();
    let task = first.spawn(async move {
        is_released.await.unwrap();
        task::spawn_blocking(thread_name).await.unwrap()
    });
    // Woken by the other one's thread.
    let waker = second.spawn(async move { release.send(()).unwrap() });
    second.block_on(waker).unwrap();
    drop(second);
    assert_eq!(first.block_on(task).unwrap().as_deref(), Some("first"));
}

/// Each is inside `block_on` on its own thread, with nothing to do but what the other one sends.
fn two_runtimes_wake_each_other(mut builder: Builder) {
    async fn plays(
        ball: futures::channel::mpsc::UnboundedSender<u32>,
        mut balls: futures::channel::mpsc::UnboundedReceiver<u32>,
    ) {
        while let Ok(n) = balls.recv().await {
            if n == 0 || ball.unbounded_send(n - 1).is_err() {
                break;
            }
        }
    }

    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    for in_tasks in [false, true] {
        let (here, to_here) = futures::channel::mpsc::unbounded();
        let (there, to_there) = futures::channel::mpsc::unbounded();
        here.unbounded_send(2_000).unwrap();
        let play = |runtime: &Runtime, ball, balls| {
            runtime.block_on(async {
                if in_tasks {
                    task::spawn(plays(ball, balls)).await.unwrap();
                } else {
                    plays(ball, balls).await;
                }
            });
        };
        thread::scope(|scope| {
            scope.spawn(|| play(&first, there, to_here));
            scope.spawn(|| play(&second, here, to_there));
        });
    }
}

fn the_end_drops_what_waits(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let handles = runtime.block_on(async {
        let mut handles = Vec::new();
        for n in 0..100 {
            let task = common::spawn_waiting(dropped.on_drop()).await;
            // Some have a handle that is kept, some one that is dropped.
            if n % 2 == 0 {
                handles.push(task);
            }
        }
        let guard = dropped.on_drop();
        task::spawn(async move {
            let _guard = guard;
            sleep(Duration::from_secs(3600)).await;
        });
        handles
    });
    assert_eq!(dropped.get(), 0);
    drop(runtime);
    assert_eq!(dropped.get(), 101);
    for task in handles {
        assert!(common::block_on(task).unwrap_err().is_cancelled());
    }
}

fn the_end_drops_what_has_not_started(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    for _ in 0..100 {
        let guard = dropped.on_drop();
        runtime.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
    }
    drop(runtime);
    assert_eq!(dropped.get(), 100);
}

fn the_end_drops_what_is_woken_all_the_time(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    for _ in 0..20 {
        let guard = dropped.on_drop();
        runtime.spawn(async move {
            let _guard = guard;
            loop {
                task::yield_now().await;
            }
        });
    }
    runtime.block_on(async { task::spawn(async {}).await.unwrap() });
    drop(runtime);
    assert_eq!(dropped.get(), 20);
}

fn the_end_drops_what_tasks_of_tasks_hold(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    runtime.block_on(async {
        let inner = common::spawn_waiting(dropped.on_drop()).await;
        let middle = common::spawn_waiting((inner, dropped.on_drop())).await;
        common::spawn_waiting((middle, dropped.on_drop())).await;
    });
    drop(runtime);
    assert_eq!(dropped.get(), 3);
}

fn the_end_drops_each_future_once(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let (task, abort) = runtime.block_on(async {
        let task = common::spawn_waiting(dropped.on_drop()).await;
        let abort = task.abort_handle();
        (task, abort)
    });
    abort.abort();
    drop(runtime);
    abort.abort();
    assert_eq!(dropped.get(), 1);
    assert!(task.is_finished() && abort.is_finished());
}

/// Long enough that nobody waits for it by mistake.
const LONG: Duration = Duration::from_secs(600);

fn the_end_waits_for_a_closure_that_runs(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let ended = Counter::default();
    runtime.spawn_blocking({
        let ended = ended.clone();
        move || {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(100));
            ended.add_one();
        }
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert_eq!(ended.get(), 1);
}

/// A closure that runs until the receiver's end is dropped.
fn blocked(runtime: &Runtime) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel();
    let closure = runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        let _ = is_released.recv();
    });
    is_started.recv().unwrap();
    (release, closure)
}

fn the_end_waits_no_longer_than_it_may(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (release, closure) = blocked(&runtime);
    let start = Instant::now();
    let time = Duration::from_millis(100);
    runtime.shutdown_timeout(time);
    assert!(start.elapsed() >= time);
    // It still runs, and gives its output in the end.
    assert!(!closure.is_finished());
    drop(release);
    common::block_on(closure).unwrap();
}

fn the_end_may_wait_for_nothing(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let dropped = Counter::default();
    let (release, closure) = blocked(&runtime);
    runtime.block_on(common::spawn_waiting(dropped.on_drop()));
    runtime.shutdown_timeout(Duration::ZERO);
    assert!(!closure.is_finished());
    drop(release);
    common::eventually_blocking(|| dropped.get() == 1);
    common::block_on(closure).unwrap();
}

fn the_end_may_wait_for_ever(mut builder: Builder) {
    for time in [Duration::MAX, Duration::from_secs(u64::MAX)] {
        let runtime = builder.shutdown_timeout(time).build().unwrap();
        let (release, closure) = blocked(&runtime);
        let releases = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            drop(release);
        });
        drop(runtime);
        assert!(closure.is_finished());
        releases.join().unwrap();
    }
    builder.build().unwrap().shutdown_timeout(Duration::MAX);
}

fn the_end_takes_the_builders_time(mut builder: Builder) {
    // One second by default.
    for time in [None, Some(Duration::from_millis(200))] {
        if let Some(time) = time {
            builder.shutdown_timeout(time);
        }
        let runtime = builder.build().unwrap();
        let (release, closure) = blocked(&runtime);
        let start = Instant::now();
        drop(runtime);
        assert!(start.elapsed() >= time.unwrap_or(Duration::from_secs(1)));
        assert!(!closure.is_finished());
        drop(release);
        common::block_on(closure).unwrap();
    }
}

thread_local! {
    static AT_THE_END: AtTheEnd = const { RefCell::new(Vec::new()) };
}

/// Counts when the destructors of this thread's thread-locals run.
fn count_at_the_end_of_the_thread(ended: Counter) {
    let counts: Box<dyn FnOnce()> = Box::new(move || ended.add_one());
    AT_THE_END.with_borrow_mut(|at_the_end| at_the_end.push(on_drop(counts)));
}

/// With them their thread-locals.
fn the_end_is_the_end_of_blocking_threads(mut builder: Builder) {
    for _ in 0..300 {
        let runtime = builder.build().unwrap();
        let ended = Counter::default();
        let closure = runtime.spawn_blocking({
            let ended = ended.clone();
            || count_at_the_end_of_the_thread(ended)
        });
        common::block_on(closure).unwrap();
        drop(runtime);
        assert_eq!(ended.get(), 1);
    }
}

fn the_end_is_the_end_of_workers(mut builder: Builder) {
    for _ in 0..300 {
        let runtime = builder.build().unwrap();
        let ended = Counter::default();
        let task = runtime.spawn({
            let ended = ended.clone();
            async { count_at_the_end_of_the_thread(ended) }
        });
        common::block_on(task).unwrap();
        drop(runtime);
        assert_eq!(ended.get(), 1);
    }
}

/// A poll that runs is waited for in the same way.
fn the_end_waits_for_a_poll(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let ended = Counter::default();
    let after = Counter::default();
    runtime.spawn({
        let (ended, after) = (ended.clone(), after.clone());
        async move {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(100));
            ended.add_one();
            task::yield_now().await;
            after.add_one();
        }
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert_eq!((ended.get(), after.get()), (1, 0));
}

fn the_end_waits_no_longer_than_it_may_for_a_poll(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let task = runtime.spawn(async move {
        started.send(()).unwrap();
        let _ = is_released.recv();
        7
    });
    is_started.recv().unwrap();
    let start = Instant::now();
    let time = Duration::from_millis(100);
    runtime.shutdown_timeout(time);
    assert!(start.elapsed() >= time);
    assert!(!task.is_finished());
    drop(release);
    // The poll ended the task.
    assert_eq!(common::block_on(task).unwrap(), 7);
}

fn the_end_cancels_closures_that_wait_for_a_thread(mut builder: Builder) {
    let runtime = builder
        .max_blocking_threads(1)
        .shutdown_timeout(LONG)
        .build()
        .unwrap();
    let (release, running) = blocked(&runtime);
    let ran = Counter::default();
    let dropped = Counter::default();
    let queued: Vec<_> = (0..3)
        .map(|_| {
            let ran = ran.clone();
            let guard = dropped.on_drop();
            runtime.spawn_blocking(move || {
                let _guard = guard;
                ran.add_one();
            })
        })
        .collect();
    let releases = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        drop(release);
    });
    drop(runtime);
    releases.join().unwrap();
    common::block_on(running).unwrap();
    for closure in queued {
        assert!(common::block_on(closure).unwrap_err().is_cancelled());
    }
    assert_eq!((ran.get(), dropped.get()), (0, 3));
}

/// There one may wait.
fn the_end_in_a_blocking_closure_is_as_anywhere(mut builder: Builder) {
    let outer = builder.build().unwrap();
    let closure = outer.spawn_blocking(move || {
        let runtime = builder.shutdown_timeout(LONG).build().unwrap();
        let dropped = Counter::default();
        runtime.block_on(common::spawn_waiting(dropped.on_drop()));
        let (release, running) = blocked(&runtime);
        let releases = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            drop(release);
        });
        drop(runtime);
        assert!(running.is_finished());
        releases.join().unwrap();
        dropped.get()
    });
    assert_eq!(common::block_on(closure).unwrap(), 1);
}

fn after_the_end_a_task_is_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle();
    drop(runtime);
    for _ in 0..3 {
        let polled = Counter::default();
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        let task = handle.spawn({
            let polled = polled.clone();
            async move {
                let _guard = guard;
                polled.add_one();
            }
        });
        assert_eq!(dropped.get(), 1);
        assert!(task.is_finished());
        assert!(common::block_on(task).unwrap_err().is_cancelled());
        assert_eq!(polled.get(), 0);
    }
}

fn after_the_end_a_closure_is_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle();
    drop(runtime);
    let ran = Counter::default();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let closure = handle.spawn_blocking({
        let ran = ran.clone();
        move || {
            let _guard = guard;
            ran.add_one();
        }
    });
    assert_eq!(dropped.get(), 1);
    assert!(closure.is_finished());
    assert!(common::block_on(closure).unwrap_err().is_cancelled());
    assert_eq!(ran.get(), 0);
}

fn after_the_end_block_on_of_a_handle_works(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle();
    drop(runtime);
    let output = handle.block_on(async {
        task::yield_now().await;
        let error = task::spawn(async {}).await.unwrap_err();
        assert!(error.is_cancelled());
        7
    });
    assert_eq!(output, 7);
}

fn a_destructor_at_the_end_may_spawn(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let polled = Counter::default();
    let dropped = Counter::default();
    let (give, take) = mpsc::channel();
    let guard = on_drop({
        let (polled, dropped) = (polled.clone(), dropped.clone());
        move || {
            let guard = dropped.on_drop();
            let task = task::spawn(async move {
                let _guard = guard;
                polled.add_one();
            });
            give.send(task).unwrap();
        }
    });
    runtime.block_on(common::spawn_waiting(guard));
    drop(runtime);
    let task = take.recv().expect("it does not panic");
    assert!(common::block_on(task).unwrap_err().is_cancelled());
    assert_eq!((polled.get(), dropped.get()), (0, 1));
}

fn a_destructor_at_the_end_may_abort_and_look(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    runtime.block_on(async {
        let task = common::spawn_waiting(()).await;
        let abort = task.abort_handle();
        let guard = on_drop(move || {
            abort.abort();
            task.abort();
            let _ = (task.is_finished(), abort.is_finished(), task.id());
            let _ = (runtime::current(), task::try_id(), task::try_name());
            done.send(()).unwrap();
        });
        common::spawn_waiting(guard).await;
    });
    drop(runtime);
    is_done.recv().expect("it does not panic");
}

fn a_runtime_that_did_nothing_ends(mut builder: Builder) {
    drop(builder.build().unwrap());
    builder.build().unwrap().shutdown_timeout(Duration::ZERO);
    builder.build().unwrap().shutdown_timeout(LONG);
    drop(builder.build().unwrap().handle());
}

fn hundreds_of_runtimes_come_and_go(mut builder: Builder) {
    let dropped = Counter::default();
    for _ in 0..300 {
        let runtime = builder.build().unwrap();
        for _ in 0..2 {
            let guard = dropped.on_drop();
            runtime.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
        runtime.block_on(async { task::spawn(async {}).await.unwrap() });
    }
    assert_eq!(dropped.get(), 600);
}

/// Tasks are woken by another thread while the runtime ends.
fn the_end_and_wakes_race(mut builder: Builder) {
    let dropped = Counter::default();
    let (race, racers) = mpsc::channel::<Vec<oneshot::Sender<()>>>();
    let thread = thread::spawn(move || {
        for racers in racers {
            for racer in racers {
                let _ = racer.send(());
            }
        }
    });
    for _ in 0..200 {
        let runtime = builder.build().unwrap();
        let mut racers = Vec::new();
        runtime.block_on(async {
            for _ in 0..5 {
                let (go, goes) = oneshot::channel();
                racers.push(go);
                let guard = dropped.on_drop();
                task::spawn(async move {
                    let _guard = guard;
                    let _ = goes.await;
                    pending::<()>().await;
                });
            }
            task::spawn(async {}).await.unwrap();
        });
        race.send(racers).unwrap();
    }
    drop(race);
    thread.join().unwrap();
    assert_eq!(dropped.get(), 1_000);
}

/// Tasks are spawned by another thread while the runtime ends: each is dropped, run or not.
fn the_end_and_spawns_race(mut builder: Builder) {
    let dropped = Counter::default();
    let mut spawned = 0;
    for _ in 0..200 {
        let runtime = builder.build().unwrap();
        let handle = runtime.handle();
        let (go, goes) = mpsc::channel();
        let thread = thread::spawn({
            let dropped = dropped.clone();
            move || {
                goes.recv().unwrap();
                let spawn = |_| {
                    let guard = dropped.on_drop();
                    handle.spawn(async move {
                        let _guard = guard;
                        pending::<()>().await;
                    })
                };
                (0..10).map(spawn).collect::<Vec<_>>()
            }
        });
        go.send(()).unwrap();
        drop(runtime);
        for task in thread.join().unwrap() {
            spawned += 1;
            // None is left waiting.
            assert!(common::block_on(task).unwrap_err().is_cancelled());
        }
        assert_eq!(dropped.get(), spawned);
    }
}

/// Where the destructors of pending tasks run: not on the threads of somebody else.
fn the_end_drops_on_this_thread_where_there_are_no_workers(mut builder: Builder) {
    let places = Arc::new(Mutex::new(Vec::<ThreadId>::new()));
    let runtime = builder.build().unwrap();
    for _ in 0..3 {
        let places = places.clone();
        let guard = on_drop(move || places.lock().unwrap().push(thread::current().id()));
        runtime.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
    }
    runtime.block_on(async { task::spawn(async {}).await.unwrap() });
    drop(runtime);
    assert_eq!(*places.lock().unwrap(), [thread::current().id(); 3]);
}

/// A task holds its runtime, and lets it go last.
fn a_task_may_drop_its_own_runtime(mut builder: Builder) {
    let runtime = builder
        .shutdown_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let runtime = Arc::new(runtime);
    let (release, is_released) = oneshot::channel::<()>();
    let task = runtime.spawn({
        let runtime = runtime.clone();
        async move {
            is_released.await.unwrap();
            drop(runtime);
            7
        }
    });
    drop(runtime);
    release.send(()).unwrap();
    assert_eq!(common::block_on(task).unwrap(), 7);
}
