//! Calls from threads that belong to no runtime, and from destructors (contract 12 and 13).

use std::any::Any;
use std::cell::RefCell;
use std::future::{pending, ready};
use std::panic::panic_any;
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use crate::common::{
    self, AtTheEnd, Counter, on_both_flavors, on_drop, program, with_both_builders,
};
use futures::channel::oneshot;
use portable::runtime::{self, Builder, Handle, Runtime};
use portable::task;
use portable::time::{Duration, Instant, interval, sleep, timeout};

on_both_flavors! {
    a_plain_thread_may_call_while_a_runtime_runs,
    a_destructor_of_an_aborted_task_may_call,
}

with_both_builders! {
    a_destructor_at_the_end_may_sleep,
    a_destructor_at_the_end_may_run_a_closure,
    a_destructor_at_the_end_may_build_a_runtime,
    an_output_that_is_dropped_on_a_plain_thread_may_call,
    an_output_that_is_dropped_after_the_end_may_call,
    a_future_that_is_spawned_after_the_end_may_call,
    destructors_that_spawn_after_the_end_are_no_deeper_than_the_stack,
}

/// Makes the calls that work everywhere.
fn call_everything() {
    let start = Instant::now();
    let task = task::spawn(async {
        task::yield_now().await;
        sleep(Duration::from_millis(1)).await;
        7
    });
    assert_eq!(common::block_on(task).unwrap(), 7);
    let closure = task::spawn_blocking(|| 8);
    assert_eq!(common::block_on(closure).unwrap(), 8);
    common::block_on(sleep(Duration::from_millis(1)));
    assert!(common::block_on(timeout(Duration::from_millis(1), pending::<()>())).is_err());
    common::block_on(async { interval(Duration::from_millis(1)).tick().await });
    common::block_on(task::yield_now());
    assert_eq!(portable::block_on(ready(9)), 9);
    assert_eq!(portable::block_on(task::spawn(ready(10))).unwrap(), 10);
    let task = Handle::current().spawn(ready(11));
    assert_eq!(common::block_on(task).unwrap(), 11);
    let task = portable::spawn_task!(async { task::try_id().is_some() });
    assert!(common::block_on(task).unwrap());
    assert!(runtime::available().contains(&runtime::current()));
    assert!(start.elapsed() >= Duration::from_millis(3));
}

/// Makes the calls that must not panic at the end of a runtime or a thread.
fn call_without_panic() {
    drop(task::spawn(async {}));
    let task = task::spawn(pending::<()>());
    task.abort();
    let _ = (task.is_finished(), task.id(), task.abort_handle());
    drop(task::spawn_blocking(|| ()));
    drop(sleep(Duration::from_millis(1)));
    let mut zero = Box::pin(sleep(Duration::ZERO));
    let _ = common::poll_once(zero.as_mut());
    let mut zero = Box::pin(task::yield_now());
    let _ = common::poll_once(zero.as_mut());
    let _ = (task::try_id(), task::try_name(), runtime::current());
    drop(Handle::current());
}

#[test]
fn a_plain_thread_may_call_with_no_runtime_in_sight() {
    common::limit_time("a_plain_thread_may_call_with_no_runtime_in_sight");
    thread::spawn(call_everything).join().unwrap();
    call_everything();
}

#[test]
fn the_first_call_may_come_from_many_threads_at_once() {
    program!("the_first_call_may_come_from_many_threads_at_once").run(
        || {
            let barrier = Arc::new(Barrier::new(8));
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let barrier = barrier.clone();
                    thread::spawn(move || {
                        barrier.wait();
                        // All calls go to one runtime, whose threads have one name.
                        let name = || thread::current().name().map(String::from);
                        let task = if n % 2 == 0 {
                            task::spawn(async move { name() })
                        } else {
                            task::spawn_blocking(name)
                        };
                        common::block_on(task).unwrap()
                    })
                })
                .collect();
            for thread in threads {
                let name = thread.join().unwrap();
                assert_eq!(name.as_deref(), Some("portable-worker"));
            }
            println!("end");
        },
        |outcome| outcome.printed(&["end"]),
    );
}

