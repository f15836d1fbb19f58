//! `LocalSet`: tasks that stay where their set is polled (contract 6).

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use crate::common::{
    self, Counter, Wakes, on_both_flavors, on_drop, on_multi_thread, with_both_builders,
};
use futures::channel::oneshot;
use portable::runtime::{Builder, Handle};
use portable::task::{self, JoinHandle, JoinSet, LocalSet};
use portable::time::sleep;

on_both_flavors! {
    a_future_that_is_not_send_runs_in_run_until,
    it_polls_nothing_before_the_set_is_polled,
    a_set_is_ready_when_its_tasks_have_ended,
    an_empty_set_is_ready,
    tasks_stay_on_the_thread_of_the_set,
    local_tasks_of_a_set_spawn_into_it,
    a_spawn_on_the_set_wakes_it,
    a_wake_from_another_thread_arrives,
    sleeps_in_a_set_end,
    tasks_that_are_left_go_on_later,
    the_innermost_set_gets_the_task,
    a_set_within_itself_goes_on,
    a_set_that_was_left_is_no_longer_the_place,
    a_busy_set_leaves_others_their_turn,
    each_task_has_a_budget_of_its_own,
    a_panic_ends_its_task_alone,
    ids_are_those_of_the_handles,
    an_abort_from_another_thread_arrives,
    dropping_a_set_drops_its_tasks_here,
    a_destructor_may_spawn_into_the_dropped_set,
    a_destructor_may_spawn_elsewhere,
    a_chain_of_destructors_fits_the_stack,
    a_destructor_that_panics_stays_in_its_task,
    a_late_wake_of_a_dropped_set_is_harmless,
    a_panicking_waker_stays_outside,
    a_join_set_takes_tasks_of_a_set,
    tasks_of_a_set_are_counted,
    ten_thousand_tasks_of_a_set_end,
}

on_multi_thread! {
    a_set_makes_spawn_local_work_on_any_thread,
    outside_of_a_set_it_panics,
}

with_both_builders! {
    tasks_outlive_block_on,
    a_set_moves_between_runtimes,
    a_set_may_be_filled_before_there_is_a_runtime,
    a_guard_makes_the_set_the_place_without_a_runtime,
    a_set_may_outlive_its_runtime,
    a_set_in_a_thread_local_is_dropped,
    a_thread_wakes_a_task_while_its_set_is_dropped,
}

/// Spawns a task that waits for ever, and returns once it does.
async fn spawn_waiting<T: 'static>(set: &LocalSet, kept: T) -> JoinHandle<()> {
    let (started, is_started) = oneshot::channel();
    let task = set.spawn_local(async move {
        let _kept = kept;
        started.send(()).unwrap();
        pending().await
    });
    set.run_until(is_started).await.unwrap();
    task
}

async fn a_future_that_is_not_send_runs_in_run_until() {
    let set = LocalSet::new();
    let shared = Rc::new(Cell::new(1));
    let output = set
        .run_until(async {
            let task = task::spawn_local({
                let shared = shared.clone();
                async move {
                    task::yield_now().await;
                    shared.set(shared.get() + 1);
                    shared
                }
            });
            task.await.unwrap().get()
        })
        .await;
    assert_eq!(output, 2);
    assert_eq!(Rc::strong_count(&shared), 1);
}

async fn it_polls_nothing_before_the_set_is_polled() {
    let set = LocalSet::default();
    let polled = Rc::new(Cell::new(false));
    let task = set.spawn_local({
        let polled = polled.clone();
        async move { polled.set(true) }
    });
    task::spawn(async {}).await.unwrap();
    task::yield_now().await;
    assert!(!polled.get() && !task.is_finished());
    set.await;
    assert!(polled.get() && task.is_finished());
    task.await.unwrap();
}

async fn a_set_is_ready_when_its_tasks_have_ended() {
    let set = LocalSet::new();
    let ended = Rc::new(Cell::new(0));
    for n in 0..10 {
        let ended = ended.clone();
        set.spawn_local(async move {
            for _ in 0..n {
                task::yield_now().await;
            }
            let inner = ended.clone();
            task::spawn_local(async move {
                task::yield_now().await;
                inner.set(inner.get() + 1);
            });
            ended.set(ended.get() + 1);
        });
    }
    let aborted = set.spawn_local(pending::<()>());
    aborted.abort();
    set.await;
    assert_eq!(ended.get(), 20);
    assert!(aborted.await.unwrap_err().is_cancelled());
}

