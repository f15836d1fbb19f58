//! Wakers that panic or run anything: they affect nothing else (contract 5).

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::thread;

#[cfg(test)]
use crate::common::program;
use crate::common::{self, Call, hooked, on_both_flavors, panics_in, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::{Builder, Runtime};
use portable::task::{self, JoinSet};
use portable::time::{Duration, sleep};

on_both_flavors! {
    a_handle_whose_waker_panics_when_it_is_woken_gives_its_output,
    a_handle_whose_waker_has_no_data_and_panics_gives_its_output,
    a_handle_of_a_closure_whose_waker_panics_gives_its_output,
    a_handle_of_a_local_task_whose_waker_panics_gives_its_output,
    a_waker_that_panics_when_it_is_cloned_is_the_panic_of_the_poll,
    a_set_whose_waker_panics_gives_its_outputs,
    a_waker_that_panics_wakes_the_others_of_its_tasks,
    a_waker_outside_the_runtime_that_panics_leaves_the_timers_whole,
    a_sleep_whose_waker_panics_leaves_the_timers_whole,
    a_handle_whose_waker_panics_when_it_is_dropped_gives_its_output,
}

with_both_builders! {
    a_handle_is_awaited_by_a_waker_that_panics_while_the_runtime_ends,
    a_set_drops_a_waker_that_runs_its_tasks,
    a_set_clones_and_wakes_a_waker_that_runs_its_tasks,
}

/// Asserts that the tasks of this runtime still run, and its timers.
async fn all_is_well() {
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            task::spawn(async move {
                sleep(Duration::from_millis(1)).await;
                task::spawn_blocking(move || n).await.unwrap()
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), n);
    }
}

/// Polls a future once. A panic in the drop of the test's own waker is ignored, because the tests
/// are not about it.
fn poll_with<F: Future>(future: Pin<&mut F>, waker: Waker) -> Poll<F::Output> {
    let own = Own(Some(waker));
    let waker = own.0.as_ref().unwrap();
    future.poll(&mut Context::from_waker(waker))
}

/// The waker of a test.
struct Own(Option<Waker>);

impl Drop for Own {
    fn drop(&mut self) {
        let waker = self.0.take();
        drop(catch_unwind(AssertUnwindSafe(|| drop(waker))));
    }
}

async fn a_handle_whose_waker_panics_when_it_is_woken_gives_its_output() {
    for _ in 0..20 {
        let (release, is_released) = oneshot::channel::<()>();
        let mut task = task::spawn(async move {
            is_released.await.unwrap();
            7
        });
        assert!(poll_with(Pin::new(&mut task), panics_in(&[Call::Wake])).is_pending());
        release.send(()).unwrap();
        common::eventually(|| task.is_finished()).await;
        assert_eq!(task.await.unwrap(), 7);
    }
    all_is_well().await;
}

/// The waker of an interrupt or of a static has no data, only functions.
async fn a_handle_whose_waker_has_no_data_and_panics_gives_its_output() {
    static TABLE: RawWakerVTable = RawWakerVTable::new(
        |data| RawWaker::new(data, &TABLE),
        |_| panic!("a waker panics"),
        |_| panic!("a waker panics"),
        |_| {},
    );

    let (release, is_released) = oneshot::channel::<()>();
    let mut task = task::spawn(async move {
        is_released.await.unwrap();
        7
    });
    // SAFETY: The functions of the table need no data.
    let waker = unsafe { Waker::new(ptr::null(), &TABLE) };
    assert!(poll_with(Pin::new(&mut task), waker).is_pending());
    release.send(()).unwrap();
    common::eventually(|| task.is_finished()).await;
    assert_eq!(task.await.unwrap(), 7);
    all_is_well().await;
}

