//! Entering a runtime by hand, and the runtime of the thread (contract 12).

use std::cell::RefCell;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::common::{self, Counter, on_both_flavors, on_drop, with_both_builders};
use portable::runtime::{Builder, Handle, Id, Runtime};
use portable::task;
use portable::time::{Duration, sleep};

on_both_flavors! {
    the_current_runtime_is_found_in_main_in_tasks_and_in_closures,
    entering_the_own_runtime_changes_nothing,
}

with_both_builders! {
    calls_go_to_the_runtime_that_was_entered,
    a_plain_thread_belongs_to_no_runtime,
    guards_nest,
    a_guard_in_a_task_leaves_the_others_where_they_are,
    a_guard_in_main_may_be_held_across_an_await,
    a_guard_in_a_closure,
    block_on_works_beside_a_guard_on_a_plain_thread,
    block_on_panics_beside_a_guard_on_a_thread_that_polls,
    what_is_spawned_after_the_end_is_cancelled,
    the_end_waits_for_closures_although_a_guard_exists,
    a_closure_may_drop_its_runtime_beside_a_guard_of_another,
    guards_dropped_out_of_order_panic,
    guards_of_one_runtime_dropped_out_of_order_panic,
    a_guard_that_outlives_its_block_on_panics,
    a_panic_that_drops_guards_out_of_order_stays_the_only_one,
    a_thread_can_be_used_after_guards_were_dropped_out_of_order,
    destructors_at_the_end_find_their_runtime,
    a_late_destructor_of_a_thread_local_gets_an_error,
    a_destructor_of_a_thread_local_may_enter,
    handles_of_one_runtime_have_one_id,
}

/// The beginning of the panic of a guard that is dropped out of order.
const OUT_OF_ORDER: &str = "portable: a guard of `Handle::enter` or `Runtime::enter` was dropped out \
                            of order";

/// Returns the runtime that a call from this thread goes to, in all ways to ask.
fn here() -> Id {
    let id = Handle::current().id();
    let belongs = Handle::try_current().expect("the thread belongs to a runtime");
    assert_eq!(belongs.id(), id);
    id
}

/// Returns the runtime that tasks and closures of this thread go to. `runtime` is to run them.
fn of_spawned(runtime: &Runtime) -> Id {
    let task = task::spawn(async { here() });
    let closure = task::spawn_blocking(here);
    // The thread of this call has perhaps entered another runtime.
    thread::scope(|scope| {
        let run = || {
            runtime.block_on(async {
                let id = task.await.unwrap();
                assert_eq!(closure.await.unwrap(), id);
                id
            })
        };
        scope.spawn(run).join().unwrap()
    })
}

/// Runs `f` on a thread that belongs to no runtime.
fn on_a_plain_thread<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| match scope.spawn(f).join() {
        Ok(output) => output,
        Err(payload) => std::panic::resume_unwind(payload),
    })
}

async fn the_current_runtime_is_found_in_main_in_tasks_and_in_closures() {
    let id = here();
    assert_eq!(task::spawn(async { here() }).await.unwrap(), id);
    assert_eq!(task::spawn_local(async { here() }).await.unwrap(), id);
    assert_eq!(task::spawn_blocking(here).await.unwrap(), id);
}

async fn entering_the_own_runtime_changes_nothing() {
    let handle = Handle::current();
    let id = handle.id();
    let task = task::spawn(async move {
        {
            let _first = handle.enter();
            let _second = handle.enter();
            assert_eq!(here(), handle.id());
            // The thread polls as before.
            let text = common::panic_of(|| handle.block_on(async {}));
            assert!(text.contains("polls tasks"), "{text}");
            task::spawn(async {});
        }
        sleep(Duration::from_millis(1)).await;
        here()
    });
    assert_eq!(task.await.unwrap(), id);
    let local = task::spawn_local(async move {
        let handle = Handle::current();
        let _guard = handle.enter();
        sleep(Duration::from_millis(1)).await;
        here()
    });
    assert_eq!(local.await.unwrap(), id);
}

fn calls_go_to_the_runtime_that_was_entered(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let id = runtime.handle().id();
    on_a_plain_thread(|| {
        let guard = runtime.enter();
        assert_eq!(here(), id);
        assert_eq!(of_spawned(&runtime), id);
        let nap = sleep(Duration::from_millis(1));
        drop(guard);
        assert!(Handle::try_current().is_err());
        runtime.block_on(nap);
        assert!(Handle::try_current().is_err());
    });
    let handle = runtime.handle().clone();
    on_a_plain_thread(|| {
        let _guard = handle.enter();
        assert_eq!(of_spawned(&runtime), id);
    });
}

fn a_plain_thread_belongs_to_no_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    runtime.block_on(async {
        let error = on_a_plain_thread(|| Handle::try_current().unwrap_err());
        assert!(error.is_missing_context());
        assert!(!error.is_thread_local_destroyed());
        let text = error.to_string();
        assert!(
            text.starts_with("portable: this thread belongs to no runtime"),
            "{text}"
        );
    });
}

