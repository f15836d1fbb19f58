//! `spawn_compute`: closures that keep a processor busy, on rayon's pool (contract 27).
//!
//! All tests share the pool of the process. So a test whose closures wait has a pool of its own.

use std::future::{Future, pending};
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Context, Wake};
use std::thread;

use crate::common::{self, Counter, Wakes, on_both_flavors, on_drop, program, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::{Builder, Handle, Runtime};
use portable::task::{self, JoinHandle, JoinSet};
use portable::time::{Duration, Instant, sleep};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

on_both_flavors! {
    the_output_arrives,
    every_way_to_start_one_is_the_same,
    parallel_iterators_run_on_the_same_pool,
    more_closures_than_threads_all_run,
    a_panic_arrives_whole,
    a_panic_of_a_parallel_iterator_arrives_whole,
    a_pool_whose_closures_panic_goes_on,
    a_dropped_handle_still_runs,
    it_runs_while_main_blocks,
    it_runs_on_a_thread_that_polls_nothing,
    timers_and_tasks_go_on_while_the_pool_is_full,
    a_closure_may_spawn,
    a_closure_may_block_on,
    a_closure_may_start_another,
    a_closure_is_the_current_task,
    a_task_within_a_closure_is_the_current_one,
    a_closure_stays_the_current_task_while_its_thread_runs_another,
    a_closure_has_its_name,
    the_text_of_an_id_is_that_of_no_task,
    an_abort_stops_a_closure_that_waits,
    an_abort_of_a_closure_that_runs_does_nothing,
    a_set_that_is_dropped_stops_closures_that_wait,
    closures_start_in_the_order_of_the_calls,
    a_closure_on_a_pool_of_the_programs_own_stays_there,
    an_output_that_nobody_takes_is_dropped_in_its_task,
    an_output_whose_destructor_panics_stops_nothing,
    what_a_closure_holds_is_dropped_before_the_await_returns,
    a_handle_is_polled_after_the_end_in_vain,
    a_handle_may_be_awaited_on_another_executor,
    a_waker_that_panics_stops_nothing,
}

with_both_builders! {
    it_works_without_block_on,
    a_plain_thread_may_start_one,
    what_a_closure_spawns_goes_to_its_runtime,
    the_end_waits_for_a_closure_that_runs,
    the_end_waits_no_longer_than_it_may,
    the_end_cancels_closures_that_wait,
    the_end_drops_nothing_of_another_runtime,
    a_closure_that_waits_for_a_task_learns_of_its_end,
    after_the_end_a_closure_is_cancelled,
    a_destructor_at_the_end_gets_a_cancelled_closure,
    destructors_at_the_end_are_no_deeper_than_the_stack,
    a_closure_may_drop_its_own_runtime,
    the_end_in_a_closure_of_its_own_waits_for_the_others,
    the_end_where_tasks_are_polled_waits_for_no_closure,
    the_end_and_spawns_race,
}

const LONG: Duration = Duration::from_secs(40);

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap()
}

/// Starts a closure on a pool of one thread, and then what `more` starts there, which waits behind
/// it. The closure runs until the sender is dropped.
fn held<T: Send>(
    pool: &ThreadPool,
    handle: &Handle,
    more: impl FnOnce() -> T + Send,
) -> (mpsc::Sender<()>, JoinHandle<()>, T) {
    let (release, is_released) = mpsc::channel::<()>();
    let (started, is_started) = mpsc::channel();
    let (held, more) = pool.install(move || {
        let held = handle.spawn_compute(move || {
            started.send(()).unwrap();
            is_released.recv().unwrap_err();
        });
        (held, more())
    });
    is_started.recv().unwrap();
    (release, held, more)
}

async fn the_output_arrives() {
    let kept = String::from("output");
    let task = task::spawn_compute(move || kept);
    assert_eq!(task.await.unwrap(), "output");
}

