//! Tests of a runtime of the user's own: what it gets by its one method, and what its mistakes do.
#![cfg(feature = "custom")]

mod common;
#[path = "common/custom.rs"]
mod custom;

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use common::{Counter, eventually_blocking, limit_time, panic_of};
use custom::{OneThread, Pool};
use portable::runtime::{self, Builder, CustomRuntime, Handle, Runnable, Runtime};
use portable::task::{self, JoinSet};
use portable::time::{Duration, Instant, interval, sleep, timeout};

/// Runs `check` on a runtime with threads and on one without.
fn on_both(check: impl AsyncFn() + Copy) {
    let pool = Builder::new_custom(Pool::new(2)).build().unwrap();
    pool.block_on(check());
    let one = Builder::new_custom(OneThread::default()).build().unwrap();
    one.block_on(check());
}

#[test]
fn what_stands_on_spawn_and_sleep_works_on_it() {
    limit_time("what_stands_on_spawn_and_sleep_works_on_it");
    on_both(async || {
        assert!(["pool", "one-thread"].contains(&runtime::current()));
        let nested = task::spawn(async { task::spawn(async { runtime::current() }).await });
        assert_eq!(nested.await.unwrap().unwrap(), runtime::current());

        let late = timeout(Duration::from_millis(5), sleep(Duration::from_secs(60)));
        assert!(late.await.is_err());
        let mut ticks = interval(Duration::from_millis(1));
        ticks.tick().await;
        ticks.tick().await;

        let mut set = JoinSet::new();
        for i in 0..100 {
            set.spawn(async move {
                task::yield_now().await;
                sleep(Duration::from_micros(i)).await;
                i
            });
        }
        let mut sum = 0;
        while let Some(result) = set.join_next().await {
            sum += result.unwrap();
        }
        assert_eq!(sum, 4950);

        let closure = task::spawn_blocking(runtime::current);
        assert_eq!(closure.await.unwrap(), runtime::current());
        let main = thread::current().id();
        let local = task::spawn_local(async move { thread::current().id() == main });
        assert!(local.await.unwrap());
    });
}

#[cfg(feature = "tokio-context")]
#[test]
fn its_tasks_are_in_the_context_of_a_tokio_runtime() {
    limit_time("its_tasks_are_in_the_context_of_a_tokio_runtime");
    async fn name() -> &'static str {
        tokio::time::sleep(Duration::from_millis(1)).await;
        // What Tokio polls belongs to the custom runtime too.
        let task = tokio::spawn(async { task::spawn(async { runtime::current() }).await });
        task.await.unwrap().unwrap()
    }

    on_both(async || {
        let here = runtime::current();
        assert_eq!(name().await, here);
        let tasks: Vec<_> = (0..20).map(|_| task::spawn(name())).collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), here);
        }
        let closure = || tokio::runtime::Handle::current().block_on(name());
        assert_eq!(task::spawn_blocking(closure).await.unwrap(), here);
    });
}

#[test]
fn block_in_place_blocks_its_thread_and_no_other_stands_in() {
    on_both(async || {
        let task = task::spawn(async {
            let here = thread::current().id();
            task::block_in_place(|| thread::current().id() == here)
        });
        assert!(task.await.unwrap());
    });
}

#[test]
fn a_panic_and_an_abort_arrive_in_the_handle() {
    on_both(async || {
        let failed = task::spawn(async { panic!("on purpose") }).await;
        assert!(failed.unwrap_err().is_panic());
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        let waits = task::spawn(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        });
        task::yield_now().await;
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
        assert_eq!(dropped.get(), 1);
    });
}

#[test]
fn a_task_that_is_always_ready_starves_no_other() {
    limit_time("a_task_that_is_always_ready_starves_no_other");
    on_both(async || {
        let busy = task::spawn(async {
            loop {
                task::yield_now().await;
            }
        });
        for _ in 0..3 {
            task::spawn(async {}).await.unwrap();
        }
        busy.abort();
        assert!(busy.await.unwrap_err().is_cancelled());
    });
}

#[cfg(feature = "macros")]
mod attributes {
    use portable::runtime::{self, Handle};

    use super::{OneThread, Pool};

    #[portable::test(runtime = OneThread::default())]
    async fn a_test_runs_on_it() {
        assert_eq!(runtime::current(), "one-thread");
    }