async fn an_empty_set_is_ready() {
    let mut set = LocalSet::new();
    assert_eq!(common::poll_once(Pin::new(&mut set)), Poll::Ready(()));
    set.spawn_local(async {});
    (&mut set).await;
    assert_eq!(common::poll_once(Pin::new(&mut set)), Poll::Ready(()));
}

async fn tasks_stay_on_the_thread_of_the_set() {
    let here = thread::current().id();
    let set = LocalSet::new();
    for _ in 0..20 {
        set.spawn_local(async move {
            assert_eq!(thread::current().id(), here);
            task::spawn(async {}).await.unwrap();
            assert_eq!(thread::current().id(), here);
            task::spawn_blocking(|| ()).await.unwrap();
            assert_eq!(thread::current().id(), here);
        });
    }
    set.await;
}

async fn local_tasks_of_a_set_spawn_into_it() {
    fn deeper(depth: u32) -> Pin<Box<dyn Future<Output = u32>>> {
        Box::pin(async move {
            match depth {
                0 => 0,
                _ => task::spawn_local(deeper(depth - 1)).await.unwrap() + 1,
            }
        })
    }

    let set = LocalSet::new();
    let task = set.spawn_local(deeper(50));
    set.await;
    assert_eq!(task.await.unwrap(), 50);
}

async fn a_spawn_on_the_set_wakes_it() {
    let set = LocalSet::new();
    let mut polls_it = pin!(set.run_until(pending::<()>()));
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(polls_it.as_mut().poll(&mut cx).is_pending());
    assert_eq!(wakes.get(), 0);
    let task = set.spawn_local(async {});
    assert_eq!(wakes.get(), 1);
    assert!(polls_it.as_mut().poll(&mut cx).is_pending());
    assert!(task.is_finished());
}

async fn a_wake_from_another_thread_arrives() {
    let set = LocalSet::new();
    let (send, receive) = mpsc::channel::<oneshot::Sender<u32>>();
    let thread = thread::spawn(move || {
        for (sender, n) in receive.into_iter().zip(0..) {
            if n % 10 == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            sender.send(n).unwrap();
        }
    });
    let task = set.spawn_local(async move {
        for n in 0..200 {
            let (sender, receiver) = oneshot::channel();
            send.send(sender).unwrap();
            assert_eq!(receiver.await, Ok(n));
        }
    });
    set.await;
    task.await.unwrap();
    thread.join().unwrap();
}

async fn sleeps_in_a_set_end() {
    let set = LocalSet::new();
    for n in 0..10 {
        set.spawn_local(sleep(Duration::from_millis(n)));
    }
    set.await;
}

async fn tasks_that_are_left_go_on_later() {
    let set = LocalSet::new();
    let (release, is_released) = oneshot::channel();
    let mut task = None;
    set.run_until(async {
        task = Some(task::spawn_local(async move { is_released.await.unwrap() }));
        task::yield_now().await;
    })
    .await;
    let task = task.expect("the future has ended");
    assert!(!task.is_finished());
    release.send(7).unwrap();
    assert_eq!(set.run_until(task).await.unwrap(), 7);
}

async fn the_innermost_set_gets_the_task() {
    let outer = LocalSet::new();
    let inner = LocalSet::new();
    let (first, second) = outer
        .run_until(inner.run_until(async {
            let first = task::spawn_local(async {});
            (first, outer.spawn_local(async {}))
        }))
        .await;
    inner.await;
    assert!(first.is_finished() && !second.is_finished());
    outer.await;
    assert!(second.is_finished());
}

async fn a_set_within_itself_goes_on() {
    let set = Rc::new(LocalSet::new());
    let output = set
        .run_until({
            let set = set.clone();
            async move {
                let task = task::spawn_local(async move {
                    let other = task::spawn_local(async { 6 });
                    set.run_until(async { other.await.unwrap() * 7 }).await
                });
                task.await.unwrap()
            }
        })
        .await;
    assert_eq!(output, 42);
}

async fn a_set_that_was_left_is_no_longer_the_place() {
    let set = LocalSet::new();
    let before = task::spawn_local(async { 1 });
    let guard = set.enter();
    let inside = task::spawn_local(async { 2 });
    drop(guard);
    let after = task::spawn_local(async { 3 });
    assert_eq!(before.await.unwrap(), 1);
    assert_eq!(after.await.unwrap(), 3);
    assert!(!inside.is_finished());
    set.await;
    assert_eq!(inside.await.unwrap(), 2);
}