async fn a_handle_of_a_closure_whose_waker_panics_gives_its_output() {
    let (release, is_released) = std::sync::mpsc::channel::<()>();
    let mut task = task::spawn_blocking(move || {
        is_released.recv().unwrap();
        7
    });
    assert!(poll_with(Pin::new(&mut task), panics_in(&[Call::Wake])).is_pending());
    release.send(()).unwrap();
    common::eventually(|| task.is_finished()).await;
    assert_eq!(task.await.unwrap(), 7);
    all_is_well().await;
}

async fn a_handle_of_a_local_task_whose_waker_panics_gives_its_output() {
    let (release, is_released) = oneshot::channel::<()>();
    let mut task = task::spawn_local(async move {
        is_released.await.unwrap();
        7
    });
    assert!(poll_with(Pin::new(&mut task), panics_in(&[Call::Wake])).is_pending());
    release.send(()).unwrap();
    common::eventually(|| task.is_finished()).await;
    assert_eq!(task.await.unwrap(), 7);
    all_is_well().await;
}

/// A panic of one waker would otherwise stop the thread that watches all sockets.
#[cfg(test)]
#[cfg(all(unix, feature = "net"))]
#[test]
fn a_socket_whose_waker_panics_leaves_the_sockets_whole() {
    use portable::net::UdpSocket;

    async fn panics_in_each() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        // Tokio's other calls are a row of the exceptions.
        let calls: &[&'static [Call]] = match portable::runtime::current() {
            TOKIO => &[&[Call::Clone]],
            _ => &[&[Call::Clone], &[Call::Wake], &[Call::Drop]],
        };
        for calls in calls {
            for waits_alone in [true, false] {
                let mut buf = [0; 8];
                let mut receives = Box::pin(socket.recv(&mut buf));
                let waker = panics_in(calls);
                let polled = catch_unwind(AssertUnwindSafe(|| {
                    if waits_alone {
                        poll_with(receives.as_mut(), waker).is_pending()
                    } else {
                        let waker = Own(Some(waker));
                        let mut cx = Context::from_waker(waker.0.as_ref().unwrap());
                        let polled = socket.poll_peek_sender(&mut cx);
                        // The second waker is kept in place of the first.
                        let again =
                            socket.poll_peek_sender(&mut Context::from_waker(Waker::noop()));
                        polled.is_pending() && again.is_pending()
                    }
                }));
                match polled {
                    Ok(is_pending) => assert!(is_pending),
                    Err(_) => assert_eq!(*calls, &[Call::Clone]),
                }
                socket.send_to(b"hello", address).await.unwrap();
                // The thread that watches sockets has woken the waker by then.
                sleep(Duration::from_millis(10)).await;
                drop(receives);
                assert_eq!(socket.recv(&mut buf).await.unwrap(), 5);
            }
        }
        all_is_well().await;
    }

    program!("a_socket_whose_waker_panics_leaves_the_sockets_whole").run(
        || {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                builder.build().unwrap().block_on(panics_in_each());
            }
            println!("whole");
        },
        |outcome| outcome.printed(&["whole"]),
    );
}

async fn a_waker_that_panics_when_it_is_cloned_is_the_panic_of_the_poll() {
    let (release, is_released) = oneshot::channel::<()>();
    let mut task = task::spawn(async move {
        is_released.await.unwrap();
        7
    });
    let mut set = JoinSet::new();
    set.spawn(async { std::future::pending::<()>().await });
    let waker = || panics_in(&[Call::Clone]);
    let polled = catch_unwind(AssertUnwindSafe(|| poll_with(Pin::new(&mut task), waker())));
    assert_eq!(
        common::text_of(polled.unwrap_err()),
        "Clone of a waker panics"
    );
    let polled = catch_unwind(AssertUnwindSafe(|| {
        set.poll_join_next(&mut Context::from_waker(&waker()))
    }));
    assert_eq!(
        common::text_of(polled.unwrap_err()),
        "Clone of a waker panics"
    );
    release.send(()).unwrap();
    assert_eq!(task.await.unwrap(), 7);
    set.shutdown().await;
    all_is_well().await;
}