async fn every_way_to_start_one_is_the_same() {
    let task = portable::spawn_task!(compute, || 7);
    assert_eq!(task.await.unwrap(), 7);
    let task = portable::spawn_task!(compute, name = "eight", || task::try_name().map(|_| 8));
    assert_eq!(task.await.unwrap(), Some(8));
    let task = task::Builder::new().spawn_compute(|| 9).unwrap();
    assert_eq!(task.await.unwrap(), 9);
    let task = Handle::current().spawn_compute(|| 10);
    assert_eq!(task.await.unwrap(), 10);
    let mut set = JoinSet::new();
    set.spawn_compute(|| 11);
    set.spawn_compute_on(|| 12, &Handle::current());
    let mut outputs = set.join_all().await;
    outputs.sort_unstable();
    assert_eq!(outputs, [11, 12]);
    let task = task::AbortOnDropHandle::new(task::spawn_compute(|| 13));
    assert_eq!(task.await.unwrap(), 13);
    #[cfg(feature = "sync")]
    {
        let tracker = task::TaskTracker::new();
        let one = tracker.spawn_compute(|| 14);
        let other = tracker.spawn_compute_on(|| 15, &Handle::current());
        tracker.close();
        tracker.wait().await;
        assert_eq!((one.await.unwrap(), other.await.unwrap()), (14, 15));
    }
}

async fn parallel_iterators_run_on_the_same_pool() {
    let task = task::spawn_compute(|| {
        assert!(rayon::current_thread_index().is_some());
        let threads = rayon::current_num_threads();
        let sum: u64 = (1..=100_000_u64)
            .into_par_iter()
            .inspect(|_| {
                assert!(rayon::current_thread_index().is_some());
                assert_eq!(rayon::current_num_threads(), threads);
            })
            .sum();
        (sum, threads)
    });
    let (sum, threads) = task.await.unwrap();
    assert_eq!(sum, 5_000_050_000);
    // It is the pool of the process.
    assert_eq!(threads, rayon::current_num_threads());
}

async fn more_closures_than_threads_all_run() {
    let count = rayon::current_num_threads() * 500;
    let tasks: Vec<_> = (0..count)
        .map(|n| task::spawn_compute(move || n * 2))
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), n * 2);
    }
}

async fn a_panic_arrives_whole() {
    let task = task::spawn_compute(|| panic_any(7_u8));
    let id = task.id();
    let error = task.await.unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(error.id(), id);
    assert_eq!(*error.into_panic().downcast::<u8>().unwrap(), 7);
}

async fn a_panic_of_a_parallel_iterator_arrives_whole() {
    let task = task::spawn_compute(|| {
        (0..100).into_par_iter().for_each(|n| {
            if n == 50 {
                panic_any(n);
            }
        });
    });
    let payload = task.await.unwrap_err().into_panic();
    assert_eq!(*payload.downcast::<i32>().unwrap(), 50);
}

async fn a_pool_whose_closures_panic_goes_on() {
    let tasks: Vec<_> = (0..rayon::current_num_threads() * 4)
        .map(|n| task::spawn_compute(move || panic!("{n}")))
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(common::panic_of_task::<()>(task.await), n.to_string());
    }
    assert_eq!(task::spawn_compute(|| 7).await.unwrap(), 7);
}

async fn a_dropped_handle_still_runs() {
    let (done, is_done) = oneshot::channel();
    drop(task::spawn_compute(move || done.send(7).unwrap()));
    assert_eq!(is_done.await, Ok(7));
}

async fn it_runs_while_main_blocks() {
    let (started, is_started) = mpsc::channel();
    let task = task::spawn_compute(move || started.send(()).unwrap());
    is_started.recv().unwrap();
    task.await.unwrap();
}

async fn it_runs_on_a_thread_that_polls_nothing() {
    let computes = task::spawn_compute(|| thread::current().id())
        .await
        .unwrap();
    assert_ne!(computes, thread::current().id());
    for _ in 0..200 {
        let task = task::spawn(async { thread::current().id() });
        assert_ne!(task.await.unwrap(), computes);
    }
}

async fn timers_and_tasks_go_on_while_the_pool_is_full() {
    let pool = pool(1);
    let handle = Handle::current();
    let (release, held, waits) = held(&pool, &handle, || handle.spawn_compute(|| 7));
    for _ in 0..5 {
        sleep(Duration::from_millis(2)).await;
        assert_eq!(task::spawn(async { 8 }).await.unwrap(), 8);
    }
    assert!(!held.is_finished() && !waits.is_finished());
    drop(release);
    held.await.unwrap();
    assert_eq!(waits.await.unwrap(), 7);
}