async fn a_busy_set_leaves_others_their_turn() {
    let set = LocalSet::new();
    for _ in 0..200 {
        set.spawn_local(async {
            loop {
                task::yield_now().await;
            }
        });
    }
    let other = task::spawn(async {
        for _ in 0..100 {
            task::yield_now().await;
        }
    });
    set.run_until(async {
        other.await.unwrap();
        sleep(Duration::from_millis(1)).await;
    })
    .await;
}

async fn each_task_has_a_budget_of_its_own() {
    let set = LocalSet::new();
    let is_over = Rc::new(Cell::new(false));
    for _ in 0..10 {
        let is_over = is_over.clone();
        set.spawn_local(async move {
            while !is_over.get() {
                task::consume_budget().await;
            }
        });
    }
    let turns = Rc::new(Cell::new(0));
    let counted = set.spawn_local({
        let turns = turns.clone();
        async move {
            for n in 1..=20 {
                turns.set(n);
                task::yield_now().await;
            }
            is_over.set(true);
        }
    });
    set.await;
    counted.await.unwrap();
    assert_eq!(turns.get(), 20);
}

async fn a_panic_ends_its_task_alone() {
    let set = LocalSet::new();
    let bad = set.spawn_local(async { panic!("of a local task") });
    let good = set.spawn_local(async {
        task::yield_now().await;
        7
    });
    set.await;
    let error: task::JoinError = match bad.await {
        Ok(()) => panic!("it did not panic"),
        Err(error) => error,
    };
    assert_eq!(common::text_of(error.into_panic()), "of a local task");
    assert_eq!(good.await.unwrap(), 7);
}

async fn ids_are_those_of_the_handles() {
    let set = LocalSet::new();
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            set.spawn_local(async {
                let first = task::id();
                task::yield_now().await;
                assert_eq!(task::id(), first);
                first
            })
        })
        .collect();
    let outer = task::try_id();
    set.run_until(async {
        assert_eq!(task::try_id(), outer);
        for task in tasks {
            let id = task.id();
            assert_eq!(task.await.unwrap(), id);
        }
        assert_eq!(task::try_id(), outer);
    })
    .await;
}

async fn an_abort_from_another_thread_arrives() {
    let set = LocalSet::new();
    let here = thread::current().id();
    let places = Rc::new(RefCell::new(Vec::new()));
    let task = spawn_waiting(
        &set,
        on_drop({
            let places = places.clone();
            move || places.borrow_mut().push(thread::current().id())
        }),
    )
    .await;
    let abort = task.abort_handle();
    let thread = thread::spawn(move || abort.abort());
    let error = set.run_until(task).await.unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(*places.borrow(), [here]);
    thread.join().unwrap();
}

async fn dropping_a_set_drops_its_tasks_here() {
    let set = LocalSet::new();
    let shared = Rc::new(());
    let waiting = spawn_waiting(&set, shared.clone()).await;
    let unpolled = set.spawn_local({
        let shared = shared.clone();
        async move { drop(shared) }
    });
    drop(set);
    assert_eq!(Rc::strong_count(&shared), 1);
    assert!(waiting.is_finished() && unpolled.is_finished());
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert!(unpolled.await.unwrap_err().is_cancelled());
}

async fn a_destructor_may_spawn_into_the_dropped_set() {
    let set = LocalSet::new();
    let polled = Rc::new(Cell::new(false));
    let late = Rc::new(RefCell::new(None));
    spawn_waiting(
        &set,
        on_drop({
            let (polled, late) = (polled.clone(), late.clone());
            move || {
                let task = task::spawn_local(async move { polled.set(true) });
                *late.borrow_mut() = Some(task);
            }
        }),
    )
    .await;
    drop(set);
    let late = late.take().expect("the spawn did not panic");
    assert!(late.await.unwrap_err().is_cancelled());
    assert!(!polled.get());
    assert_eq!(Rc::strong_count(&polled), 1);
}

async fn a_destructor_may_spawn_elsewhere() {
    let set = LocalSet::new();
    let (done, is_done) = oneshot::channel();
    spawn_waiting(
        &set,
        on_drop(move || {
            task::spawn(async move { done.send(7).unwrap() });
        }),
    )
    .await;
    drop(set);
    assert_eq!(is_done.await, Ok(7));
}

