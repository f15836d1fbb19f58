//! `runtime::Builder`: what threads are called and call, and the hints (contract 10).

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use crate::common::{
    self, eventually_blocking, with_both_builders, with_current_thread_builder,
    with_multi_thread_builder,
};
use portable::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use portable::task;
use portable::time::{Duration, sleep};

with_both_builders! {
    each_thread_calls_start_and_stop_within_the_runtime,
    start_comes_before_the_work_of_the_thread,
    a_thread_that_nobody_needs_calls_stop,
    the_end_waits_for_stop,
    park_and_unpark_take_turns_on_each_thread,
    what_park_spawns_is_run,
    the_last_callback_counts,
    a_callback_that_panics_stops_nothing,
    names_of_a_function,
    a_name_with_a_nul_and_one_that_panics,
    threads_end_when_they_have_waited_long_enough,
    hints_change_no_result,
    hints_of_zero_are_errors,
    io_and_time_need_not_be_enabled,
    the_flavor_is_told,
    shutdown_background_waits_for_no_closure,
    shutdown_background_drops_the_tasks,
    shutdown_background_works_in_a_task,
}

with_current_thread_builder! {
    the_thread_inside_block_on_parks,
}

with_multi_thread_builder! {
    workers_park,
    workers_start_and_stop,
    all_workers_start_if_there_is_a_function_for_it,
}

thread_local! {
    static STARTED: Cell<bool> = const { Cell::new(false) };
    static PARKED: Cell<bool> = const { Cell::new(false) };
}

/// A function that sets something.
type Set = fn(&mut Builder);