async fn a_closure_may_spawn() {
    let outer = task::spawn_compute(|| {
        task::spawn(async {
            task::yield_now().await;
            7
        })
    });
    assert_eq!(outer.await.unwrap().await.unwrap(), 7);
}

async fn a_closure_may_block_on() {
    let outer = task::spawn_compute(|| {
        let start = Instant::now();
        portable::block_on(sleep(Duration::from_millis(10)));
        assert!(start.elapsed() >= Duration::from_millis(10));
        assert_eq!(portable::block_on(task::spawn(async { 7 })).unwrap(), 7);
        let blocking = task::spawn_blocking(|| 8);
        assert_eq!(Handle::current().block_on(blocking).unwrap(), 8);
        9
    });
    assert_eq!(outer.await.unwrap(), 9);
}

async fn a_closure_may_start_another() {
    let outer = task::spawn_compute(|| task::spawn_compute(|| task::spawn_compute(|| 7)));
    let inner = outer.await.unwrap().await.unwrap();
    assert_eq!(inner.await.unwrap(), 7);
    // With a blocking closure around it too.
    let outer = task::spawn_blocking(|| portable::block_on(task::spawn_compute(|| 8)).unwrap());
    assert_eq!(outer.await.unwrap(), 8);
}

async fn a_closure_is_the_current_task() {
    let outside = task::try_id();
    let task = task::spawn_compute(|| (task::try_id(), task::id()));
    let id = task.id();
    assert_eq!(task.await.unwrap(), (Some(id), id));
    assert_eq!(task::try_id(), outside);
    assert_ne!(outside, Some(id));
}

async fn a_task_within_a_closure_is_the_current_one() {
    let outer = task::spawn_compute(|| {
        let runtime = Builder::new_current_thread().build().unwrap();
        let within = runtime.block_on(async {
            let task = task::spawn(async { task::id() });
            let id = task.id();
            (task.await.unwrap(), id)
        });
        (within, task::id())
    });
    let id = outer.id();
    let ((within, inner), at_the_end) = outer.await.unwrap();
    assert_eq!(within, inner);
    assert_eq!(at_the_end, id);
}

async fn a_closure_stays_the_current_task_while_its_thread_runs_another() {
    let pool = pool(1);
    let handle = Handle::current();
    let task = pool.install(|| {
        handle.spawn_compute(|| {
            let before = task::id();
            // The only thread of the pool runs the other closure within this one.
            let other = task::spawn_compute(task::id);
            while rayon::yield_now() == Some(rayon::Yield::Executed) {}
            assert!(other.is_finished());
            (before, other, task::id())
        })
    });
    let id = task.id();
    let (before, other, after) = task.await.unwrap();
    assert_eq!((before, after), (id, id));
    let of_other = other.id();
    assert_ne!(of_other, id);
    assert_eq!(other.await.unwrap(), of_other);
}

async fn a_closure_has_its_name() {
    let named = task::Builder::new().name("counts");
    let task = named.spawn_compute(task::try_name).unwrap();
    assert_eq!(task.await.unwrap().as_deref(), Some("counts"));
    assert_eq!(task::spawn_compute(task::try_name).await.unwrap(), None);
}

async fn the_text_of_an_id_is_that_of_no_task() {
    let is_number = |text: &str| text.parse::<u64>().is_ok();
    let closure = task::spawn_compute(|| ());
    let text = closure.id().to_string();
    assert!(text.strip_prefix('c').is_some_and(is_number), "{text}");
    assert_eq!(format!("{:?}", closure.id()), format!("Id({text})"));
    for task in [task::spawn(async {}), task::spawn_blocking(|| ())] {
        assert!(is_number(&task.id().to_string()), "{:?}", task.id());
        task.await.unwrap();
    }
    closure.await.unwrap();
}