async fn a_chain_of_destructors_fits_the_stack() {
    fn next(left: u32, dropped: Counter) -> impl Sized {
        on_drop(move || {
            dropped.add_one();
            if left > 0 {
                let next = next_boxed(left - 1, dropped);
                drop(task::spawn_local(async move { drop(next) }));
            }
        })
    }

    fn next_boxed(left: u32, dropped: Counter) -> Box<dyn std::any::Any> {
        Box::new(next(left, dropped))
    }

    let set = LocalSet::new();
    let dropped = Counter::default();
    spawn_waiting(&set, next(2_000, dropped.clone())).await;
    drop(set);
    assert_eq!(dropped.get(), 2_001);
}

async fn a_destructor_that_panics_stays_in_its_task() {
    let set = LocalSet::new();
    let bad = spawn_waiting(&set, on_drop(|| panic!("of a destructor"))).await;
    let dropped = Counter::default();
    let good = spawn_waiting(&set, dropped.on_drop()).await;
    drop(set);
    assert_eq!(dropped.get(), 1);
    assert!(bad.await.unwrap_err().is_panic());
    assert!(good.await.unwrap_err().is_cancelled());
}

async fn a_late_wake_of_a_dropped_set_is_harmless() {
    let set = LocalSet::new();
    let kept = Rc::new(RefCell::new(None::<Waker>));
    let task = set.spawn_local({
        let kept = kept.clone();
        poll_fn(move |cx| {
            *kept.borrow_mut() = Some(cx.waker().clone());
            Poll::<()>::Pending
        })
    });
    set.run_until(common::eventually(|| kept.borrow().is_some()))
        .await;
    drop(set);
    let waker = kept.take().unwrap();
    let thread = thread::spawn(move || {
        waker.wake_by_ref();
        drop(waker);
    });
    thread.join().unwrap();
    assert!(task.await.unwrap_err().is_cancelled());
}

async fn a_panicking_waker_stays_outside() {
    struct Bad;

    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("of a waker");
        }
    }

    let set = LocalSet::new();
    let (release, is_released) = oneshot::channel();
    let task = set.spawn_local(async move { is_released.await.unwrap() });
    {
        let mut future = pin!(set.run_until(pending::<()>()));
        let waker = Waker::from(Arc::new(Bad));
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    }
    // On Tokio the panic may reach whoever wakes the task.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| release.send(7)));
    assert_eq!(set.run_until(task).await.unwrap(), 7);
}

async fn a_join_set_takes_tasks_of_a_set() {
    let set = LocalSet::new();
    let mut tasks = JoinSet::new();
    for n in 0..3 {
        let shared = Rc::new(n);
        tasks.spawn_local_on(async move { *shared }, &set);
    }
    let mut outputs = set
        .run_until(async {
            tasks.spawn_local(async { 3 });
            tasks.join_all().await
        })
        .await;
    outputs.sort_unstable();
    assert_eq!(outputs, [0, 1, 2, 3]);
}

async fn tasks_of_a_set_are_counted() {
    let metrics = Handle::current().metrics();
    let before = metrics.num_alive_tasks();
    let set = LocalSet::new();
    let waiting = spawn_waiting(&set, ()).await;
    let done = set.spawn_local(async {});
    assert_eq!(metrics.num_alive_tasks(), before + 2);
    set.run_until(done).await.unwrap();
    assert_eq!(metrics.num_alive_tasks(), before + 1);
    drop(set);
    assert_eq!(metrics.num_alive_tasks(), before);
    assert!(waiting.await.unwrap_err().is_cancelled());
}

async fn ten_thousand_tasks_of_a_set_end() {
    let set = LocalSet::new();
    let ended = Rc::new(Cell::new(0));
    for _ in 0..10_000 {
        let ended = ended.clone();
        set.spawn_local(async move {
            task::yield_now().await;
            ended.set(ended.get() + 1);
        });
    }
    set.await;
    assert_eq!(ended.get(), 10_000);
}

async fn a_set_makes_spawn_local_work_on_any_thread() {
    let handle = Handle::current();
    let task = task::spawn_blocking(move || {
        let here = thread::current().id();
        let set = LocalSet::new();
        handle.block_on(set.run_until(async move {
            let shared = Rc::new(6);
            let task = task::spawn_local(async move {
                sleep(Duration::from_millis(1)).await;
                assert_eq!(thread::current().id(), here);
                *shared * 7
            });
            task.await.unwrap()
        }))
    });
    assert_eq!(task.await.unwrap(), 42);
}

async fn outside_of_a_set_it_panics() {
    let task = task::spawn_blocking(|| drop(task::spawn_local(async {})));
    let text = common::panic_of_task(task.await);
    let expected = "portable: `spawn_local` called from outside of a `task::LocalSet`";
    assert!(text.starts_with(expected), "{text}");
}