/// A library works under anyone's `main`.
#[test]
fn it_works_inside_other_executors() {
    async fn library() -> u8 {
        sleep(Duration::from_millis(1)).await;
        let task = task::spawn(async {
            sleep(Duration::from_millis(1)).await;
            task::spawn_blocking(|| 7).await.unwrap()
        });
        timeout(Duration::from_secs(3600), task)
            .await
            .unwrap()
            .unwrap()
    }

    common::limit_time("it_works_inside_other_executors");
    assert_eq!(futures::executor::block_on(library()), 7);
    assert_eq!(common::block_on(library()), 7);
    assert_eq!(smol::block_on(library()), 7);
    assert_eq!(smol::block_on(smol::spawn(library())), 7);
    assert_eq!(async_std::task::block_on(library()), 7);
    assert_eq!(
        async_std::task::block_on(async_std::task::spawn(library())),
        7
    );
    for mut builder in [
        tokio::runtime::Builder::new_multi_thread(),
        tokio::runtime::Builder::new_current_thread(),
    ] {
        let tokio = builder.enable_all().build().unwrap();
        assert_eq!(tokio.block_on(library()), 7);
        let task = tokio.spawn(library());
        assert_eq!(tokio.block_on(task).unwrap(), 7);
    }
}

/// If Tokio is one of the runtimes, calls go to a Tokio context that somebody else entered.
#[cfg(feature = "tokio")]
#[test]
fn inside_somebody_elses_tokio_it_goes_there() {
    common::limit_time("inside_somebody_elses_tokio_it_goes_there");
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("theirs")
        .build()
        .unwrap();
    let name = || thread::current().name().map(String::from);
    let names = || async move {
        let task = task::spawn(async move { name() }).await.unwrap();
        let closure = task::spawn_blocking(name).await.unwrap();
        sleep(Duration::from_millis(1)).await;
        [task, closure]
    };
    let theirs = [Some("theirs".into()), Some("theirs".into())];
    assert_eq!(tokio.block_on(names()), theirs);
    assert_eq!(tokio.block_on(tokio.spawn(names())).unwrap(), theirs);
    let _entered = tokio.enter();
    let task = task::spawn(async move { name() });
    assert_eq!(common::block_on(task).unwrap(), theirs[0]);
    assert_eq!(runtime::current(), "tokio");
}

/// A runtime that somebody else built may have no timers and no IO.
#[cfg(feature = "tokio")]
#[test]
fn inside_somebody_elses_tokio_it_works_without_what_that_lacks() {
    // The test needs a process of its own: otherwise the runtime of the process, which watches the
    // sockets, may be that of another test, and end with it.
    program!("inside_somebody_elses_tokio_it_works_without_what_that_lacks").run(
        || {
            use_somebody_elses_tokio();
            println!("used");
        },
        |outcome| outcome.printed(&["used"]),
    );
}

#[cfg(feature = "tokio")]
fn use_somebody_elses_tokio() {
    let builders = || {
        [
            tokio::runtime::Builder::new_multi_thread(),
            tokio::runtime::Builder::new_current_thread(),
        ]
    };
    let check = |tokio: &tokio::runtime::Runtime| {
        tokio.block_on(uses_time());
        tokio.block_on(tokio.spawn(uses_time())).unwrap();
        #[cfg(all(unix, feature = "net"))]
        {
            tokio.block_on(uses_sockets());
            tokio.block_on(tokio.spawn(uses_sockets())).unwrap();
        }
        #[cfg(all(unix, feature = "process"))]
        tokio.block_on(uses_processes());
    };
    for mut builder in builders() {
        check(&builder.build().unwrap());
    }
    for mut builder in builders() {
        check(&builder.enable_time().build().unwrap());
    }
    for mut builder in builders() {
        check(&builder.enable_all().build().unwrap());
    }
    // This Tokio runtime is used within a runtime of ours. The next one is made there but used
    // elsewhere.
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let ours = Builder::new_multi_thread().build().unwrap();
    ours.block_on(async {
        let inner = task::spawn_blocking(move || check(&tokio));
        inner.await.unwrap();
    });
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let entered = tokio.enter();
    let sleep = sleep(Duration::from_millis(1));
    drop(entered);
    common::block_on(sleep);
}

#[cfg(feature = "tokio")]
async fn uses_time() {
    sleep(Duration::from_millis(1)).await;
    let over = timeout(Duration::from_millis(1), pending::<()>()).await;
    assert!(over.is_err());
    let mut interval = portable::time::interval(Duration::from_millis(1));
    for _ in 0..3 {
        interval.tick().await;
    }
    let task = task::spawn(sleep(Duration::from_millis(1)));
    task.await.unwrap();
}