async fn a_set_whose_waker_panics_gives_its_outputs() {
    for calls in [&[Call::Wake][..], &[Call::Drop]] {
        let (release, is_released) = oneshot::channel::<()>();
        let mut set = JoinSet::new();
        set.spawn(async move {
            is_released.await.unwrap();
            7
        });
        for _ in 0..2 {
            let next = pin!(set.join_next());
            assert!(poll_with(next, panics_in(calls)).is_pending());
        }
        release.send(()).unwrap();
        let output = set.join_next().await.unwrap();
        assert_eq!(output.unwrap(), 7);
    }
    all_is_well().await;
}

/// One event wakes several tasks: a panic of the first waker keeps it from none of the others.
async fn a_waker_that_panics_wakes_the_others_of_its_tasks() {
    let mut tasks: Vec<_> = (0..20)
        .map(|n| {
            task::spawn(async move {
                task::yield_now().await;
                n
            })
        })
        .collect();
    for task in tasks.iter_mut().step_by(2) {
        let _ = poll_with(Pin::new(task), panics_in(&[Call::Wake]));
    }
    common::eventually(|| tasks.iter().all(task::JoinHandle::is_finished)).await;
    all_is_well().await;
}

async fn a_waker_outside_the_runtime_that_panics_leaves_the_timers_whole() {
    // The timers of a plain thread belong to no runtime.
    let waits = move || {
        for calls in [&[Call::Wake][..], &[Call::Drop], &[Call::Wake, Call::Drop]] {
            let mut nap = Box::pin(sleep(Duration::from_millis(1)));
            for _ in 0..2 {
                let _ = poll_with(nap.as_mut(), panics_in(calls));
            }
            thread::sleep(Duration::from_millis(5));
            drop(nap);
            let mut forever = Box::pin(sleep(Duration::from_secs(3600)));
            for _ in 0..2 {
                assert!(poll_with(forever.as_mut(), panics_in(calls)).is_pending());
            }
            drop(forever);
        }
        common::block_on(sleep(Duration::from_millis(1)));
    };
    thread::spawn(waits).join().unwrap();
    all_is_well().await;
}

/// The runtime whose timers are not ours.
const TOKIO: &str = "tokio";

async fn a_sleep_whose_waker_panics_leaves_the_timers_whole() {
    if portable::runtime::current() == TOKIO {
        return;
    }
    for calls in [&[Call::Wake][..], &[Call::Drop], &[Call::Wake, Call::Drop]] {
        let mut nap = Box::pin(sleep(Duration::from_millis(1)));
        for _ in 0..3 {
            let _ = poll_with(nap.as_mut(), panics_in(calls));
        }
        sleep(Duration::from_millis(5)).await;
        drop(nap);
        let mut forever = Box::pin(sleep(Duration::from_secs(3600)));
        for _ in 0..3 {
            assert!(poll_with(forever.as_mut(), panics_in(calls)).is_pending());
            sleep(Duration::from_millis(1)).await;
        }
        drop(forever);
    }
    all_is_well().await;
}

async fn a_handle_whose_waker_panics_when_it_is_dropped_gives_its_output() {
    if portable::runtime::current() == TOKIO {
        return;
    }
    for calls in [&[Call::Drop][..], &[Call::Wake, Call::Drop]] {
        let (release, is_released) = oneshot::channel::<()>();
        let mut task = task::spawn(async move {
            is_released.await.unwrap();
            7
        });
        for _ in 0..3 {
            assert!(poll_with(Pin::new(&mut task), panics_in(calls)).is_pending());
        }
        // The waker of this task is dropped with it.
        let mut other = task::spawn(std::future::pending::<()>());
        assert!(poll_with(Pin::new(&mut other), panics_in(calls)).is_pending());
        other.abort();
        drop(other);
        release.send(()).unwrap();
        common::eventually(|| task.is_finished()).await;
        assert_eq!(task.await.unwrap(), 7);
    }
    all_is_well().await;
}