fn tasks_outlive_block_on(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let set = LocalSet::new();
    let (send, receive) = oneshot::channel();
    let mut task = None;
    set.block_on(&runtime, async {
        task = Some(task::spawn_local(async move { receive.await.unwrap() }));
    });
    let task = task.expect("the future has ended");
    assert!(!task.is_finished());
    send.send(7).unwrap();
    assert_eq!(set.block_on(&runtime, task).unwrap(), 7);
}

fn a_set_moves_between_runtimes(mut builder: Builder) {
    let set = LocalSet::new();
    let turns = Rc::new(Cell::new(0));
    let stop = Rc::new(AtomicBool::new(false));
    let task = set.spawn_local({
        let (turns, stop) = (turns.clone(), stop.clone());
        async move {
            while !stop.load(Ordering::Relaxed) {
                turns.set(turns.get() + 1);
                task::spawn(async {}).await.unwrap();
            }
        }
    });
    let runtimes: Vec<_> = (0..3).map(|_| builder.build().unwrap()).collect();
    for runtime in &runtimes {
        let before = turns.get();
        set.block_on(runtime, common::eventually(|| turns.get() > before + 5));
    }
    stop.store(true, Ordering::Relaxed);
    set.block_on(&runtimes[0], task).unwrap();
    drop(runtimes);
}

fn a_set_may_be_filled_before_there_is_a_runtime(mut builder: Builder) {
    let set = LocalSet::new();
    let shared = Rc::new(RefCell::new(Vec::new()));
    for n in 0..10 {
        let shared = shared.clone();
        set.spawn_local(async move {
            sleep(Duration::from_millis(1)).await;
            assert!(task::try_id().is_some());
            let id = task::id();
            let inner = task::spawn_local(async move {
                assert_ne!(task::id(), id);
                n
            });
            let n = inner.await.unwrap();
            shared.borrow_mut().push(n);
        });
    }
    let runtime = builder.build().unwrap();
    runtime.block_on(set);
    shared.borrow_mut().sort_unstable();
    assert_eq!(*shared.borrow(), (0..10).collect::<Vec<_>>());
}

fn a_guard_makes_the_set_the_place_without_a_runtime(mut builder: Builder) {
    let set = LocalSet::new();
    let guard = set.enter();
    let task = task::spawn_local(async { 7 });
    drop(guard);
    let runtime = builder.build().unwrap();
    assert_eq!(set.block_on(&runtime, task).unwrap(), 7);
}

fn a_set_may_outlive_its_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let set = LocalSet::new();
    let shared = Rc::new(());
    let task = runtime.block_on(spawn_waiting(&set, shared.clone()));
    let sleeps = set.spawn_local(sleep(Duration::from_secs(1000)));
    set.block_on(&runtime, task::yield_now());
    drop(runtime);
    assert!(!task.is_finished());
    drop(set);
    assert_eq!(Rc::strong_count(&shared), 1);
    assert!(common::block_on(task).unwrap_err().is_cancelled());
    assert!(common::block_on(sleeps).unwrap_err().is_cancelled());
}

fn a_set_in_a_thread_local_is_dropped(mut builder: Builder) {
    thread_local! {
        static SET: LocalSet = LocalSet::new();
    }

    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let handle = runtime.handle().clone();
    let guard = dropped.on_drop();
    let thread = thread::spawn(move || {
        SET.with(|set| {
            let future = async move {
                task::spawn_local(async move {
                    let _guard = guard;
                    pending::<()>().await;
                });
                task::yield_now().await;
            };
            handle.block_on(set.run_until(future));
        });
    });
    thread.join().unwrap();
    assert_eq!(dropped.get(), 1);
}

fn a_thread_wakes_a_task_while_its_set_is_dropped(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (race, racers) = mpsc::channel::<oneshot::Sender<()>>();
    let thread = thread::spawn(move || {
        for racer in racers {
            let _ = racer.send(());
        }
    });
    for _ in 0..1_000 {
        let shared = Rc::new(());
        let set = LocalSet::new();
        let (go, goes) = oneshot::channel();
        set.spawn_local({
            let shared = shared.clone();
            async move {
                let _shared = shared;
                let _ = goes.await;
                pending::<()>().await;
            }
        });
        set.block_on(&runtime, task::yield_now());
        race.send(go).unwrap();
        drop(set);
        assert_eq!(Rc::strong_count(&shared), 1);
    }
    drop(race);
    thread.join().unwrap();
}