    #[portable::test(runtime = Pool::new(1), timeout = "60s", name = "mine")]
    async fn a_test_has_the_other_arguments_too() -> Result<(), portable::task::JoinError> {
        assert_eq!(Handle::current().name(), Some("mine"));
        portable::spawn(async { assert_eq!(runtime::current(), "pool") }).await
    }

    #[portable::main(runtime = OneThread::default(), shutdown_timeout = "1s")]
    async fn function() -> &'static str {
        portable::spawn_task!(async { runtime::current() })
            .await
            .unwrap()
    }

    #[test]
    fn a_function_runs_on_it() {
        let _entry = super::ENTRY.lock();
        assert_eq!(function(), "one-thread");
    }

    const NAME: &str = "no such runtime";

    #[portable::main(runtime = NAME)]
    async fn named() {}

    #[test]
    fn a_name_in_a_constant_is_a_name() {
        // A wrong name ends the process, so this test is that it compiles.
        let _: fn() = named;
    }
}

/// Held by tests that make a runtime that of the process, and by those that need there to be none.
static ENTRY: Mutex<()> = Mutex::new(());

/// A runtime that does as it is told with each runnable.
struct Does<F>(F);

impl<F: Fn(Runnable) + Send + Sync + 'static> CustomRuntime for Does<F> {
    fn schedule(&self, runnable: Runnable) {
        self.0(runnable);
    }
}

fn does(f: impl Fn(Runnable) + Send + Sync + 'static) -> Runtime {
    Builder::new_custom(Does(f))
        .shutdown_timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

/// Spawns a task that counts its drop, and returns how it ended.
fn outcome_of_a_task(runtime: &Runtime, dropped: &Counter) -> Result<(), task::JoinError> {
    let guard = dropped.on_drop();
    let task = runtime.spawn(async move { drop(guard) });
    common::block_on(task)
}

#[test]
fn a_task_whose_runnable_is_dropped_is_cancelled() {
    limit_time("a_task_whose_runnable_is_dropped_is_cancelled");
    let dropped = Counter::default();
    let runtime = does(drop);
    let error = outcome_of_a_task(&runtime, &dropped).unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(dropped.get(), 1);
}

#[test]
fn a_task_is_cancelled_if_its_runnable_is_dropped_when_it_is_woken() {
    limit_time("a_task_is_cancelled_if_its_runnable_is_dropped_when_it_is_woken");
    let calls = AtomicUsize::new(0);
    let runtime = does(move |runnable| {
        if calls.fetch_add(1, Ordering::SeqCst) == 0 {
            thread::spawn(|| runnable.run());
        }
    });
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let task = runtime.spawn(async move {
        let _guard = guard;
        sleep(Duration::from_millis(1)).await;
        unreachable!("it is not polled again");
    });
    assert!(common::block_on(task).unwrap_err().is_cancelled());
    assert_eq!(dropped.get(), 1);
}

#[test]
fn a_task_is_cancelled_if_schedule_panics() {
    limit_time("a_task_is_cancelled_if_schedule_panics");
    let dropped = Counter::default();
    let runtime = does(|_| panic!("on purpose"));
    let error = outcome_of_a_task(&runtime, &dropped).unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(dropped.get(), 1);
}

#[test]
fn a_task_is_not_polled_within_schedule() {
    limit_time("a_task_is_not_polled_within_schedule");
    let said = Arc::new(Mutex::new(String::new()));
    let says = said.clone();
    let runtime = does(move |runnable| {
        *says.lock().unwrap() = panic_of(|| runnable.run());
    });
    let error = outcome_of_a_task(&runtime, &Counter::default()).unwrap_err();
    assert!(error.is_cancelled());
    let said = said.lock().unwrap();
    assert!(said.contains("within `CustomRuntime::schedule`"), "{said}");
}

#[test]
fn the_end_drops_tasks_that_the_runtime_never_polls() {
    limit_time("the_end_drops_tasks_that_the_runtime_never_polls");
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeps = kept.clone();
    for forgets in [false, true] {
        let keeps = keeps.clone();
        let runtime = does(move |runnable| match forgets {
            true => mem::forget(runnable),
            false => keeps.lock().unwrap().push(runnable),
        });
        let dropped = Counter::default();
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let guard = dropped.on_drop();
                runtime.spawn(async move {
                    let _guard = guard;
                    sleep(Duration::from_secs(3600)).await;
                })
            })
            .collect();
        let start = Instant::now();
        drop(runtime);
        assert!(start.elapsed() < Duration::from_secs(20));
        assert_eq!(dropped.get(), 20);
        for task in tasks {
            assert!(common::block_on(task).unwrap_err().is_cancelled());
        }
    }
    // What it has kept stands for nothing any more.
    kept.lock().unwrap().drain(..).for_each(Runnable::run);
}

