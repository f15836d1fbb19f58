//! `spawn_local`: futures that stay on the thread of main (contract 6).

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use crate::common::{
    self, Counter, on_both_flavors, on_current_thread, on_drop, on_multi_thread, with_both_builders,
};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task;

on_both_flavors! {
    a_future_that_is_not_send_runs,
    an_output_that_is_not_send_arrives,
    it_polls_nothing_within_the_call,
    it_runs_on_the_thread_of_main,
    it_runs_while_main_waits_for_something_else,
    local_tasks_spawn_local_tasks,
    local_tasks_and_others_await_each_other,
    a_dropped_handle_detaches,
    wakes_from_another_thread_arrive,
    ten_thousand_local_tasks_end,
    the_macro_is_the_same,
    the_builder_is_the_same,
    on_a_plain_thread_it_panics,
    in_a_blocking_closure_it_panics,
    under_a_handle_on_a_plain_thread_it_panics,
}

on_current_thread! {
    in_a_task_it_works,
}

on_multi_thread! {
    in_a_task_it_panics,
}

with_both_builders! {
    at_the_end_of_block_on_the_tasks_are_dropped,
    at_the_end_of_block_on_the_tasks_are_dropped_where_they_ran,
    at_the_end_of_block_on_detached_tasks_are_dropped,
    after_the_end_of_block_on_the_handle_says_cancelled,
    a_destructor_at_the_end_may_spawn,
    a_destructor_at_the_end_may_spawn_local,
    a_destructor_after_a_panic_of_main_may_spawn,
    each_block_on_has_its_own_local_tasks,
    a_thread_wakes_a_local_task_while_it_is_dropped,
}

const TEXT: &str = "portable: `spawn_local` called from outside of a `task::LocalSet`";

async fn a_future_that_is_not_send_runs() {
    let shared = Rc::new(Cell::new(1));
    let task = task::spawn_local({
        let shared = shared.clone();
        async move {
            shared.set(shared.get() + 1);
            task::yield_now().await;
            shared.set(shared.get() + 1);
        }
    });
    task.await.unwrap();
    assert_eq!(shared.get(), 3);
    assert_eq!(Rc::strong_count(&shared), 1);
}

async fn an_output_that_is_not_send_arrives() {
    let task = task::spawn_local(async {
        task::yield_now().await;
        Rc::new(RefCell::new(7))
    });
    assert_eq!(*task.await.unwrap().borrow(), 7);
}

async fn it_polls_nothing_within_the_call() {
    let polled = Rc::new(Cell::new(false));
    let task = task::spawn_local({
        let polled = polled.clone();
        async move { polled.set(true) }
    });
    assert!(!polled.get());
    task.await.unwrap();
    assert!(polled.get());
}

