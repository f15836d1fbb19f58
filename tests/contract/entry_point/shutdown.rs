//! The end of a `Runtime`, which is the same as at the end of `main` (contract 11).

use std::cell::RefCell;
use std::future::pending;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};

use crate::common::{
    self, AtTheEnd, Counter, on_drop, with_both_builders, with_current_thread_builder,
    with_multi_thread_builder,
};
use futures::channel::oneshot;
use portable::runtime::{self, Builder, Runtime};
use portable::task::{self, JoinHandle};
use portable::time::{Duration, Instant, sleep, timeout};

with_both_builders! {
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
    a_closure_that_sleeps_at_the_end_is_waited_for,
    a_closure_that_waits_for_a_task_learns_of_its_end,
    a_plain_thread_sleeps_across_the_end,
    after_the_end_a_task_is_cancelled,
    after_the_end_a_closure_is_cancelled,
    after_the_end_block_on_of_a_handle_works,
    a_destructor_at_the_end_may_spawn,
    a_destructor_at_the_end_may_abort_and_look,
    a_destructor_at_the_end_may_not_block_on,
    a_destructor_at_the_end_may_wait_for_a_timer,
    destructors_at_the_end_are_no_deeper_than_the_stack,
    a_closure_may_drop_its_own_runtime,
    the_thread_of_a_closure_may_leave_its_own_runtime_to_be_dropped,
    the_end_in_a_closure_of_its_own_waits_for_the_others,
    the_end_where_tasks_are_polled_waits_for_no_closure,
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
    a_task_that_has_not_waited_may_drop_its_own_runtime,
    the_end_where_tasks_are_polled_waits_for_a_poll,
}

with_current_thread_builder! {
    the_end_drops_on_this_thread_where_there_are_no_workers,
}