async fn an_abort_stops_a_closure_that_waits() {
    let pool = pool(1);
    let handle = Handle::current();
    let (ran, dropped) = (Counter::default(), Counter::default());
    let (release, held, waits) = held(&pool, &handle, || {
        let (ran, guard) = (ran.clone(), dropped.on_drop());
        handle.spawn_compute(move || {
            let _guard = guard;
            ran.add_one();
        })
    });
    let abort = waits.abort_handle();
    assert_eq!(abort.id(), waits.id());
    waits.abort();
    drop(release);
    let error = waits.await.unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!((ran.get(), dropped.get()), (0, 1));
    assert!(abort.is_finished());
    held.await.unwrap();
}

async fn an_abort_of_a_closure_that_runs_does_nothing() {
    let pool = pool(1);
    let (release, held, ()) = held(&pool, &Handle::current(), || ());
    held.abort();
    held.abort_handle().abort();
    sleep(Duration::from_millis(5)).await;
    assert!(!held.is_finished());
    drop(release);
    held.await.unwrap();
    // After its end too.
    let task = task::spawn_compute(|| 7);
    common::eventually(|| task.is_finished()).await;
    task.abort();
    assert_eq!(task.await.unwrap(), 7);
}

async fn a_set_that_is_dropped_stops_closures_that_wait() {
    let pool = pool(1);
    let handle = Handle::current();
    let (ran, dropped) = (Counter::default(), Counter::default());
    let (release, held, set) = held(&pool, &handle, || {
        let mut set = JoinSet::new();
        for _ in 0..3 {
            let (ran, guard) = (ran.clone(), dropped.on_drop());
            let closure = move || {
                let _guard = guard;
                ran.add_one();
            };
            set.spawn_compute_on(closure, &handle);
        }
        set
    });
    drop(set);
    drop(release);
    held.await.unwrap();
    common::eventually(|| dropped.get() == 3).await;
    assert_eq!(ran.get(), 0);
}

async fn closures_start_in_the_order_of_the_calls() {
    let pool = pool(1);
    let handle = Handle::current();
    let order = Arc::new(Mutex::new(Vec::new()));
    let (release, held, tasks) = held(&pool, &handle, || {
        let start = |n| {
            let order = order.clone();
            handle.spawn_compute(move || order.lock().unwrap().push(n))
        };
        (0..20).map(start).collect::<Vec<_>>()
    });
    drop(release);
    held.await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
}

async fn a_closure_on_a_pool_of_the_programs_own_stays_there() {
    let pool = pool(3);
    let handle = Handle::current();
    let task = pool.install(|| handle.spawn_compute(rayon::current_num_threads));
    assert_eq!(task.await.unwrap(), 3);
}

async fn an_output_that_nobody_takes_is_dropped_in_its_task() {
    // The output is there before the handle is dropped, and the other way round.
    let (dropped, is_dropped) = mpsc::channel();
    let says =
        move |dropped: mpsc::Sender<_>| on_drop(move || dropped.send(task::try_id()).unwrap());
    let output = says(dropped.clone());
    let task = task::spawn_compute(move || output);
    let id = task.id();
    common::eventually(|| task.is_finished()).await;
    drop(task);
    assert_eq!(is_dropped.recv().unwrap(), Some(id));

    let pool = pool(1);
    let handle = Handle::current();
    let output = says(dropped);
    let (release, held, task) = held(&pool, &handle, || handle.spawn_compute(move || output));
    let id = task.id();
    drop(task);
    drop(release);
    held.await.unwrap();
    assert_eq!(is_dropped.recv().unwrap(), Some(id));
}

async fn an_output_whose_destructor_panics_stops_nothing() {
    for awaits_end in [true, false] {
        let output = on_drop(|| panic!("on purpose"));
        let task = task::spawn_compute(move || output);
        let abort = task.abort_handle();
        if awaits_end {
            common::eventually(|| task.is_finished()).await;
        }
        drop(task);
        common::eventually(|| abort.is_finished()).await;
    }
    assert_eq!(task::spawn_compute(|| 7).await.unwrap(), 7);
}

async fn what_a_closure_holds_is_dropped_before_the_await_returns() {
    for _ in 0..200 {
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        task::spawn_compute(move || {
            let _ = &guard;
        })
        .await
        .unwrap();
        assert_eq!(dropped.get(), 1);
    }
}