#[cfg(all(unix, feature = "tokio", feature = "net"))]
async fn uses_sockets() {
    use portable::io::{AsyncReadExt, AsyncWriteExt};
    use portable::net::{TcpListener, TcpStream, UnixStream};

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = task::spawn(async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        sleep(Duration::from_millis(1)).await;
        stream.write_all(b"to be").await.unwrap();
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "to be");
    client.await.unwrap();
    let (mut one, mut other) = UnixStream::pair().unwrap();
    let writes = task::spawn(async move { one.write_all(&[b'.'; 1_000_000]).await.unwrap() });
    let mut bytes = Vec::new();
    other.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes.len(), 1_000_000);
    writes.await.unwrap();
}

#[cfg(all(unix, feature = "tokio", feature = "process"))]
async fn uses_processes() {
    let output = portable::process::Command::new("echo")
        .arg("to be")
        .output();
    assert_eq!(output.await.unwrap().stdout, b"to be\n");
}

async fn a_plain_thread_may_call_while_a_runtime_runs() {
    let (done, is_done) = oneshot::channel();
    let thread = thread::spawn(move || {
        call_everything();
        done.send(()).unwrap();
    });
    is_done.await.unwrap();
    thread.join().unwrap();
}

async fn a_destructor_of_an_aborted_task_may_call() {
    let (done, is_done) = oneshot::channel();
    let guard = on_drop(move || {
        call_without_panic();
        // The runtime goes on, so this task runs.
        task::spawn(async move { done.send(7).unwrap() });
    });
    let task = common::spawn_waiting(guard).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(is_done.await, Ok(7));
}

fn a_destructor_at_the_end_may_sleep(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    let guard = on_drop(move || {
        let mut sleep = Box::pin(sleep(Duration::from_millis(1)));
        let _ = common::poll_once(sleep.as_mut());
        let mut over = Box::pin(timeout(Duration::from_millis(1), pending::<()>()));
        let _ = common::poll_once(over.as_mut());
        done.send(()).unwrap();
    });
    runtime.block_on(common::spawn_waiting(guard));
    drop(runtime);
    is_done.recv().expect("it does not panic");
}

/// Returns the handles of two tasks and a closure that have ended. Dropping what they have left makes
/// calls, and then tells `done`.
fn ended(runtime: &Runtime, done: &mpsc::Sender<()>) -> [Box<dyn Any>; 3] {
    let guard = || {
        let done = done.clone();
        on_drop(move || {
            call_without_panic();
            done.send(()).unwrap();
        })
    };
    let (output, result, payload) = (guard(), guard(), guard());
    let task = runtime.spawn(async { output });
    let closure = runtime.spawn_blocking(|| result);
    let panicked = runtime.spawn(async { panic_any(payload) });
    runtime.block_on(async {
        while !(task.is_finished() && closure.is_finished() && panicked.is_finished()) {
            task::yield_now().await;
        }
    });
    [Box::new(task), Box::new(closure), Box::new(panicked)]
}

fn an_output_that_is_dropped_on_a_plain_thread_may_call(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    drop(ended(&runtime, &done));
    drop(done);
    assert_eq!(is_done.iter().count(), 3);
}

fn an_output_that_is_dropped_after_the_end_may_call(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    let ended = ended(&runtime, &done);
    drop(runtime);
    drop(ended);
    drop(done);
    assert_eq!(is_done.iter().count(), 3);
}

fn a_future_that_is_spawned_after_the_end_may_call(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let (done, is_done) = mpsc::channel();
    let guard = || {
        let done = done.clone();
        on_drop(move || {
            call_without_panic();
            done.send(()).unwrap();
        })
    };
    let (future, closure) = (guard(), guard());
    drop(handle.spawn(async move { drop(future) }));
    drop(handle.spawn_blocking(move || drop(closure)));
    drop(done);
    assert_eq!(is_done.iter().count(), 2);
}