fn the_end_drops_what_waits(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let handles = runtime.block_on(async {
        let mut handles = Vec::new();
        for n in 0..100 {
            let task = common::spawn_waiting(dropped.on_drop()).await;
            // Some tasks have a handle that is kept, the others one that is dropped.
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

/// A limit so long that no test reaches it by mistake.
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

/// Starts a closure that runs until the sender is dropped.
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
    // The closure still runs, and gives its output in the end.
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
    // The default is one second.
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

/// Adds one when the destructors of this thread's thread-locals run.
fn count_at_the_end_of_the_thread(ended: Counter) {
    let counts: Box<dyn FnOnce()> = Box::new(move || ended.add_one());
    AT_THE_END.with_borrow_mut(|at_the_end| at_the_end.push(on_drop(counts)));
}

/// The thread-locals of the threads are destroyed too.
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

/// The end waits for a running poll as it does for a closure.
fn the_end_waits_for_a_poll(mut builder: Builder) {
    // On a busy machine the poll may have ended before the end begins.
    for millis in [100, 1000, 10_000] {
        let runtime = builder.shutdown_timeout(LONG).build().unwrap();
        let (started, is_started) = mpsc::channel();
        let ended = Counter::default();
        let after = Counter::default();
        runtime.spawn({
            let (ended, after) = (ended.clone(), after.clone());
            async move {
                started.send(()).unwrap();
                thread::sleep(Duration::from_millis(millis));
                ended.add_one();
                task::yield_now().await;
                after.add_one();
            }
        });
        is_started.recv().unwrap();
        drop(runtime);
        assert_eq!(ended.get(), 1);
        if after.get() == 0 {
            return;
        }
    }
    panic!("the end waits for more than the poll");
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
    // The task ended in that poll.
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

/// A blocking closure may wait.
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

/// No thread runs the tasks and the timers of the runtime by then.
fn a_closure_that_sleeps_at_the_end_is_waited_for(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(Duration::MAX).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let closure = runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        portable::block_on(sleep(Duration::from_millis(50)));
        common::block_on(sleep(Duration::from_millis(1)));
        portable::block_on(timeout(Duration::from_millis(1), pending::<()>())).unwrap_err();
        7
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert_eq!(common::block_on(closure).unwrap(), 7);
}

/// The end cancels the tasks first, and then waits for the closures.
fn a_closure_that_waits_for_a_task_learns_of_its_end(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(Duration::MAX).build().unwrap();
    let task = runtime.spawn(pending::<()>());
    let (started, is_started) = mpsc::channel();
    let closure = runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        portable::block_on(task).unwrap_err().is_cancelled()
    });
    is_started.recv().unwrap();
    drop(runtime);
    assert!(common::block_on(closure).unwrap());
}

fn a_plain_thread_sleeps_across_the_end(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    // This timer is made inside the runtime, and has waited there.
    let mut inside = None;
    runtime.block_on(async {
        let timer = inside.insert(Box::pin(sleep(Duration::from_millis(50))));
        assert!(common::poll_once(timer.as_mut()).is_pending());
    });
    let mut inside = inside.unwrap();
    let (started, is_started) = mpsc::channel();
    let thread = thread::spawn(move || {
        let mut outside = Box::pin(sleep(Duration::from_millis(50)));
        assert!(common::poll_once(outside.as_mut()).is_pending());
        started.send(()).unwrap();
        handle.block_on(async {
            outside.await;
            sleep(Duration::from_millis(10)).await;
            inside.as_mut().await;
            inside
                .as_mut()
                .reset(Instant::now() + Duration::from_millis(1));
            inside.await;
        });
    });
    is_started.recv().unwrap();
    drop(runtime);
    thread.join().unwrap();
}

fn after_the_end_a_task_is_cancelled(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
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
    let handle = runtime.handle().clone();
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
    let handle = runtime.handle().clone();
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

fn a_destructor_at_the_end_may_not_block_on(mut builder: Builder) {
    let other = common::another_builder().build().unwrap();
    let runtime = builder.build().unwrap();
    let (told, is_told) = mpsc::channel();
    let guard = on_drop(move || {
        let handle = other.handle().clone();
        for text in [
            common::panic_of(|| portable::block_on(async {})),
            common::panic_of(|| other.block_on(async {})),
            common::panic_of(|| handle.block_on(async {})),
        ] {
            told.send(text).unwrap();
        }
    });
    runtime.block_on(common::spawn_waiting(guard));
    drop(runtime);
    for text in is_told.iter().take(3) {
        assert!(text.contains("on a thread that polls tasks"), "{text}");
    }
}

/// The destructor waits by another executor, which is slow but no deadlock.
fn a_destructor_at_the_end_may_wait_for_a_timer(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let waited = Counter::default();
    let waits = || {
        let waited = waited.clone();
        on_drop(move || {
            common::block_on(sleep(Duration::from_millis(10)));
            common::block_on(timeout(Duration::from_millis(1), pending::<()>())).unwrap_err();
            waited.add_one();
        })
    };
    let (task, local_task) = (waits(), waits());
    runtime.block_on(async {
        task::spawn_local(async move {
            let _guard = local_task;
            pending::<()>().await;
        });
        task::spawn_local(async {}).await.unwrap();
        common::spawn_waiting(task).await;
    });
    assert_eq!(waited.get(), 1);
    drop(runtime);
    assert_eq!(waited.get(), 2);
}

/// Each destructor spawns the next task.
fn destructors_at_the_end_are_no_deeper_than_the_stack(mut builder: Builder) {
    struct Spawns(usize, mpsc::Sender<()>);

    impl Drop for Spawns {
        fn drop(&mut self) {
            match self.0.checked_sub(1) {
                Some(less) => {
                    let next = Self(less, self.1.clone());
                    drop(task::spawn(next.waits()));
                }
                None => self.1.send(()).unwrap(),
            }
        }
    }

    impl Spawns {
        async fn waits(self) {
            pending::<()>().await;
        }
    }

    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (ended, has_ended) = mpsc::channel();
    runtime.block_on(common::spawn_waiting(Spawns(2_000, ended.clone())));
    runtime.block_on(common::spawn_waiting(Spawns(20_000, ended)));
    drop(runtime);
    assert_eq!(has_ended.iter().count(), 2);
}

/// Lets a closure drop the last reference to its runtime, and returns how long that took.
fn dropped_by_a_closure(runtime: Runtime) -> mpsc::Receiver<Duration> {
    let (took, has_taken) = mpsc::channel();
    let handle = runtime.handle().clone();
    handle.spawn_blocking(move || {
        let start = Instant::now();
        drop(runtime);
        took.send(start.elapsed()).unwrap();
    });
    has_taken
}

fn a_closure_may_drop_its_own_runtime(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let dropped = Counter::default();
    runtime.block_on(common::spawn_waiting(dropped.on_drop()));
    assert!(dropped_by_a_closure(runtime).recv().unwrap() < LONG / 2);
    assert_eq!(dropped.get(), 1);
}

/// The destructor of a thread-local drops the runtime, at the end of the thread.
fn the_thread_of_a_closure_may_leave_its_own_runtime_to_be_dropped(mut builder: Builder) {
    let runtime = Arc::new(builder.shutdown_timeout(LONG).build().unwrap());
    let (ended, has_ended) = mpsc::channel();
    let closure = runtime.handle().spawn_blocking({
        let runtime = runtime.clone();
        move || {
            let drops: Box<dyn FnOnce()> = Box::new(move || {
                drop(runtime);
                ended.send(()).unwrap();
            });
            AT_THE_END.with_borrow_mut(|at_the_end| at_the_end.push(on_drop(drops)));
        }
    });
    common::block_on(closure).unwrap();
    drop(runtime);
    has_ended.recv().unwrap();
}

fn the_end_in_a_closure_of_its_own_waits_for_the_others(mut builder: Builder) {
    let runtime = builder.shutdown_timeout(LONG).build().unwrap();
    let (release, closure) = blocked(&runtime);
    let has_taken = dropped_by_a_closure(runtime);
    assert!(has_taken.recv_timeout(Duration::from_millis(50)).is_err());
    drop(release);
    assert!(has_taken.recv().unwrap() < LONG / 2);
    common::block_on(closure).unwrap();
}

fn the_end_where_tasks_are_polled_waits_for_no_closure(mut builder: Builder) {
    let outer = builder.build().unwrap();
    let inner = builder.shutdown_timeout(LONG).build().unwrap();
    let dropped = Counter::default();
    inner.block_on(common::spawn_waiting(dropped.on_drop()));
    let (release, closure) = blocked(&inner);
    let (took, dropped) = outer.block_on(async move {
        let start = Instant::now();
        drop(inner);
        (start.elapsed(), dropped.get())
    });
    assert!(took < LONG / 2, "{took:?}");
    assert_eq!(dropped, 1);
    assert!(!closure.is_finished());
    drop(release);
    common::block_on(closure).unwrap();
}

fn the_end_where_tasks_are_polled_waits_for_a_poll(mut builder: Builder) {
    let outer = builder.build().unwrap();
    let inner = builder.shutdown_timeout(LONG).build().unwrap();
    let (started, is_started) = mpsc::channel();
    let ended = Counter::default();
    inner.spawn({
        let ended = ended.clone();
        async move {
            started.send(()).unwrap();
            thread::sleep(Duration::from_millis(100));
            ended.add_one();
        }
    });
    is_started.recv().unwrap();
    let task = outer.spawn(async move {
        drop(inner);
        ended.get()
    });
    assert_eq!(common::block_on(task).unwrap(), 1);
}

/// The drop waits for the end of the other tasks, not of its own.
fn a_task_that_has_not_waited_may_drop_its_own_runtime(mut builder: Builder) {
    for has_waited in [false, true] {
        let runtime = builder.shutdown_timeout(LONG).build().unwrap();
        let dropped = Counter::default();
        runtime.block_on(common::spawn_waiting(dropped.on_drop()));
        let task = runtime.handle().clone().spawn(async move {
            if has_waited {
                sleep(Duration::from_millis(1)).await;
            }
            let start = Instant::now();
            drop(runtime);
            (start.elapsed(), dropped.get())
        });
        let (took, dropped) = common::block_on(task).unwrap();
        assert!(took < LONG / 2, "{took:?}");
        assert_eq!(dropped, 1);
    }
}

fn a_runtime_that_did_nothing_ends(mut builder: Builder) {
    drop(builder.build().unwrap());
    builder.build().unwrap().shutdown_timeout(Duration::ZERO);
    builder.build().unwrap().shutdown_timeout(LONG);
    drop(builder.build().unwrap().handle().clone());
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

/// Another thread wakes tasks while the runtime ends.
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

/// Another thread spawns tasks while the runtime ends. Each task is dropped, whether it has run or
/// not.
fn the_end_and_spawns_race(mut builder: Builder) {
    let dropped = Counter::default();
    let mut spawned = 0;
    for _ in 0..200 {
        let runtime = builder.build().unwrap();
        let handle = runtime.handle().clone();
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
            // No handle waits for ever.
            assert!(common::block_on(task).unwrap_err().is_cancelled());
        }
        assert_eq!(dropped.get(), spawned);
    }
}

/// The destructors of pending tasks do not run on the threads of another runtime.
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

/// The task holds the last reference to its runtime.
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