async fn it_runs_on_the_thread_of_main() {
    let here = thread::current().id();
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            task::spawn_local(async move {
                assert_eq!(thread::current().id(), here);
                let _ = task::spawn(async {}).await;
                assert_eq!(thread::current().id(), here);
                task::spawn_blocking(|| ()).await.unwrap();
                assert_eq!(thread::current().id(), here);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn it_runs_while_main_waits_for_something_else() {
    let (release, is_released) = oneshot::channel();
    let shared = Rc::new(Cell::new(0));
    task::spawn_local({
        let shared = shared.clone();
        async move {
            for n in 1..=100 {
                task::yield_now().await;
                shared.set(n);
            }
            release.send(()).unwrap();
        }
    });
    is_released.await.unwrap();
    assert_eq!(shared.get(), 100);
}

async fn local_tasks_spawn_local_tasks() {
    let shared = Rc::new(Cell::new(0));
    let outer = task::spawn_local({
        let shared = shared.clone();
        async move {
            let tasks: Vec<_> = (0..10)
                .map(|_| {
                    let shared = shared.clone();
                    task::spawn_local(async move {
                        task::yield_now().await;
                        shared.set(shared.get() + 1);
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
    });
    outer.await.unwrap();
    assert_eq!(shared.get(), 10);
}

async fn local_tasks_and_others_await_each_other() {
    let (ping, is_pinged) = oneshot::channel();
    let (pong, is_ponged) = oneshot::channel();
    let local = task::spawn_local(async move {
        let other = task::spawn(async move {
            is_pinged.await.unwrap();
            pong.send(7).unwrap();
        });
        ping.send(()).unwrap();
        other.await.unwrap();
        is_ponged.await.unwrap()
    });
    // The handle itself may go elsewhere.
    let other = task::spawn(local);
    assert_eq!(other.await.unwrap().unwrap(), 7);
}

async fn a_dropped_handle_detaches() {
    let (started, is_started) = oneshot::channel();
    let (release, is_released) = oneshot::channel::<()>();
    let (done, is_done) = oneshot::channel();
    let task = task::spawn_local(async move {
        started.send(()).unwrap();
        is_released.await.unwrap();
        done.send(7).unwrap();
    });
    is_started.await.unwrap();
    drop(task);
    release.send(()).unwrap();
    assert_eq!(is_done.await, Ok(7));

    let (done, is_done) = oneshot::channel();
    drop(task::spawn_local(async move { done.send(8).unwrap() }));
    assert_eq!(is_done.await, Ok(8));
}

async fn wakes_from_another_thread_arrive() {
    let (again, rounds) = mpsc::channel::<oneshot::Sender<()>>();
    let thread = thread::spawn(move || rounds.into_iter().for_each(|go| go.send(()).unwrap()));
    let task = task::spawn_local(async move {
        let here = Rc::new(thread::current().id());
        for _ in 0..5_000 {
            let (go, goes) = oneshot::channel();
            again.send(go).unwrap();
            goes.await.unwrap();
            assert_eq!(thread::current().id(), *here);
        }
    });
    task.await.unwrap();
    thread.join().unwrap();
}

async fn ten_thousand_local_tasks_end() {
    let sum = Rc::new(Cell::new(0_u64));
    let tasks: Vec<_> = (0..10_000)
        .map(|n| {
            let sum = sum.clone();
            task::spawn_local(async move {
                if n % 3 == 0 {
                    task::yield_now().await;
                }
                sum.set(sum.get() + n);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(sum.get(), 9_999 * 5_000);
}

async fn the_macro_is_the_same() {
    let shared = Rc::new(7);
    let task = portable::spawn_task!(local, async move { *shared });
    assert_eq!(task.await.unwrap(), 7);
}

async fn the_builder_is_the_same() {
    let shared = Rc::new(7);
    let task = task::Builder::new().spawn_local(async move { *shared });
    assert_eq!(task.unwrap().await.unwrap(), 7);
}

#[track_caller]
fn assert_text(text: &str) {
    assert!(text.starts_with(TEXT), "{text}");
}

async fn on_a_plain_thread_it_panics() {
    let thread = thread::spawn(|| common::panic_of(|| task::spawn_local(async {})));
    assert_text(&thread.join().unwrap());
}

async fn in_a_blocking_closure_it_panics() {
    let task = task::spawn_blocking(|| task::spawn_local(async {}));
    assert_text(&common::panic_of_task(task.await));
}

async fn under_a_handle_on_a_plain_thread_it_panics() {
    let handle = portable::runtime::Handle::current();
    let thread = thread::spawn(move || {
        common::panic_of(|| handle.block_on(async { drop(task::spawn_local(async {})) }))
    });
    assert_text(&thread.join().unwrap());
}

async fn in_a_task_it_works() {
    let task = task::spawn(async {
        let (done, is_done) = oneshot::channel();
        {
            let shared = Rc::new(7);
            task::spawn_local(async move {
                task::yield_now().await;
                done.send(*shared).unwrap();
            });
        }
        is_done.await.unwrap()
    });
    assert_eq!(task.await.unwrap(), 7);
}

async fn in_a_task_it_panics() {
    let task = task::spawn(async {
        task::spawn_local(async {});
    });
    assert_text(&common::panic_of_task(task.await));
}

fn at_the_end_of_block_on_the_tasks_are_dropped(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let shared = Rc::new(());
    let output = runtime.block_on(async {
        let (started, is_started) = oneshot::channel();
        let task = task::spawn_local({
            let shared = shared.clone();
            async move {
                let _shared = shared;
                started.send(()).unwrap();
                pending::<()>().await;
            }
        });
        is_started.await.unwrap();
        let unstarted = task::spawn_local({
            let shared = shared.clone();
            async move {
                let _shared = shared;
                pending::<()>().await;
            }
        });
        assert_eq!(Rc::strong_count(&shared), 3);
        (task, unstarted)
    });
    assert_eq!(Rc::strong_count(&shared), 1);
    assert!(output.0.is_finished() && output.1.is_finished());
}

fn at_the_end_of_block_on_the_tasks_are_dropped_where_they_ran(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let places = Arc::new(Mutex::new(Vec::new()));
    runtime.block_on(async {
        for n in 0..20 {
            let places = places.clone();
            let guard = on_drop(move || places.lock().unwrap().push(thread::current().id()));
            task::spawn_local(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            if n == 10 {
                task::spawn_local(async {}).await.unwrap();
            }
        }
    });
    assert_eq!(*places.lock().unwrap(), [thread::current().id(); 20]);
}

fn at_the_end_of_block_on_detached_tasks_are_dropped(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    runtime.block_on(async {
        let guard = dropped.on_drop();
        drop(task::spawn_local(async move {
            let _guard = guard;
            pending::<()>().await;
        }));
        let guard = dropped.on_drop();
        // This task is woken all the time.
        drop(task::spawn_local(async move {
            let _guard = guard;
            loop {
                task::yield_now().await;
            }
        }));
        task::spawn_local(async {}).await.unwrap();
    });
    assert_eq!(dropped.get(), 2);
}

fn after_the_end_of_block_on_the_handle_says_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (task, done) = runtime.block_on(async {
        let done = task::spawn_local(async { 7 });
        common::eventually(|| done.is_finished()).await;
        (task::spawn_local(pending::<()>()), done)
    });
    assert!(common::block_on(task).unwrap_err().is_cancelled());
    assert_eq!(common::block_on(done).unwrap(), 7);
}

fn a_destructor_at_the_end_may_spawn(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = oneshot::channel();
    runtime.block_on(async {
        let guard = on_drop(move || {
            task::spawn(async move {
                task::yield_now().await;
                done.send(7).unwrap();
            });
        });
        task::spawn_local(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task::spawn_local(async {}).await.unwrap();
    });
    // The runtime itself goes on.
    assert_eq!(runtime.block_on(is_done), Ok(7));
}

fn a_destructor_at_the_end_may_spawn_local(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let polled = Rc::new(Cell::new(false));
    let late = Rc::new(RefCell::new(None));
    runtime.block_on(async {
        let guard = on_drop({
            let (polled, late) = (polled.clone(), late.clone());
            move || {
                let task = task::spawn_local(async move { polled.set(true) });
                *late.borrow_mut() = Some(task);
            }
        });
        task::spawn_local(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task::spawn_local(async {}).await.unwrap();
    });
    let late = late.take().expect("it did not panic");
    assert!(common::block_on(late).unwrap_err().is_cancelled());
    assert!(!polled.get());
    assert_eq!(Rc::strong_count(&polled), 1);
}

fn a_destructor_after_a_panic_of_main_may_spawn(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = oneshot::channel();
    let text = common::panic_of(|| {
        runtime.block_on(async {
            let guard = on_drop(move || {
                task::spawn(async move { done.send(7).unwrap() });
                drop(task::spawn_local(async {}));
            });
            task::spawn_local(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            task::spawn_local(async {}).await.unwrap();
            panic!("of main")
        })
    });
    assert_eq!(text, "of main");
    assert_eq!(runtime.block_on(is_done), Ok(7));
}

fn each_block_on_has_its_own_local_tasks(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    for n in 0..10 {
        let output = runtime.block_on(async {
            task::spawn_local(pending::<()>());
            let shared = Rc::new(n);
            task::spawn_local(async move { *shared }).await.unwrap()
        });
        assert_eq!(output, n);
    }
}

/// The last wake of a local task may come from another thread while `block_on` ends.
fn a_thread_wakes_a_local_task_while_it_is_dropped(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (race, racers) = mpsc::channel::<oneshot::Sender<()>>();
    let thread = thread::spawn(move || {
        for racer in racers {
            let _ = racer.send(());
        }
    });
    for _ in 0..1_000 {
        let shared = Rc::new(());
        runtime.block_on(async {
            let (go, goes) = oneshot::channel();
            task::spawn_local({
                let shared = shared.clone();
                async move {
                    let _shared = shared;
                    let _ = goes.await;
                    pending::<()>().await;
                }
            });
            task::spawn_local(async {}).await.unwrap();
            race.send(go).unwrap();
        });
        assert_eq!(Rc::strong_count(&shared), 1);
    }
    drop(race);
    thread.join().unwrap();
}