fn guards_nest(mut builder: Builder) {
    let (first, second) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let ids = [first.handle().id(), second.handle().id()];
    assert_ne!(ids[0], ids[1]);
    on_a_plain_thread(|| {
        let _outer = first.enter();
        {
            let _inner = second.enter();
            assert_eq!(here(), ids[1]);
            assert_eq!(of_spawned(&second), ids[1]);
            {
                let _innermost = first.enter();
                assert_eq!(here(), ids[0]);
            }
            assert_eq!(here(), ids[1]);
        }
        assert_eq!(here(), ids[0]);
        assert_eq!(of_spawned(&first), ids[0]);
    });
}

fn a_guard_in_a_task_leaves_the_others_where_they_are(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let (id, other_id) = (runtime.handle().id(), other.handle().id());
    let handle = other.handle().clone();
    let (task, closure) = runtime.block_on(async {
        let task = runtime.spawn(async move {
            let spawned = {
                let _guard = handle.enter();
                assert_eq!(here(), handle.id());
                (task::spawn(async { here() }), task::spawn_blocking(here))
            };
            assert_eq!(task::spawn(async { here() }).await.unwrap(), here());
            sleep(Duration::from_millis(1)).await;
            (here(), spawned)
        });
        let (here, spawned) = task.await.unwrap();
        assert_eq!(here, id);
        spawned
    });
    let ids = other.block_on(async { (task.await.unwrap(), closure.await.unwrap()) });
    assert_eq!(ids, (other_id, other_id));
}

fn a_guard_in_main_may_be_held_across_an_await(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let (id, other_id) = (runtime.handle().id(), other.handle().id());
    let (spawned,) = runtime.block_on(async {
        let own = task::spawn(async {
            sleep(Duration::from_millis(5)).await;
            7
        });
        let guard = other.enter();
        task::yield_now().await;
        sleep(Duration::from_millis(1)).await;
        assert_eq!(here(), other_id);
        let spawned = task::spawn(async { here() });
        // The tasks of this runtime go on.
        assert_eq!(own.await.unwrap(), 7);
        drop(guard);
        assert_eq!(here(), id);
        assert_eq!(task::spawn(async { here() }).await.unwrap(), id);
        (spawned,)
    });
    assert_eq!(other.block_on(spawned).unwrap(), other_id);
}

fn a_guard_in_a_closure(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let id = runtime.handle().id();
    let handle = other.handle().clone();
    let closure = runtime.spawn_blocking(move || {
        let guard = handle.enter();
        assert_eq!(here(), handle.id());
        assert_eq!(Handle::current().block_on(async { here() }), handle.id());
        drop(guard);
        here()
    });
    assert_eq!(common::block_on(closure).unwrap(), id);
}

fn block_on_works_beside_a_guard_on_a_plain_thread(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let (id, other_id) = (runtime.handle().id(), other.handle().id());
    on_a_plain_thread(|| {
        let _guard = runtime.enter();
        assert_eq!(runtime.block_on(async { here() }), id);
        assert_eq!(other.block_on(async { here() }), other_id);
        assert_eq!(other.handle().block_on(async { here() }), other_id);
        assert_eq!(portable::block_on(async { here() }), id);
        assert_eq!(here(), id);
    });
}

fn block_on_panics_beside_a_guard_on_a_thread_that_polls(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    runtime.block_on(async {
        let _guard = other.enter();
        for text in [
            common::panic_of(|| other.block_on(async {})),
            common::panic_of(|| Handle::current().block_on(async {})),
        ] {
            assert!(text.contains("polls tasks"), "{text}");
        }
    });
}

fn what_is_spawned_after_the_end_is_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    on_a_plain_thread(move || {
        let _guard = runtime.enter();
        runtime.shutdown_timeout(Duration::from_secs(60));
        let task = task::spawn(async {});
        let closure = task::spawn_blocking(|| ());
        assert!(task.is_finished() && closure.is_finished());
        let handle = Handle::current();
        assert!(handle.block_on(task).unwrap_err().is_cancelled());
        assert!(handle.block_on(closure).unwrap_err().is_cancelled());
        assert_eq!(handle.block_on(async { 7 }), 7);
    });
}

fn the_end_waits_for_closures_although_a_guard_exists(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    on_a_plain_thread(move || {
        let _guard = runtime.enter();
        let (started, is_started) = channel();
        let ended = Counter::default();
        let end = ended.on_drop();
        let closure = task::spawn_blocking(move || {
            let _end = end;
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(50));
            7
        });
        is_started.recv().unwrap();
        runtime.shutdown_timeout(Duration::from_secs(60));
        assert_eq!(ended.get(), 1);
        assert_eq!(Handle::current().block_on(closure).unwrap(), 7);
    });
}