#[test]
fn the_end_drops_tasks_that_wait() {
    limit_time("the_end_drops_tasks_that_wait");
    let dropped = Counter::default();
    let runtime = Builder::new_custom(Pool::new(2)).build().unwrap();
    runtime.block_on(async {
        for _ in 0..20 {
            let guard = dropped.on_drop();
            task::spawn(async move {
                let _guard = guard;
                sleep(Duration::from_secs(3600)).await;
            });
        }
        sleep(Duration::from_millis(5)).await;
    });
    drop(runtime);
    assert_eq!(dropped.get(), 20);
}

#[test]
fn the_end_waits_for_polls_only_up_to_the_timeout() {
    limit_time("the_end_waits_for_polls_only_up_to_the_timeout");
    let (release, released) = channel::<()>();
    let runtime = Builder::new_custom(Pool::new(1))
        .shutdown_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let (entered, has_entered) = channel();
    runtime.spawn(async move {
        entered.send(()).unwrap();
        // A poll that blocks until the runtime has ended.
        let _ = released.recv_timeout(std::time::Duration::from_secs(60));
    });
    has_entered.recv().unwrap();
    let handle = runtime.handle().clone();
    let ended = thread::spawn(move || {
        let start = Instant::now();
        runtime.shutdown_timeout(Duration::from_millis(50));
        start.elapsed()
    });
    // The pool itself joins its thread when it is dropped, so the poll must end for that.
    eventually_blocking(|| common::block_on(handle.spawn(async {})).is_err());
    thread::sleep(std::time::Duration::from_millis(100));
    release.send(()).unwrap();
    assert!(ended.join().unwrap() >= Duration::from_millis(50));
}

#[test]
fn a_task_may_end_its_own_runtime() {
    limit_time("a_task_may_end_its_own_runtime");
    let runtime = does(|runnable| drop(thread::spawn(|| runnable.run())));
    let (sender, receiver) = channel();
    let handle = runtime.handle().clone();
    handle.spawn(async move {
        drop(runtime);
        sender.send(()).unwrap();
    });
    receiver.recv().unwrap();
}

#[test]
fn a_spawn_after_the_end_is_cancelled() {
    let runtime = does(|runnable| drop(thread::spawn(|| runnable.run())));
    let handle = runtime.handle().clone();
    drop(runtime);
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let task = handle.spawn(async move { drop(guard) });
    assert_eq!(dropped.get(), 1);
    assert!(common::block_on(task).unwrap_err().is_cancelled());
}

#[test]
fn the_runtime_is_dropped_at_the_end() {
    struct Dropped(#[allow(dead_code)] Box<dyn Send + Sync>);

    impl CustomRuntime for Dropped {
        fn schedule(&self, runnable: Runnable) {
            thread::spawn(|| runnable.run());
        }
    }

    let dropped = Counter::default();
    let runtime = Builder::new_custom(Dropped(Box::new(dropped.on_drop())))
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    runtime
        .block_on(async { task::spawn(async {}).await })
        .unwrap();
    assert_eq!(dropped.get(), 0);
    drop(runtime);
    assert_eq!(dropped.get(), 1);
    drop(handle);
}

/// A runtime whose `block_on` is a function.
struct Blocks(fn(Pin<&mut dyn Future<Output = ()>>));

impl CustomRuntime for Blocks {
    fn schedule(&self, runnable: Runnable) {
        thread::spawn(|| runnable.run());
    }

    fn block_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        self.0(future);
    }
}

#[test]
fn a_block_on_that_returns_early_is_a_panic_that_names_the_runtime() {
    let runtime = Builder::new_custom(Blocks(|_| {})).build().unwrap();
    let message = panic_of(|| runtime.block_on(async {}));
    assert!(
        message.contains("runtime `custom` has returned before its future was done"),
        "{message}"
    );
}