fn destructors_that_spawn_after_the_end_are_no_deeper_than_the_stack(mut builder: Builder) {
    /// A value whose destructor spawns the next one, which is one level less deep.
    struct Spawns(usize, Handle, Counter);

    impl Drop for Spawns {
        fn drop(&mut self) {
            self.2.add_one();
            if let Some(less) = self.0.checked_sub(1) {
                let next = Self(less, self.1.clone(), self.2.clone());
                assert!(self.1.spawn(async move { drop(next) }).is_finished());
            }
        }
    }

    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let dropped = Counter::default();
    drop(Spawns(20_000, handle, dropped.clone()));
    assert_eq!(dropped.get(), 20_001);
}

fn a_destructor_at_the_end_may_run_a_closure(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let (done, is_done) = mpsc::channel();
    let guard = on_drop({
        let dropped = dropped.clone();
        move || {
            let guard = dropped.on_drop();
            let closure = task::spawn_blocking(move || {
                let _ = &guard;
            });
            done.send(closure).unwrap();
        }
    });
    runtime.block_on(common::spawn_waiting(guard));
    drop(runtime);
    let closure = is_done.recv().expect("it does not panic");
    // The closure has run or is cancelled, so the handle does not wait for ever.
    let _ = common::block_on(closure);
    assert_eq!(dropped.get(), 1);
}

fn a_destructor_at_the_end_may_build_a_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    let guard = on_drop(move || {
        let other = Builder::new_current_thread().build().unwrap();
        let task = other.spawn(async {});
        drop(other);
        assert!(common::block_on(task).unwrap_err().is_cancelled());
        done.send(()).unwrap();
    });
    runtime.block_on(common::spawn_waiting(guard));
    drop(runtime);
    is_done.recv().expect("it does not panic");
}

thread_local! {
    // One of these thread-locals is destroyed before those of the runtime, the other after them.
    static EARLY: AtTheEnd = const { RefCell::new(Vec::new()) };
    static LATE: AtTheEnd = const { RefCell::new(Vec::new()) };
}

/// Uses the runtime, and calls it again from destructors before and after those of the runtime's
/// own thread-locals. The receiver gets a message from each call that did not panic. A panic would
/// end the process.
fn around(use_the_runtime: impl FnOnce()) -> mpsc::Receiver<()> {
    let (done, is_done) = mpsc::channel();
    let calls = |done: mpsc::Sender<()>| {
        let calls: Box<dyn FnOnce()> = Box::new(move || {
            call_without_panic();
            done.send(()).unwrap();
        });
        on_drop(calls)
    };
    EARLY.with_borrow_mut(|local| local.push(calls(done.clone())));
    use_the_runtime();
    LATE.with_borrow_mut(|local| local.push(calls(done)));
    is_done
}

/// Waits for both calls.
fn wait_for(is_done: &mpsc::Receiver<()>) {
    is_done.recv().unwrap();
    is_done.recv().unwrap();
    println!("called");
}

#[test]
fn thread_locals_of_a_plain_thread_may_call() {
    program!("thread_locals_of_a_plain_thread_may_call").run(
        || {
            let is_done = thread::spawn(|| around(call_everything)).join().unwrap();
            wait_for(&is_done);
        },
        |outcome| outcome.printed(&["called"]),
    );
}

#[test]
fn thread_locals_of_a_thread_that_was_inside_block_on_may_call() {
    program!("thread_locals_of_a_thread_that_was_inside_block_on_may_call").run(
        || {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let in_block_on = move || {
                    around(|| {
                        let runtime = builder.build().unwrap();
                        runtime.block_on(async {
                            task::spawn(async {}).await.unwrap();
                            task::spawn_local(async {}).await.unwrap();
                            sleep(Duration::from_millis(1)).await;
                        });
                    })
                };
                wait_for(&thread::spawn(in_block_on).join().unwrap());
            }
        },
        |outcome| outcome.printed(&["called", "called"]),
    );
}

#[test]
fn thread_locals_of_a_worker_may_call() {
    program!("thread_locals_of_a_worker_may_call").run_with_workers(
        || {
            let runtime = Builder::new_multi_thread().build().unwrap();
            let task = runtime.spawn(async { around(call_without_panic) });
            let is_done = runtime.block_on(task).unwrap();
            drop(runtime);
            wait_for(&is_done);
        },
        |outcome| outcome.printed(&["called"]),
    );
}