async fn a_handle_is_polled_after_the_end_in_vain() {
    let mut task = task::spawn_compute(|| 7);
    assert_eq!((&mut task).await.unwrap(), 7);
    let said = common::panic_of(|| common::poll_once(Pin::new(&mut task)));
    assert!(
        said.contains("JoinHandle polled after completion"),
        "{said}"
    );
}

async fn a_handle_may_be_awaited_on_another_executor() {
    let task = task::spawn_compute(|| 7);
    let waits = thread::spawn(move || common::block_on(task).unwrap());
    assert_eq!(waits.join().unwrap(), 7);
    // Only the last waker is woken.
    let pool = pool(1);
    let (release, mut task, ()) = held(&pool, &Handle::current(), || ());
    let (first, last) = (Arc::new(Wakes::default()), Arc::new(Wakes::default()));
    for wakes in [&first, &last] {
        let waker = wakes.clone().into();
        let mut cx = Context::from_waker(&waker);
        assert!(Future::poll(Pin::new(&mut task), &mut cx).is_pending());
    }
    drop(release);
    common::eventually(|| last.get() == 1).await;
    assert_eq!(first.get(), 0);
    task.await.unwrap();
}

async fn a_waker_that_panics_stops_nothing() {
    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }

    let pool = pool(1);
    let (release, mut task, ()) = held(&pool, &Handle::current(), || ());
    let waker = Arc::new(Panics).into();
    let mut cx = Context::from_waker(&waker);
    assert!(Future::poll(Pin::new(&mut task), &mut cx).is_pending());
    drop(release);
    task.await.unwrap();
}

fn it_works_without_block_on(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    runtime.spawn_compute(move || done.send(7).unwrap());
    assert_eq!(is_done.recv(), Ok(7));
}

fn a_plain_thread_may_start_one(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    let task = thread::spawn(move || handle.spawn_compute(|| 7));
    assert_eq!(common::block_on(task.join().unwrap()).unwrap(), 7);
    // Outside any runtime, as everywhere.
    let task = thread::spawn(|| task::spawn_compute(|| 8)).join().unwrap();
    assert_eq!(common::block_on(task).unwrap(), 8);
}

fn what_a_closure_spawns_goes_to_its_runtime(mut builder: Builder) {
    let runtime = builder.name("mine").build().unwrap();
    let name = || Handle::current().name().map(String::from);
    let closure = runtime.spawn_compute(move || (name(), task::spawn(async move { name() })));
    let (here, task) = common::block_on(closure).unwrap();
    assert_eq!(here.as_deref(), Some("mine"));
    assert_eq!(runtime.block_on(task).unwrap().as_deref(), Some("mine"));
}