fn a_handle_is_awaited_by_a_waker_that_panics_while_the_runtime_ends(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let mut tasks: Vec<_> = (0..10)
        .map(|_| runtime.spawn(std::future::pending::<()>()))
        .collect();
    for task in &mut tasks {
        assert!(poll_with(Pin::new(task), panics_in(&[Call::Wake])).is_pending());
    }
    drop(runtime);
    for task in tasks {
        assert!(common::block_on(task).unwrap_err().is_cancelled());
    }
}

/// Runs the waiting tasks of a runtime that has no other thread, so that they end.
fn run_tasks(runtime: &Runtime) {
    let on_a_thread = || runtime.block_on(task::yield_now());
    thread::scope(|scope| scope.spawn(on_a_thread).join().unwrap());
}

fn a_set_drops_a_waker_that_runs_its_tasks(mut builder: Builder) {
    runs_tasks_in(&mut builder, Call::Drop);
}

fn a_set_clones_and_wakes_a_waker_that_runs_its_tasks(mut builder: Builder) {
    runs_tasks_in(&mut builder, Call::Clone);
    runs_tasks_in(&mut builder, Call::Wake);
}

fn runs_tasks_in(builder: &mut Builder, when: Call) {
    let runtime = Arc::new(builder.build().unwrap());
    let mut set = JoinSet::new();
    for n in 0..10 {
        set.spawn_on(async move { n }, runtime.handle());
    }
    let runs = Arc::new(AtomicUsize::new(0));
    let waker = hooked({
        let (runtime, runs) = (runtime.clone(), runs.clone());
        move |call| {
            // The tasks run only once, because a task that ends wakes this waker.
            if call == when && runs.fetch_add(1, Ordering::SeqCst) == 0 {
                run_tasks(&runtime);
            }
        }
    });
    let mut sum = 0;
    while !set.is_empty() {
        let polled = set.poll_join_next(&mut Context::from_waker(&waker));
        if let Poll::Ready(Some(output)) = polled {
            sum += output.unwrap();
        }
        let _ = set
            .poll_join_next(&mut Context::from_waker(Waker::noop()))
            .map(|output| {
                sum += output.map_or(0, Result::unwrap);
            });
        run_tasks(&runtime);
    }
    assert_eq!(sum, 45);
}

#[cfg(test)]
mod exceptions {
    use super::*;

    #[test]
    fn a_sleep_on_tokio_passes_the_panic_of_its_waker_on() {
        program!("a_sleep_on_tokio_passes_the_panic_of_its_waker_on").run_where(
            |runtime| runtime == TOKIO,
            || {
                let mut builder = Builder::new_current_thread();
                let runtime = builder.runtime(TOKIO).build().unwrap();
                let main = async {
                    let mut nap = Box::pin(sleep(Duration::from_millis(1)));
                    assert!(poll_with(nap.as_mut(), panics_in(&[Call::Wake])).is_pending());
                    sleep(Duration::from_millis(50)).await;
                };
                // The panic goes to the thread that drives the timers, which is here that of
                // `main`.
                println!("{}", common::panic_of(|| runtime.block_on(main)));
            },
            |outcome| outcome.printed(&["Wake of a waker panics"]),
        );
    }

    #[test]
    fn a_handle_on_tokio_passes_the_panic_of_a_waker_that_is_dropped_on() {
        program!("a_handle_on_tokio_passes_the_panic_of_a_waker_that_is_dropped_on").run_where(
            |runtime| runtime == TOKIO,
            || {
                let mut builder = Builder::new_current_thread();
                let runtime = builder.runtime(TOKIO).build().unwrap();
                let mut task = runtime.spawn(std::future::pending::<()>());
                let waker = panics_in(&[Call::Drop]);
                assert!(poll_with(Pin::new(&mut task), waker).is_pending());
                // The panic goes to the thread that drops the waker, which does so here with the
                // handle.
                println!("{}", common::panic_of(|| drop(task)));
            },
            |outcome| outcome.printed(&["Drop of a waker panics"]),
        );
    }
}