/// A number that callbacks count up.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn up(&self) -> impl Fn() + Send + Sync + 'static + use<> {
        let count = self.clone();
        move || {
            count.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Lets the runtime run tasks, timers and closures.
fn use_all(runtime: &Runtime) {
    runtime.block_on(async {
        let task = task::spawn(async {
            sleep(Duration::from_millis(1)).await;
            1
        });
        let closure = task::spawn_blocking(|| 2);
        sleep(Duration::from_millis(1)).await;
        assert_eq!((task.await.unwrap(), closure.await.unwrap()), (1, 2));
    });
}

fn each_thread_calls_start_and_stop_within_the_runtime(mut builder: Builder) {
    let (start, stop, outside) = (Count::default(), Count::default(), Count::default());
    let check = |count: &Count| {
        let (up, outside) = (count.up(), outside.up());
        move || {
            up();
            if Handle::try_current().is_err() || thread::current().name() != Some("the-name") {
                outside();
            }
        }
    };
    let runtime = builder
        .thread_name("the-name")
        .on_thread_start(check(&start))
        .on_thread_stop(check(&stop))
        .build()
        .unwrap();
    use_all(&runtime);
    assert!(start.get() >= 1);
    assert_eq!(stop.get(), 0);
    runtime.shutdown_timeout(Duration::from_secs(60));
    assert_eq!(start.get(), stop.get());
    assert_eq!(outside.get(), 0);
}

fn start_comes_before_the_work_of_the_thread(mut builder: Builder) {
    let runtime = builder
        .on_thread_start(|| STARTED.set(true))
        .build()
        .unwrap();
    let closure = runtime.spawn_blocking(|| STARTED.get());
    assert!(common::block_on(closure).unwrap());
    let name = thread::current().id();
    let task = runtime.spawn(async move { STARTED.get() || thread::current().id() == name });
    assert!(runtime.block_on(task).unwrap());
}

fn a_thread_that_nobody_needs_calls_stop(mut builder: Builder) {
    let stop = Count::default();
    let runtime = builder
        .thread_keep_alive(Duration::from_millis(1))
        .on_thread_stop(stop.up())
        .build()
        .unwrap();
    common::block_on(runtime.spawn_blocking(|| ())).unwrap();
    eventually_blocking(|| stop.get() == 1);
    // The next closure finds another thread.
    common::block_on(runtime.spawn_blocking(|| ())).unwrap();
    eventually_blocking(|| stop.get() == 2);
}

fn the_end_waits_for_stop(mut builder: Builder) {
    let stop = Count::default();
    let up = stop.up();
    let runtime = builder
        .on_thread_stop(move || {
            thread::sleep(Duration::from_millis(20));
            up();
        })
        .build()
        .unwrap();
    common::block_on(runtime.spawn_blocking(|| ())).unwrap();
    runtime.shutdown_timeout(Duration::from_secs(60));
    assert!(stop.get() >= 1);
}

fn park_and_unpark_take_turns_on_each_thread(mut builder: Builder) {
    let (park, unpark, wrong) = (Count::default(), Count::default(), Count::default());
    let check = |count: &Count, before: bool| {
        let (up, wrong) = (count.up(), wrong.up());
        move || {
            up();
            if PARKED.replace(!before) != before {
                wrong();
            }
        }
    };
    let runtime = builder
        .on_thread_park(check(&park, false))
        .on_thread_unpark(check(&unpark, true))
        .build()
        .unwrap();
    for _ in 0..3 {
        // A thread that has left `block_on` begins anew.
        thread::scope(|scope| {
            scope.spawn(|| use_all(&runtime));
        });
    }
    eventually_blocking(|| park.get() > 0 && unpark.get() > 0);
    drop(runtime);
    assert_eq!(wrong.get(), 0);
}

fn what_park_spawns_is_run(mut builder: Builder) {
    let once = AtomicBool::new(true);
    let (sender, receiver) = mpsc::channel();
    let runtime = builder
        .on_thread_park(move || {
            if once.swap(false, Ordering::SeqCst) {
                let sender = sender.clone();
                task::spawn(async move { sender.send(Handle::current().id()).unwrap() });
            }
        })
        .build()
        .unwrap();
    let id = runtime.handle().id();
    let told = runtime.block_on(async move {
        let told = loop {
            match receiver.try_recv() {
                Ok(told) => break told,
                Err(_) => sleep(Duration::from_millis(1)).await,
            }
        };
        // The callback owns the sender.
        drop(receiver);
        told
    });
    assert_eq!(told, id);
}

fn the_last_callback_counts(mut builder: Builder) {
    let (first, last) = (Count::default(), Count::default());
    let runtime = builder
        .on_thread_start(first.up())
        .on_thread_start(last.up())
        .on_thread_park(first.up())
        .on_thread_park(last.up())
        .build()
        .unwrap();
    use_all(&runtime);
    drop(runtime);
    assert_eq!(first.get(), 0);
    assert!(last.get() > 0);
}

fn a_callback_that_panics_stops_nothing(builder: Builder) {
    fn fails() {
        panic!("a callback fails, as the test wants");
    }

    let all: [Set; 4] = [
        |builder| {
            builder.on_thread_start(fails);
        },
        |builder| {
            builder.on_thread_stop(fails);
        },
        |builder| {
            builder.on_thread_park(fails);
        },
        |builder| {
            builder.on_thread_unpark(fails);
        },
    ];
    for set in all {
        let mut builder = builder.clone();
        set(&mut builder);
        let runtime = builder.build().unwrap();
        use_all(&runtime);
        use_all(&runtime);
        runtime.shutdown_timeout(Duration::from_secs(60));
    }
}

fn names_of_a_function(mut builder: Builder) {
    let number = AtomicUsize::new(0);
    let runtime = builder
        .thread_name_fn(move || format!("the-name-{}", number.fetch_add(1, Ordering::SeqCst)))
        .build()
        .unwrap();
    let (entered, has_entered) = mpsc::channel();
    let releases: Vec<_> = (0..3)
        .map(|_| {
            let (release, is_released) = mpsc::channel::<()>();
            let entered = entered.clone();
            runtime.spawn_blocking(move || {
                let name = thread::current().name().map(String::from);
                entered.send(name.unwrap()).unwrap();
                let _ = is_released.recv();
            });
            release
        })
        .collect();
    let names: HashSet<_> = has_entered.iter().take(3).collect();
    assert_eq!(names.len(), 3);
    assert!(
        names.iter().all(|name| name.starts_with("the-name-")),
        "{names:?}"
    );
    drop(releases);
}

fn a_name_with_a_nul_and_one_that_panics(builder: Builder) {
    let name = |f: fn() -> String| {
        let runtime = builder.clone().thread_name_fn(f).build().unwrap();
        use_all(&runtime);
        let closure = runtime.spawn_blocking(|| thread::current().name().map(String::from));
        common::block_on(closure).unwrap()
    };
    assert_eq!(name(|| "the\0name".into()).as_deref(), Some("thename"));
    let panics = || panic!("a name fails, as the test wants");
    assert_eq!(name(panics).as_deref(), Some("portable-worker"));
}

fn threads_end_when_they_have_waited_long_enough(mut builder: Builder) {
    let runtime = builder
        .thread_keep_alive(Duration::from_millis(1))
        .build()
        .unwrap();
    common::block_on(runtime.spawn_blocking(|| ())).unwrap();
    let metrics = runtime.handle().metrics();
    eventually_blocking(|| metrics.num_blocking_threads() == 0);
    for keep_alive in [Duration::ZERO, Duration::MAX] {
        let runtime = builder.thread_keep_alive(keep_alive).build().unwrap();
        for n in 0..10 {
            let closure = runtime.spawn_blocking(move || n);
            assert_eq!(common::block_on(closure).unwrap(), n);
        }
    }
}

fn hints_change_no_result(builder: Builder) {
    for interval in [1, 2, 61, 1_000, u32::MAX] {
        for global in [1, 7, u32::MAX] {
            let runtime = builder
                .clone()
                .event_interval(interval)
                .global_queue_interval(global)
                .max_io_events_per_tick(interval as usize)
                .max_io_events_per_busy_tick(1)
                .build()
                .unwrap();
            use_all(&runtime);
            // Tasks that are always ready do not keep one of another thread, or a timer, from its
            // turn.
            let is_over = Arc::new(AtomicBool::new(false));
            let busy: Vec<_> = (0..8)
                .map(|_| {
                    let is_over = is_over.clone();
                    runtime.spawn(async move {
                        while !is_over.load(Ordering::SeqCst) {
                            task::yield_now().await;
                        }
                    })
                })
                .collect();
            runtime.block_on(async {
                let handle = runtime.handle();
                let other = thread::scope(|scope| {
                    scope.spawn(|| handle.spawn(async { 7 })).join().unwrap()
                });
                assert_eq!(other.await.unwrap(), 7);
                sleep(Duration::from_millis(1)).await;
                is_over.store(true, Ordering::SeqCst);
                for task in busy {
                    task.await.unwrap();
                }
            });
        }
    }
}

fn hints_of_zero_are_errors(builder: Builder) {
    let all: [(&str, Set); 4] = [
        ("event_interval", |builder| {
            builder.event_interval(0);
        }),
        ("global_queue_interval", |builder| {
            builder.global_queue_interval(0);
        }),
        ("max_io_events_per_tick", |builder| {
            builder.max_io_events_per_tick(0);
        }),
        ("max_io_events_per_busy_tick", |builder| {
            builder.max_io_events_per_busy_tick(0);
        }),
    ];
    for (name, set) in all {
        let mut builder = builder.clone();
        set(&mut builder);
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert_eq!(
            error.to_string(),
            format!("portable: `{name}` must be at least 1")
        );
    }
}

fn io_and_time_need_not_be_enabled(mut builder: Builder) {
    use_all(&builder.build().unwrap());
    use_all(
        &builder
            .enable_io()
            .enable_time()
            .enable_all()
            .build()
            .unwrap(),
    );
}

fn the_flavor_is_told(mut builder: Builder) {
    let is_multi_thread = format!("{builder:?}").contains("flavor: MultiThread");
    let runtime = builder.build().unwrap();
    let name = runtime.block_on(async { portable::runtime::current() });
    let expected = if is_multi_thread && common::has_workers(name) {
        RuntimeFlavor::MultiThread
    } else {
        RuntimeFlavor::CurrentThread
    };
    assert_eq!(runtime.handle().runtime_flavor(), expected);
    let here = runtime.block_on(async { Handle::current().runtime_flavor() });
    assert_eq!(here, expected);
}

fn shutdown_background_waits_for_no_closure(mut builder: Builder) {
    let runtime = builder
        .shutdown_timeout(Duration::from_secs(600))
        .build()
        .unwrap();
    let (started, is_started) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    let closure = runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        is_released.recv().unwrap();
        7
    });
    is_started.recv().unwrap();
    runtime.shutdown_background();
    // The closure goes on.
    release.send(()).unwrap();
    assert_eq!(common::block_on(closure).unwrap(), 7);
}