fn the_end_waits_for_a_closure_that_runs(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let pool = pool(1);
    let ended = Counter::default();
    let (started, is_started) = mpsc::channel();
    pool.install(|| {
        let ended = ended.clone();
        runtime.spawn_compute(move || {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(50));
            ended.add_one();
        })
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert_eq!(ended.get(), 1);
}

fn the_end_waits_no_longer_than_it_may(mut builder: Builder) {
    let pool = pool(1);
    for timeout in [Duration::ZERO, Duration::from_millis(20)] {
        let runtime = builder.build().unwrap();
        let (release, held, ()) = held(&pool, runtime.handle(), || ());
        let start = Instant::now();
        runtime.shutdown_timeout(timeout);
        assert!(start.elapsed() >= timeout && start.elapsed() < LONG / 2);
        assert!(!held.is_finished());
        drop(release);
        common::block_on(held).unwrap();
    }
}

fn the_end_cancels_closures_that_wait(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(Duration::ZERO).build().unwrap();
    let handle = runtime.handle().clone();
    let pool = pool(1);
    let (ran, dropped) = (Counter::default(), Counter::default());
    let (release, held, waits) = held(&pool, &handle, || {
        let start = |_| {
            let (ran, guard) = (ran.clone(), dropped.on_drop());
            handle.spawn_compute(move || {
                let _guard = guard;
                ran.add_one();
            })
        };
        (0..3).map(start).collect::<Vec<_>>()
    });
    drop(runtime);
    // Now, and not when the thread is free.
    assert_eq!(dropped.get(), 3);
    for task in waits {
        assert!(task.is_finished());
        assert!(common::block_on(task).unwrap_err().is_cancelled());
    }
    drop(release);
    common::block_on(held).unwrap();
    pool.install(|| ());
    assert_eq!(ran.get(), 0);
}

fn the_end_drops_nothing_of_another_runtime(mut builder: Builder) {
    let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
    let pool = pool(1);
    let (release, held, waits) = held(&pool, first.handle(), || second.spawn_compute(|| 7));
    first.shutdown_timeout(Duration::ZERO);
    drop(release);
    common::block_on(held).unwrap();
    assert_eq!(common::block_on(waits).unwrap(), 7);
}

fn a_closure_that_waits_for_a_task_learns_of_its_end(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let pool = pool(1);
    let closure = pool.install(|| {
        runtime.spawn_compute(move || {
            let task = task::spawn(pending::<()>());
            started.send(()).unwrap();
            portable::block_on(task).unwrap_err().is_cancelled()
        })
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert!(common::block_on(closure).unwrap());
}

fn after_the_end_a_closure_is_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let (ran, dropped) = (Counter::default(), Counter::default());
    let guard = dropped.on_drop();
    let closure = handle.spawn_compute({
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

fn a_destructor_at_the_end_gets_a_cancelled_closure(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (ran, dropped) = (Counter::default(), Counter::default());
    let (give, take) = mpsc::channel();
    let spawns = on_drop({
        let (ran, guard) = (ran.clone(), dropped.on_drop());
        move || {
            let closure = task::spawn_compute(move || {
                let _guard = guard;
                ran.add_one();
            });
            give.send((closure.is_finished(), closure)).unwrap();
        }
    });
    runtime.block_on(common::spawn_waiting(spawns));
    drop(runtime);
    let (is_finished, closure) = take.recv().unwrap();
    assert!(is_finished);
    assert!(common::block_on(closure).unwrap_err().is_cancelled());
    assert_eq!((ran.get(), dropped.get()), (0, 1));
}

fn destructors_at_the_end_are_no_deeper_than_the_stack(mut builder: Builder) {
    struct Spawns(usize, mpsc::Sender<()>);

    impl Drop for Spawns {
        fn drop(&mut self) {
            match self.0.checked_sub(1) {
                Some(less) => {
                    let next = Self(less, self.1.clone());
                    let closure = task::spawn_compute(move || drop(next));
                    assert!(closure.is_finished());
                }
                None => self.1.send(()).unwrap(),
            }
        }
    }

    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (ended, has_ended) = mpsc::channel();
    runtime.block_on(common::spawn_waiting(Spawns(20_000, ended)));
    drop(runtime);
    assert_eq!(has_ended.iter().count(), 1);
}

/// Lets a closure drop the last reference to its runtime, and returns how long that took.
fn dropped_by_a_closure(pool: &ThreadPool, runtime: Runtime) -> mpsc::Receiver<Duration> {
    let (took, has_taken) = mpsc::channel();
    let handle = runtime.handle().clone();
    pool.install(move || {
        handle.spawn_compute(move || {
            let start = Instant::now();
            drop(runtime);
            took.send(start.elapsed()).unwrap();
        });
    });
    has_taken
}

fn a_closure_may_drop_its_own_runtime(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let dropped = Counter::default();
    runtime.block_on(common::spawn_waiting(dropped.on_drop()));
    let took = dropped_by_a_closure(&pool(1), runtime).recv().unwrap();
    assert!(took < LONG / 2, "{took:?}");
    assert_eq!(dropped.get(), 1);
}

fn the_end_in_a_closure_of_its_own_waits_for_the_others(mut builder: Builder) {
    for of_the_pool in [true, false] {
        let runtime = builder.shutdown_timeout(LONG).build().unwrap();
        let (release, is_released) = mpsc::channel::<()>();
        let (started, is_started) = mpsc::channel();
        let waits = move || {
            started.send(()).unwrap();
            is_released.recv().unwrap_err();
        };
        let (one, other) = (pool(1), pool(1));
        let closure = match of_the_pool {
            true => one.install(|| runtime.spawn_compute(waits)),
            false => runtime.spawn_blocking(waits),
        };
        is_started.recv().unwrap();
        let has_taken = dropped_by_a_closure(&other, runtime);
        assert!(has_taken.recv_timeout(Duration::from_millis(50)).is_err());
        drop(release);
        assert!(has_taken.recv().unwrap() < LONG / 2);
        common::block_on(closure).unwrap();
    }
}

fn the_end_where_tasks_are_polled_waits_for_no_closure(mut builder: Builder) {
    let outer = builder.build().unwrap();
    let inner = builder.shutdown_timeout(LONG).build().unwrap();
    let pool = pool(1);
    let (release, held, ()) = held(&pool, inner.handle(), || ());
    let took = outer.block_on(async move {
        let start = Instant::now();
        drop(inner);
        start.elapsed()
    });
    assert!(took < LONG / 2, "{took:?}");
    assert!(!held.is_finished());
    drop(release);
    common::block_on(held).unwrap();
}

fn the_end_and_spawns_race(mut builder: Builder) {
    for _ in 0..100 {
        let runtime = builder.shutdown_timeout(LONG).build().unwrap();
        let handle = runtime.handle().clone();
        let barrier = Arc::new(Barrier::new(2));
        let spawns = thread::spawn({
            let barrier = barrier.clone();
            move || {
                barrier.wait();
                (0..20)
                    .map(|n| handle.spawn_compute(move || n))
                    .collect::<Vec<_>>()
            }
        });
        barrier.wait();
        drop(runtime);
        for (n, task) in spawns.join().unwrap().into_iter().enumerate() {
            match common::block_on(task) {
                Ok(output) => assert_eq!(output, n),
                Err(error) => assert!(error.is_cancelled()),
            }
        }
    }
}

#[test]
fn the_end_of_main_waits_for_what_runs_and_starts_nothing() {
    async fn body() {
        let (started, is_started) = oneshot::channel();
        task::spawn_compute(move || {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(50));
            println!("a closure");
        });
        // The only thread of the pool runs the other one.
        task::spawn_compute(|| println!("never"));
        is_started.await.unwrap();
        println!("main");
    }

    #[portable::main(flavor = "current_thread")]
    async fn current_thread() {
        body().await;
    }

    #[portable::main(flavor = "multi_thread")]
    async fn multi_thread() {
        body().await;
    }

    program!("the_end_of_main_waits_for_what_runs_and_starts_nothing")
        .env("RAYON_NUM_THREADS", "1")
        .run(
            || {
                current_thread();
                multi_thread();
                // What is left in the queue would run now.
                thread::sleep(Duration::from_millis(50));
                println!("end");
            },
            |outcome| outcome.printed(&["main", "a closure", "main", "a closure", "end"]),
        );
}

#[test]
fn the_pool_that_the_program_has_built_is_the_one() {
    program!("the_pool_that_the_program_has_built_is_the_one").run(
        || {
            ThreadPoolBuilder::new()
                .num_threads(3)
                .build_global()
                .unwrap();
            let threads = task::spawn_compute(rayon::current_num_threads);
            println!("{}", common::block_on(threads).unwrap());
        },
        |outcome| outcome.printed(&["3"]),
    );
}

/// The closure is a closure of that runtime, whose end does not wait for it.
#[cfg(feature = "tokio")]
#[test]
fn under_a_tokio_that_other_code_has_built_it_is_as_anywhere() {
    let foreign = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let id = foreign.handle().id();
    foreign.block_on(async {
        let closure = task::spawn_compute(move || {
            assert_eq!(tokio::runtime::Handle::current().id(), id);
            (task::id(), task::spawn(async { 7 }))
        });
        let of_closure = closure.id();
        let (inside, spawned) = closure.await.unwrap();
        assert_eq!(inside, of_closure);
        assert_eq!(spawned.await.unwrap(), 7);
    });
    let pool = pool(1);
    let (release, held, ()) = {
        let _inside = foreign.enter();
        held(&pool, &Handle::current(), || ())
    };
    drop(foreign);
    assert!(!held.is_finished());
    drop(release);
    common::block_on(held).unwrap();
}