/// It does not wait for itself.
fn a_closure_may_drop_its_runtime_beside_a_guard_of_another(mut builder: Builder) {
    let runtime = builder
        .shutdown_timeout(Duration::from_secs(600))
        .build()
        .unwrap();
    let other = common::another_builder().build().unwrap();
    let handle = runtime.handle().clone();
    let closure = handle.spawn_blocking(move || {
        let _guard = other.enter();
        drop(runtime);
    });
    common::block_on(closure).unwrap();
}

fn guards_dropped_out_of_order_panic(mut builder: Builder) {
    let (first, second) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let text = on_a_plain_thread(|| {
        common::panic_of(|| {
            let outer = first.enter();
            let inner = second.enter();
            drop(outer);
            drop(inner);
        })
    });
    assert!(text.starts_with(OUT_OF_ORDER), "{text}");
}

fn guards_of_one_runtime_dropped_out_of_order_panic(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let text = on_a_plain_thread(|| {
        common::panic_of(|| {
            let _outermost = runtime.enter();
            let outer = runtime.enter();
            let inner = runtime.enter();
            drop(outer);
            drop(inner);
        })
    });
    assert!(text.starts_with(OUT_OF_ORDER), "{text}");
}

fn a_guard_that_outlives_its_block_on_panics(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    on_a_plain_thread(|| {
        // On Tokio `block_on` panics already.
        let text = common::panic_of(|| drop(runtime.block_on(async { other.enter() })));
        assert!(text.contains("dropped out of order"), "{text}");
    });
}

fn a_panic_that_drops_guards_out_of_order_stays_the_only_one(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    on_a_plain_thread(|| {
        let guards = [runtime.enter(), runtime.enter()];
        let text = common::panic_of(AssertUnwindSafe(|| {
            // An array drops its first element first.
            let _guards = guards;
            panic!("the only one");
        }));
        assert_eq!(text, "the only one");
    });
}

fn a_thread_can_be_used_after_guards_were_dropped_out_of_order(mut builder: Builder) {
    let (first, second) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    on_a_plain_thread(|| {
        let out_of_order = AssertUnwindSafe(|| {
            let outer = first.enter();
            let inner = second.enter();
            drop(outer);
            drop(inner);
        });
        assert!(catch_unwind(out_of_order).is_err());
        let id = first.handle().id();
        assert_eq!(first.block_on(async { here() }), id);
        let _guard = second.enter();
        assert_eq!(of_spawned(&second), second.handle().id());
    });
}

fn destructors_at_the_end_find_their_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let id = runtime.handle().id();
    let (found, finds) = channel();
    let found_in_local = found.clone();
    let find = |found: Sender<Id>| on_drop(move || found.send(here()).unwrap());
    runtime.block_on(async {
        let guard = find(found);
        runtime.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task::spawn_local(async move {
            let _guard = find(found_in_local);
            pending::<()>().await;
        });
        task::yield_now().await;
    });
    drop(runtime);
    assert_eq!(finds.iter().collect::<Vec<_>>(), [id, id]);
}

thread_local! {
    static AT_THE_END: RefCell<Option<Box<dyn std::any::Any>>> = const { RefCell::new(None) };
}

fn a_late_destructor_of_a_thread_local_gets_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    let (found, finds) = channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            // The first thread-local of the thread is dropped last.
            let last = on_drop(move || {
                let panicked = common::panic_of(|| drop(handle.enter()));
                found.send((Handle::try_current(), panicked)).unwrap();
            });
            AT_THE_END.set(Some(Box::new(last)));
            let _guard = runtime.enter();
        });
    });
    let (here, panicked) = finds.recv().unwrap();
    let error = here.unwrap_err();
    assert!(
        error.is_thread_local_destroyed() && !error.is_missing_context(),
        "{error}"
    );
    assert!(
        panicked.contains("destructor of a thread-local"),
        "{panicked}"
    );
}

/// The runtime's own thread-locals still exist then.
fn a_destructor_of_a_thread_local_may_enter(mut builder: Builder) {
    let runtime = Arc::new(builder.build().unwrap());
    let ended = Arc::new(Mutex::new(None));
    let (its_runtime, its_end) = (runtime.clone(), ended.clone());
    thread::spawn(move || {
        // The thread-locals of the runtime come first, and are dropped last.
        drop(its_runtime.enter());
        let end = on_drop(move || {
            let guard = its_runtime.enter();
            let id = here();
            drop(guard);
            *its_end.lock().unwrap() = Some((id, Handle::try_current().is_err()));
        });
        AT_THE_END.set(Some(Box::new(end)));
    })
    .join()
    .unwrap();
    assert_eq!(*ended.lock().unwrap(), Some((runtime.handle().id(), true)));
}

fn handles_of_one_runtime_have_one_id(mut builder: Builder) {
    let (runtime, other) = (
        builder.build().unwrap(),
        common::another_builder().build().unwrap(),
    );
    let id = runtime.handle().id();
    assert_eq!(runtime.handle().clone().id(), id);
    assert_eq!(runtime.block_on(async { Handle::current().id() }), id);
    assert_ne!(other.handle().id(), id);
}