fn shutdown_background_drops_the_tasks(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = common::Counter::default();
    runtime.block_on(async {
        for _ in 0..10 {
            common::spawn_waiting(dropped.on_drop()).await;
        }
    });
    runtime.shutdown_background();
    eventually_blocking(|| dropped.get() == 10);
}

fn shutdown_background_works_in_a_task(builder: Builder) {
    let runtime = builder.clone().build().unwrap();
    let other = builder.clone().build().unwrap();
    let task = other.spawn(std::future::pending::<()>());
    runtime.block_on(async {
        let ended = task::spawn(async { other.shutdown_background() });
        ended.await.unwrap();
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

fn the_thread_inside_block_on_parks(mut builder: Builder) {
    let (park, unpark) = (Count::default(), Count::default());
    let runtime = builder
        .on_thread_park(park.up())
        .on_thread_unpark(unpark.up())
        .build()
        .unwrap();
    assert_eq!((park.get(), unpark.get()), (0, 0));
    // On a busy machine a sleep may have ended before it is polled.
    while park.get() == 0 {
        runtime.block_on(sleep(Duration::from_millis(5)));
    }
    let times = park.get();
    // It has left `block_on` after its last wait.
    assert_eq!(unpark.get(), times);
}

fn workers_park(mut builder: Builder) {
    let (park, unpark) = (Count::default(), Count::default());
    let runtime = builder
        .worker_threads(1)
        .on_thread_park(park.up())
        .on_thread_unpark(unpark.up())
        .build()
        .unwrap();
    // The worker waits for its first task.
    eventually_blocking(|| park.get() >= 1);
    common::block_on(runtime.spawn(async {})).unwrap();
    assert!(unpark.get() >= 1);
    eventually_blocking(|| park.get() >= 2);
}

fn workers_start_and_stop(mut builder: Builder) {
    let (start, stop) = (Count::default(), Count::default());
    let runtime = builder
        .worker_threads(2)
        .on_thread_start(start.up())
        .on_thread_stop(stop.up())
        .build()
        .unwrap();
    eventually_blocking(|| start.get() >= 1);
    let tasks: Vec<_> = (0..20).map(|_| runtime.spawn(sleep_a_little())).collect();
    for task in tasks {
        common::block_on(task).unwrap();
    }
    drop(runtime);
    assert!((1..=2).contains(&start.get()), "{}", start.get());
    assert_eq!(start.get(), stop.get());
}

fn all_workers_start_if_there_is_a_function_for_it(mut builder: Builder) {
    let (start, stop) = (Count::default(), Count::default());
    let runtime = builder
        .worker_threads(4)
        .on_thread_start(start.up())
        .on_thread_stop(stop.up())
        .build()
        .unwrap();
    // There is no task.
    eventually_blocking(|| start.get() == 4);
    let task = runtime.spawn(sleep_a_little());
    common::block_on(task).unwrap();
    drop(runtime);
    assert_eq!((start.get(), stop.get()), (4, 4));
}

async fn sleep_a_little() {
    sleep(Duration::from_millis(1)).await;
}