#[test]
fn thread_locals_of_a_blocking_thread_may_call() {
    program!("thread_locals_of_a_blocking_thread_may_call").run(
        || {
            let runtime = Builder::new_current_thread().build().unwrap();
            let closure = runtime.spawn_blocking(|| around(call_everything));
            let is_done = runtime.block_on(closure).unwrap();
            drop(runtime);
            wait_for(&is_done);
        },
        |outcome| outcome.printed(&["called"]),
    );
}

#[test]
fn thread_locals_after_main_may_call() {
    #[portable::main]
    async fn main() {
        task::spawn(async {}).await.unwrap();
    }

    program!("thread_locals_after_main_may_call").run(
        || {
            let is_done = thread::spawn(|| around(main)).join().unwrap();
            wait_for(&is_done);
        },
        |outcome| outcome.printed(&["called"]),
    );
}

/// Calls from elsewhere go to the entry point's runtime while the entry point runs.
#[test]
fn a_plain_thread_calls_the_entry_points_runtime() {
    #[portable::main(thread_name = "entry")]
    async fn main() {
        let name = || thread::current().name().map(String::from).unwrap();
        let (done, is_done) = oneshot::channel();
        let thread = thread::spawn(move || {
            let task = task::spawn(async move { name() });
            let closure = task::spawn_blocking(name);
            println!("{}", common::block_on(task).unwrap());
            println!("{}", common::block_on(closure).unwrap());
            let inside =
                portable::block_on(async move { task::spawn(async move { name() }).await });
            println!("{}", inside.unwrap());
            let called = around(call_everything);
            done.send(()).unwrap();
            called
        });
        is_done.await.unwrap();
        wait_for(&thread.join().unwrap());
    }

    program!("a_plain_thread_calls_the_entry_points_runtime").run_with_workers(main, |outcome| {
        outcome.printed(&["entry", "entry", "entry", "called"]);
    });
}

#[test]
fn before_main_it_works() {
    #[portable::main]
    async fn main() {
        println!("main");
    }

    program!("before_main_it_works").run(
        || {
            call_everything();
            let (release, is_released) = oneshot::channel::<()>();
            let before = task::spawn(async move {
                is_released.await.unwrap();
                7
            });
            main();
            // The task is on the process's own runtime, which has no end.
            release.send(()).unwrap();
            println!("{}", common::block_on(before).unwrap());
        },
        |outcome| outcome.printed(&["main", "7"]),
    );
}

#[test]
fn after_main_tasks_are_cancelled() {
    #[portable::main]
    async fn main() {
        println!("main");
    }

    program!("after_main_tasks_are_cancelled").run(
        || {
            main();
            let calls = || {
                let polled = Counter::default();
                let task = task::spawn({
                    let polled = polled.clone();
                    async move { polled.add_one() }
                });
                assert!(common::block_on(task).unwrap_err().is_cancelled());
                let closure = task::spawn_blocking({
                    let polled = polled.clone();
                    move || polled.add_one()
                });
                assert!(common::block_on(closure).unwrap_err().is_cancelled());
                assert_eq!(polled.get(), 0);
                assert_eq!(portable::block_on(ready(7)), 7);
                println!("cancelled");
            };
            calls();
            thread::spawn(calls).join().unwrap();
        },
        |outcome| outcome.printed(&["main", "cancelled", "cancelled"]),
    );
}

/// A function with an entry point is not the program, which goes on after it.
#[test]
fn a_function_with_an_entry_point_leaves_the_process_as_it_was() {
    fn here() -> Option<String> {
        let name = task::spawn_blocking(|| thread::current().name().map(String::from));
        common::block_on(name).unwrap()
    }

    #[portable::main(thread_name = "of the function")]
    async fn function() -> Option<String> {
        thread::spawn(here).join().unwrap()
    }

    #[portable::main(thread_name = "of main")]
    async fn main() {
        let elsewhere = thread::spawn(|| {
            let within = function();
            println!("{:?} {:?}", within, here());
        });
        task::spawn_blocking(|| elsewhere.join().unwrap())
            .await
            .unwrap();
    }

    program!("a_function_with_an_entry_point_leaves_the_process_as_it_was").run(
        || {
            println!("{:?} {:?}", function(), here());
            println!("{:?} {:?}", function(), here());
            main();
        },
        |outcome| {
            let free = r#"Some("of the function") Some("portable-worker")"#;
            outcome.printed(&[free, free, r#"Some("of main") Some("of main")"#]);
        },
    );
}