#[test]
fn a_block_on_may_poll_too_often() {
    let runtime = Builder::new_custom(Blocks(|mut future| {
        let mut cx = Context::from_waker(Waker::noop());
        let mut ready = 0;
        while ready < 3 {
            ready += usize::from(future.as_mut().poll(&mut cx).is_ready());
        }
    }));
    let runtime = runtime.clone().build().unwrap();
    let answer = runtime.block_on(async { task::spawn(async { 6 * 7 }).await });
    assert_eq!(answer.unwrap(), 42);
}

#[test]
fn a_panic_of_block_on_leaves_ours_and_ends_nothing_else() {
    let runtime = Builder::new_custom(Blocks(|_| panic!("on purpose")))
        .build()
        .unwrap();
    assert_eq!(panic_of(|| runtime.block_on(async {})), "on purpose");
    assert!(common::block_on(runtime.spawn(async {})).is_ok());
}

#[test]
fn an_executor_of_futures_takes_a_runnable_as_one() {
    limit_time("an_executor_of_futures_takes_a_runnable_as_one");

    struct Smol(Arc<smol::Executor<'static>>);

    impl CustomRuntime for Smol {
        fn schedule(&self, runnable: Runnable) {
            self.0.spawn(runnable).detach();
        }

        fn block_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
            smol::block_on(self.0.run(future));
        }
    }

    let runtime = Builder::new_custom(Smol(Arc::default())).build().unwrap();
    let sum = runtime.block_on(async {
        let tasks: Vec<_> = (0..100)
            .map(|i| {
                task::spawn(async move {
                    task::yield_now().await;
                    i
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 4950);
}

#[test]
fn a_runnable_that_was_polled_as_a_future_is_ready_from_then_on() {
    let (sender, receiver) = channel();
    let runtime = Builder::new_custom(Sends(Mutex::new(sender)))
        .build()
        .unwrap();
    let task = runtime.spawn(async { 6 * 7 });
    let mut runnable = pin!(receiver.recv().unwrap());
    assert_eq!(runnable.id(), task.id());
    for _ in 0..2 {
        assert_eq!(common::poll_once(runnable.as_mut()), Poll::Ready(()));
    }
    assert_eq!(common::block_on(task).unwrap(), 42);
}

/// A runtime that sends its runnables away.
struct Sends(Mutex<Sender<Runnable>>);

impl CustomRuntime for Sends {
    fn schedule(&self, runnable: Runnable) {
        self.0.lock().unwrap().send(runnable).unwrap();
    }
}

#[test]
fn a_runnable_does_one_poll() {
    let (sender, receiver) = channel();
    let runtime = Builder::new_custom(Sends(Mutex::new(sender)))
        .build()
        .unwrap();
    let polls = Counter::default();
    let counter = polls.clone();
    let task = runtime.spawn(poll_fn(move |cx| {
        counter.add_one();
        cx.waker().wake_by_ref();
        if counter.get() == 3 {
            return Poll::Ready(());
        }
        Poll::Pending
    }));
    for poll in 1..=3 {
        receiver.recv().unwrap().run();
        assert_eq!(polls.get(), poll);
    }
    assert!(receiver.try_recv().is_err());
    common::block_on(task).unwrap();
}

/// A runtime whose timers all end at once, as those of a game may whose time is not the clock's.
#[derive(Default)]
struct OwnTime {
    pool: Mutex<Option<Pool>>,
    waiting: Mutex<Vec<(Instant, Waker)>>,
    /// The deadline up to which timers have ended.
    now: Mutex<Option<Instant>>,
}

struct OwnTimer(Arc<OwnTime>, Instant);

impl Future for OwnTimer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.now.lock().unwrap().is_some_and(|now| now >= self.1) {
            return Poll::Ready(());
        }
        self.0
            .waiting
            .lock()
            .unwrap()
            .push((self.1, cx.waker().clone()));
        Poll::Pending
    }
}

struct Timed(Arc<OwnTime>);

impl CustomRuntime for Timed {
    fn schedule(&self, runnable: Runnable) {
        let mut pool = self.0.pool.lock().unwrap();
        pool.get_or_insert_with(|| Pool::new(1)).schedule(runnable);
    }

    fn sleep_until(&self, deadline: Instant) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        Some(Box::pin(OwnTimer(self.0.clone(), deadline)))
    }
}

impl OwnTime {
    fn set(&self, now: Instant) {
        *self.now.lock().unwrap() = Some(now);
        let waiting = mem::take(&mut *self.waiting.lock().unwrap());
        waiting.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

#[test]
fn sleeps_timeouts_and_ticks_wait_for_the_timers_of_the_runtime() {
    limit_time("sleeps_timeouts_and_ticks_wait_for_the_timers_of_the_runtime");
    let time = Arc::new(OwnTime::default());
    let runtime = Builder::new_custom(Timed(time.clone())).build().unwrap();
    let hour = Duration::from_secs(3600);
    let sleeps = runtime.spawn(async move { sleep(hour).await });
    let times_out =
        runtime.spawn(async move { timeout(hour, std::future::pending::<()>()).await.is_err() });
    eventually_blocking(|| time.waiting.lock().unwrap().len() == 2);
    time.set(Instant::now() + 2 * hour);
    common::block_on(sleeps).unwrap();
    assert!(common::block_on(times_out).unwrap());
}

#[test]
fn a_timer_of_the_runtime_that_is_reset_wakes_its_task_at_the_new_deadline() {
    limit_time("a_timer_of_the_runtime_that_is_reset_wakes_its_task_at_the_new_deadline");
    let time = Arc::new(OwnTime::default());
    let runtime = Builder::new_custom(Timed(time.clone())).build().unwrap();
    let hour = Duration::from_secs(3600);
    let wakes = Arc::new(common::Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    runtime.block_on(async {
        let start = Instant::now();
        let mut sleep = pin!(sleep(10 * hour));
        assert!(sleep.as_mut().poll(&mut cx).is_pending());
        sleep.as_mut().reset(start + hour);
        assert_eq!(wakes.get(), 0);
        time.set(start + 2 * hour);
        // The waker of the old deadline, and that of the new one.
        assert!(wakes.get() >= 1);
        assert!(sleep.as_mut().poll(&mut cx).is_ready());
        // A deadline that has passed on that clock wakes at once.
        sleep.as_mut().reset(start + 20 * hour);
        assert!(sleep.as_mut().poll(&mut cx).is_pending());
        let before = wakes.get();
        sleep.as_mut().reset(start + hour);
        assert_eq!(wakes.get(), before + 1);
        assert!(sleep.as_mut().poll(&mut cx).is_ready());
    });
}

#[test]
fn a_sleep_that_outlives_the_runtime_does_not_keep_it() {
    limit_time("a_sleep_that_outlives_the_runtime_does_not_keep_it");
    struct Dropped(Timed, #[allow(dead_code)] Box<dyn Send + Sync>);

    impl CustomRuntime for Dropped {
        fn schedule(&self, runnable: Runnable) {
            self.0.schedule(runnable);
        }

        fn sleep_until(
            &self,
            deadline: Instant,
        ) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
            self.0.sleep_until(deadline)
        }
    }

    let time = Arc::new(OwnTime::default());
    let dropped = Counter::default();
    let own = Dropped(Timed(time.clone()), Box::new(dropped.on_drop()));
    let runtime = Builder::new_custom(own).build().unwrap();
    let hour = Duration::from_secs(3600);
    let mut sleep = Box::pin(sleep(hour));
    runtime.block_on(async {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(sleep.as_mut().poll(&mut cx).is_pending());
    });
    assert_eq!(dropped.get(), 0);
    drop(runtime);
    assert_eq!(dropped.get(), 1);
    // The clock keeps a deadline that is set after the end.
    sleep.as_mut().reset(Instant::now());
    common::block_on(sleep);
}

#[test]
fn a_thread_outside_uses_the_handle() {
    let runtime = Builder::new_custom(Pool::new(1)).build().unwrap();
    let handle: Handle = runtime.handle().clone();
    let thread = thread::spawn(move || {
        handle.block_on(async { task::spawn(async { runtime::current() }).await })
    });
    assert_eq!(thread.join().unwrap().unwrap(), "pool");
}

#[test]
fn two_runtimes_of_ones_own_are_told_apart() {
    limit_time("two_runtimes_of_ones_own_are_told_apart");
    let pool = Builder::new_custom(Pool::new(1)).build().unwrap();
    let one = Builder::new_custom(OneThread::default()).build().unwrap();
    let handle = pool.handle().clone();
    one.block_on(async move {
        assert_eq!(runtime::current(), "one-thread");
        let name = || async { runtime::current() };
        assert_eq!(handle.spawn(name()).await.unwrap(), "pool");
        assert_eq!(task::spawn(name()).await.unwrap(), "one-thread");
    });
}

#[test]
fn its_tasks_are_counted_on_every_thread() {
    limit_time("its_tasks_are_counted_on_every_thread");
    for runtime in [
        Builder::new_custom(Pool::new(2)).build().unwrap(),
        Builder::new_custom(OneThread::default()).build().unwrap(),
    ] {
        let metrics = runtime.handle().metrics();
        runtime.block_on(async {
            let waits = task::spawn(std::future::pending::<()>());
            for _ in 0..10 {
                task::spawn(async { sleep(Duration::from_micros(10)).await })
                    .await
                    .unwrap();
            }
            task::spawn(async { panic!("on purpose") })
                .await
                .unwrap_err();
            waits.abort();
            waits.await.unwrap_err();
        });
        assert_eq!(metrics.spawned_tasks_count(), 12);
        assert_eq!(metrics.finished_tasks_count(), 10);
        assert_eq!(metrics.cancelled_tasks_count(), 1);
        assert_eq!(metrics.panicked_tasks_count(), 1);
        assert_eq!(metrics.num_alive_tasks(), 0);
        assert_eq!(metrics.num_workers(), 0);
    }
}

#[test]
fn it_is_started_by_no_name_and_has_no_workers_of_ours() {
    let refused = |builder: &mut Builder| builder.build().unwrap_err().to_string();
    let message = refused(Builder::new_multi_thread().runtime("custom"));
    assert!(message.contains("Builder::new_custom"), "{message}");
    let message = refused(Builder::new_custom(OneThread::default()).worker_threads(2));
    assert!(message.contains("leave `worker_threads` out"), "{message}");
    assert!(!runtime::available().contains(&"custom"));
}

#[test]
#[cfg(not(any(
    feature = "tokio",
    feature = "smol",
    feature = "async-std",
    feature = "embassy",
    feature = "pollster"
)))]
fn alone_it_does_not_start_by_itself() {
    let _entry = ENTRY.lock();
    let message = Runtime::new().unwrap_err().to_string();
    assert!(
        message.contains("the only runtime that is compiled in is `custom`"),
        "{message}"
    );
    let message = panic_of(|| task::spawn(async {}));
    assert!(
        message.contains("cannot start the runtime of the process"),
        "{message}"
    );
}

#[test]
#[cfg(feature = "smol")]
fn a_name_after_it_takes_its_place() {
    let mut builder = Builder::new_custom(OneThread::default());
    let runtime = builder.runtime("smol").build().unwrap();
    assert_eq!(runtime.block_on(async { runtime::current() }), "smol");
}

#[test]
fn threads_for_closures_have_names_and_callbacks_and_nobody_else_parks() {
    limit_time("threads_for_closures_have_names_and_callbacks_and_nobody_else_parks");
    let calls = Arc::new(Mutex::new(Vec::new()));
    let call = |what: &'static str| {
        let calls = calls.clone();
        move || calls.lock().unwrap().push(what)
    };
    let runtime = Builder::new_custom(Pool::new(2))
        .thread_name_fn(|| "closures".into())
        .on_thread_start(call("start"))
        .on_thread_stop(call("stop"))
        .on_thread_park(call("park"))
        .on_thread_unpark(call("unpark"))
        .event_interval(1)
        .global_queue_interval(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let name = task::spawn_blocking(|| thread::current().name().map(String::from));
        assert_eq!(name.await.unwrap().as_deref(), Some("closures"));
        sleep(Duration::from_millis(1)).await;
    });
    let flavor = runtime.handle().runtime_flavor();
    assert_eq!(flavor, runtime::RuntimeFlavor::MultiThread);
    drop(runtime);
    assert_eq!(*calls.lock().unwrap(), ["start", "stop"]);
}

#[cfg(feature = "test-util")]
#[test]
fn its_clock_cannot_be_paused() {
    limit_time("its_clock_cannot_be_paused");
    on_both(async || {
        let said = panic_of(portable::time::pause);
        assert!(
            said.contains("`time::pause` is for the runtimes of portable"),
            "{said}"
        );
        // Nothing to hold.
        drop(portable::time::hold());
    });
    let mut builder = Builder::new_custom(OneThread::default());
    let error = builder.start_paused(true).build().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`start_paused` is for the runtimes of portable"),
        "{error}"
    );
}
