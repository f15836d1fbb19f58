//! Tasks in pools, with and without an allocator.

mod support;

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use bare::blink;
use portable::future::{Either, join, select};
use portable::task::{AbortHandle, AbortOnDropHandle, JoinHandle, Pool, yield_now};

use self::support::{Counted, block_on, start};

/// Runs `body` in a task, on the executor's thread: meanwhile no other task is polled.
fn in_a_task<F>(body: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    static POOL: Pool<4096, 64> = Pool::new();

    start();
    block_on(POOL.spawn(body)).unwrap()
}

#[test]
fn a_task_gives_its_value() {
    static POOL: Pool<64, 1> = Pool::new();
    start();
    assert_eq!(block_on(POOL.spawn(async { 6 * 7 })).unwrap(), 42);
    let text = POOL.spawn(async {
        yield_now().await;
        String::from("forty-two")
    });
    assert_eq!(block_on(text).unwrap(), "forty-two");
}

#[test]
fn a_value_larger_than_its_future_comes_whole() {
    static POOL: Pool<1024, 1> = Pool::new();
    start();
    let value = block_on(POOL.spawn(async { [7_u8; 1024] })).unwrap();
    assert!(value.iter().all(|byte| *byte == 7));
    block_on(POOL.spawn(async {})).unwrap();
}

#[test]
fn no_task_is_polled_within_spawn() {
    static POOL: Pool<64, 1> = Pool::new();
    static POLLED: AtomicBool = AtomicBool::new(false);
    in_a_task(async {
        let task = POOL.spawn(async { POLLED.store(true, Ordering::SeqCst) });
        assert!(!POLLED.load(Ordering::SeqCst));
        assert!(!task.is_finished());
        task.await.unwrap();
        assert!(POLLED.load(Ordering::SeqCst));
    });
}

#[test]
fn a_yield_gives_the_others_a_turn() {
    static POOL: Pool<64, 3> = Pool::new();
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        for _ in 0..3 {
            POOL.spawn(async { TURNS.fetch_add(1, Ordering::SeqCst) });
        }
        yield_now().await;
        assert_eq!(TURNS.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn a_task_that_is_aborted_before_its_first_poll_is_never_polled() {
    static POOL: Pool<64, 1> = Pool::new();
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    static POLLED: AtomicBool = AtomicBool::new(false);
    in_a_task(async {
        // The first task is the first of its place, the second one comes after another.
        for _ in 0..2 {
            let counted = Counted::new(&ALIVE);
            let task = POOL.spawn(async move {
                POLLED.store(true, Ordering::SeqCst);
                drop(counted);
            });
            task.abort();
            assert!(!task.is_finished());
            let error = task.await.unwrap_err();
            assert!(error.is_cancelled() && !error.is_panic() && !error.is_full());
            assert_eq!(
                error.to_string(),
                format!("task {} was cancelled", error.id())
            );
            assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
            assert!(!POLLED.load(Ordering::SeqCst));
        }
    });
}

#[test]
fn a_task_that_waits_is_dropped_before_its_handle_says_that_it_is_cancelled() {
    static POOL: Pool<64, 1> = Pool::new();
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        let counted = Counted::new(&ALIVE);
        let task = POOL.spawn(async move {
            let _counted = counted;
            pending::<()>().await
        });
        yield_now().await;
        yield_now().await;
        task.abort();
        assert_eq!(
            ALIVE.load(Ordering::SeqCst),
            1,
            "the call itself drops nothing"
        );
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn a_task_that_is_aborted_in_a_poll_ends_with_that_poll() {
    static POOL: Pool<64, 2> = Pool::new();
    static ABORT: Mutex<Option<AbortHandle>> = Mutex::new(None);
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        let counted = Counted::new(&ALIVE);
        let task = POOL.spawn(async move {
            let _counted = counted;
            ABORT.lock().unwrap().take().unwrap().abort();
            pending::<()>().await
        });
        *ABORT.lock().unwrap() = Some(task.abort_handle());
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
        // The task ends in the very poll in which it is aborted.
        let task = POOL.spawn(async {
            ABORT.lock().unwrap().take().unwrap().abort();
            42
        });
        *ABORT.lock().unwrap() = Some(task.abort_handle());
        assert_eq!(task.await.unwrap(), 42);
    });
}

#[test]
fn a_value_stays_when_its_task_is_aborted_after_the_end() {
    static POOL: Pool<64, 1> = Pool::new();
    in_a_task(async {
        let task = POOL.spawn(async { 42 });
        while !task.is_finished() {
            yield_now().await;
        }
        task.abort();
        task.abort_handle().abort();
        yield_now().await;
        assert_eq!(task.await.unwrap(), 42);
    });
}

#[test]
fn a_dropped_handle_lets_the_task_go_on_and_its_output_is_dropped() {
    static POOL: Pool<64, 1> = Pool::new();
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    static DONE: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        for before_the_end in [true, false] {
            let task = POOL.spawn(async {
                yield_now().await;
                DONE.fetch_add(1, Ordering::SeqCst);
                Counted::new(&ALIVE)
            });
            let abort = task.abort_handle();
            if before_the_end {
                drop(task);
                while !abort.is_finished() {
                    yield_now().await;
                }
            } else {
                while !abort.is_finished() {
                    yield_now().await;
                }
                assert_eq!(ALIVE.load(Ordering::SeqCst), 1);
                drop(task);
            }
            assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
        }
        assert_eq!(DONE.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn a_dropped_handle_of_a_task_that_was_aborted_gives_the_place_back() {
    static POOL: Pool<64, 1> = Pool::new();
    in_a_task(async {
        for dropped_first in [true, false] {
            let task = POOL.try_spawn(pending::<()>()).unwrap();
            yield_now().await;
            let abort = task.abort_handle();
            abort.abort();
            if !dropped_first {
                while !abort.is_finished() {
                    yield_now().await;
                }
                assert!(POOL.try_spawn(async {}).is_err());
            }
            drop(task);
            while !abort.is_finished() {
                yield_now().await;
            }
            POOL.try_spawn(async {}).unwrap().await.unwrap();
        }
    });
}

#[test]
fn a_task_may_drop_its_own_handle() {
    static POOL: Pool<64, 1> = Pool::new();
    static HANDLE: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);
    in_a_task(async {
        let task = POOL.spawn(async {
            drop(HANDLE.lock().unwrap().take());
        });
        let abort = task.abort_handle();
        *HANDLE.lock().unwrap() = Some(task);
        while !abort.is_finished() {
            yield_now().await;
        }
        assert!(HANDLE.lock().unwrap().is_none());
    });
}

#[test]
fn a_task_aborts_another_and_itself_from_its_destructor() {
    static POOL: Pool<64, 2> = Pool::new();

    struct AbortsAtTheEnd(AbortHandle);

    impl Drop for AbortsAtTheEnd {
        fn drop(&mut self) {
            self.0.abort();
        }
    }

    in_a_task(async {
        let first = POOL.spawn(pending::<()>());
        let at_the_end = AbortsAtTheEnd(first.abort_handle());
        let second = POOL.spawn(async move {
            let _at_the_end = at_the_end;
            pending::<()>().await
        });
        yield_now().await;
        second.abort();
        assert!(second.await.unwrap_err().is_cancelled());
        assert!(first.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn a_full_pool_says_so_in_the_handle_and_at_once() {
    static POOL: Pool<64, 2> = Pool::new();
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        let tasks = [POOL.spawn(pending::<()>()), POOL.spawn(pending())];
        let counted = Counted::new(&ALIVE);
        let full = POOL.try_spawn(async move { drop(counted) }).unwrap_err();
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
        let text = "portable: the task pool is full: 2 tasks are running (raise its count)";
        assert_eq!(full.to_string(), text);

        let task = POOL.spawn(async {});
        assert!(task.is_finished() && task.abort_handle().is_finished());
        task.abort();
        task.abort_handle().abort();
        let error = task.await.unwrap_err();
        assert!(error.is_full() && !error.is_cancelled() && !error.is_panic());
        assert_eq!(error.to_string(), text);

        for task in tasks {
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
        POOL.try_spawn(async {}).unwrap().await.unwrap();
    });
}

#[test]
fn a_place_is_free_when_the_output_is_taken() {
    static POOL: Pool<64, 1> = Pool::new();
    in_a_task(async {
        let task = POOL.spawn(async { 1 });
        while !task.is_finished() {
            yield_now().await;
        }
        assert!(POOL.try_spawn(async { 2 }).is_err(), "the output is there");
        assert_eq!(task.await.unwrap(), 1);
        assert_eq!(POOL.try_spawn(async { 2 }).unwrap().await.unwrap(), 2);
    });
}

#[test]
fn the_abort_handle_of_a_task_that_is_gone_does_nothing_to_the_next() {
    static POOL: Pool<64, 1> = Pool::new();
    in_a_task(async {
        let first = POOL.spawn(async {});
        let stale = first.abort_handle();
        let id = first.id();
        assert_eq!(stale.id(), id);
        first.await.unwrap();
        let next = POOL.spawn(async {
            yield_now().await;
            42
        });
        assert!(stale.is_finished());
        assert_eq!(stale.id(), id);
        assert_ne!(next.id(), id);
        stale.abort();
        assert!(!next.is_finished());
        assert_eq!(next.await.unwrap(), 42);
    });
}

#[test]
fn a_waker_of_a_task_that_is_gone_does_nothing_to_the_next() {
    static POOL: Pool<64, 1> = Pool::new();
    static WAKER: Mutex<Option<Waker>> = Mutex::new(None);
    static POLLS: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        let first = POOL.spawn(poll_fn(|cx| {
            *WAKER.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(())
        }));
        first.await.unwrap();
        let stale = WAKER.lock().unwrap().take().unwrap();
        // The place is free, and its driver is woken.
        stale.wake_by_ref();
        let next = POOL
            .try_spawn(async { POLLS.fetch_add(1, Ordering::SeqCst) })
            .unwrap();
        stale.wake_by_ref();
        assert_eq!(next.await.unwrap(), 0);
        stale.wake();
        yield_now().await;
        POOL.try_spawn(async {}).unwrap().await.unwrap();
    });
}

#[derive(Default)]
struct CountsWakes(AtomicUsize);

impl Wake for CountsWakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn the_last_waker_that_polled_a_handle_is_woken() {
    static POOL: Pool<64, 1> = Pool::new();
    static GO: AtomicBool = AtomicBool::new(false);
    in_a_task(async {
        let mut task = POOL.spawn(async {
            while !GO.load(Ordering::SeqCst) {
                yield_now().await;
            }
            42
        });
        let wakers = [(); 2].map(|()| Arc::new(CountsWakes::default()));
        for counts in &wakers {
            let waker = Waker::from(counts.clone());
            let poll = Pin::new(&mut task).poll(&mut Context::from_waker(&waker));
            assert!(poll.is_pending());
        }
        assert_eq!(
            Arc::strong_count(&wakers[0]),
            1,
            "the replaced one is dropped"
        );
        assert_eq!(Arc::strong_count(&wakers[1]), 2);
        GO.store(true, Ordering::SeqCst);
        while !task.is_finished() {
            yield_now().await;
        }
        assert_eq!(wakers[0].0.load(Ordering::SeqCst), 0);
        assert_eq!(wakers[1].0.load(Ordering::SeqCst), 1);
        assert_eq!(Arc::strong_count(&wakers[1]), 1);
        assert_eq!(task.await.unwrap(), 42);
    });
}

#[test]
fn a_handle_in_a_select_that_lost_keeps_the_output() {
    static POOL: Pool<64, 1> = Pool::new();
    in_a_task(async {
        let mut task = POOL.spawn(async {
            for _ in 0..10 {
                yield_now().await;
            }
            42
        });
        let mut rounds = 0;
        let output = loop {
            match select(&mut task, yield_now()).await {
                Either::First(output) => break output.unwrap(),
                Either::Second(()) => rounds += 1,
            }
        };
        assert_eq!(output, 42);
        assert!(rounds > 1);
        assert!(task.is_finished());
        assert!(format!("{task:?}").starts_with("JoinHandle"));
        // The output of the task has been taken.
        task.abort();
        assert!(task.abort_handle().is_finished());
        assert_eq!(task.abort_handle().id(), task.id());
    });
}

#[test]
fn awaiting_a_handle_twice_panics() {
    static POOL: Pool<64, 1> = Pool::new();
    start();
    let mut task = POOL.spawn(async {});
    block_on(&mut task).unwrap();
    let twice = catch_unwind(AssertUnwindSafe(|| drop(block_on(&mut task))));
    let text = *twice.unwrap_err().downcast::<&str>().unwrap();
    assert_eq!(text, "JoinHandle polled after completion");
}

#[test]
fn join_awaits_tasks_of_both() {
    static POOL: Pool<64, 2> = Pool::new();
    in_a_task(async {
        let (six, seven) = join(POOL.spawn(async { 6 }), POOL.spawn(async { 7 })).await;
        assert_eq!(six.unwrap() * seven.unwrap(), 42);
    });
}

#[test]
fn a_handle_that_aborts_when_it_is_dropped_does() {
    static POOL: Pool<64, 1> = Pool::new();
    in_a_task(async {
        let task = AbortOnDropHandle::new(POOL.spawn(pending::<()>()));
        let abort = task.abort_handle();
        drop(task);
        while !abort.is_finished() {
            yield_now().await;
        }
        let task = AbortOnDropHandle::new(POOL.spawn(async { 42 }));
        assert_eq!(task.await.unwrap(), 42);
    });
}

#[test]
fn tasks_spawn_tasks() {
    static POOL: Pool<128, 3> = Pool::new();
    start();
    let task = POOL.spawn(async {
        let inner = POOL.spawn(async { POOL.spawn(async { 42 }).await.unwrap() });
        inner.await.unwrap()
    });
    assert_eq!(block_on(task).unwrap(), 42);
}

/// Returns whether another thread can enter a critical section while this thread is here.
fn is_outside_of_critical_sections() -> bool {
    let (entered, wait) = mpsc::channel();
    thread::spawn(move || {
        critical_section::with(|_| ());
        // The receiver is gone if it took too long.
        let _ = entered.send(());
    });
    wait.recv_timeout(Duration::from_secs(20)).is_ok()
}

#[test]
fn destructors_and_wakers_run_outside_of_critical_sections() {
    static POOL: Pool<64, 1> = Pool::new();
    static OUTSIDE: AtomicUsize = AtomicUsize::new(0);

    struct Checks;

    impl Drop for Checks {
        fn drop(&mut self) {
            assert!(is_outside_of_critical_sections());
            OUTSIDE.fetch_add(1, Ordering::SeqCst);
        }
    }

    impl Wake for Checks {
        fn wake(self: Arc<Self>) {}
    }

    in_a_task(async {
        // The future is cancelled before its first poll, and later.
        for polled in [false, true] {
            let checks = Checks;
            let task = POOL.spawn(async move {
                let _checks = checks;
                pending::<()>().await
            });
            if polled {
                yield_now().await;
            }
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
        assert_eq!(OUTSIDE.load(Ordering::SeqCst), 2);
        // The handle is dropped after the task has its output.
        let task = POOL.spawn(async { Checks });
        while !task.is_finished() {
            yield_now().await;
        }
        drop(task);
        assert_eq!(OUTSIDE.load(Ordering::SeqCst), 3);
        // The handle is dropped before the task has its output.
        let task = POOL.spawn(async { Checks });
        let abort = task.abort_handle();
        drop(task);
        while !abort.is_finished() {
            yield_now().await;
        }
        assert_eq!(OUTSIDE.load(Ordering::SeqCst), 4);
        // The wakers are replaced by another, dropped with the handle, and woken.
        let mut task = POOL.spawn(pending::<()>());
        for _ in 0..2 {
            let waker = Waker::from(Arc::new(Checks));
            let poll = Pin::new(&mut task).poll(&mut Context::from_waker(&waker));
            assert!(poll.is_pending());
        }
        assert_eq!(OUTSIDE.load(Ordering::SeqCst), 5);
        let abort = task.abort_handle();
        drop(task);
        assert_eq!(OUTSIDE.load(Ordering::SeqCst), 6);
        abort.abort();
        while !abort.is_finished() {
            yield_now().await;
        }
        let mut task = POOL.spawn(async {});
        let waker = Waker::from(Arc::new(Checks));
        let poll = Pin::new(&mut task).poll(&mut Context::from_waker(&waker));
        assert!(poll.is_pending());
        drop(waker);
        while !task.is_finished() {
            yield_now().await;
        }
        assert_eq!(OUTSIDE.load(Ordering::SeqCst), 7);
        task.await.unwrap();
    });
}

#[test]
fn many_threads_spawn_abort_and_join() {
    static POOL: Pool<64, 8> = Pool::new();
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    start();
    let threads: Vec<_> = (0..4_usize)
        .map(|thread| {
            thread::spawn(move || {
                let mut outcomes = [0_usize; 3];
                for round in 0..500 {
                    let counted = Counted::new(&ALIVE);
                    let task = POOL.spawn(async move {
                        if round % 2 == 0 {
                            yield_now().await;
                        }
                        (counted, round)
                    });
                    match (thread + round) % 4 {
                        0 => task.abort(),
                        1 => {
                            let abort = task.abort_handle();
                            drop(task);
                            abort.abort();
                            continue;
                        }
                        _ => {}
                    }
                    match block_on(task) {
                        Ok((_, at)) => {
                            assert_eq!(at, round);
                            outcomes[0] += 1;
                        }
                        Err(error) if error.is_cancelled() => outcomes[1] += 1,
                        Err(error) => {
                            assert!(error.is_full());
                            outcomes[2] += 1;
                        }
                    }
                }
                outcomes
            })
        })
        .collect();
    let mut joined = 0;
    for thread in threads {
        joined += thread.join().unwrap().iter().sum::<usize>();
    }
    assert_eq!(joined, 4 * 375);
    // The detached task may still run.
    in_a_task(async {
        while ALIVE.load(Ordering::SeqCst) > 0 {
            yield_now().await;
        }
        let all = [(); 8].map(|()| POOL.try_spawn(pending::<()>()).unwrap());
        for task in all {
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
    });
}

#[portable::task(pool_size = 2)]
async fn echo(value: u32) -> u32 {
    yield_now().await;
    value
}

#[portable::task]
async fn only_one(counted: Counted) {
    let _counted = counted;
    pending::<()>().await;
}

#[test]
fn a_task_function_is_spawned_in_every_way() {
    in_a_task(async {
        assert_eq!(portable::spawn(echo(1)).await.unwrap(), 1);
        assert_eq!(portable::spawn_task!(echo(2)).await.unwrap(), 2);
        assert_eq!(echo(3).spawn().await.unwrap(), 3);
        assert_eq!(echo(4).try_spawn().unwrap().await.unwrap(), 4);
        assert_eq!(echo(5).await, 5);
        let both = (echo(6), echo(7));
        assert_eq!(both.0.await * both.1.await, 42);
    });
}

#[test]
fn a_task_function_takes_a_place_when_it_is_called() {
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    in_a_task(async {
        let text =
            "portable: the pool of `only_one` is full: 1 task is running (raise `pool_size`)";
        let first = only_one(Counted::new(&ALIVE));
        let second = only_one(Counted::new(&ALIVE));
        assert!(format!("{first:?} {second:?}").contains("has_a_place: true"));
        assert_eq!(second.try_spawn().unwrap_err().to_string(), text);
        assert_eq!(ALIVE.load(Ordering::SeqCst), 1, "the future is dropped");
        let error = portable::spawn(only_one(Counted::new(&ALIVE)))
            .await
            .unwrap_err();
        assert!(error.is_full());
        assert_eq!(error.to_string(), text);
        // A task that is not spawned gives back its place.
        drop(first);
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
        let task = only_one(Counted::new(&ALIVE)).try_spawn().unwrap();
        assert!(only_one(Counted::new(&ALIVE)).try_spawn().is_err());
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        // A task that is awaited in place gives it back at its end.
        {
            let mut in_place = pin!(only_one(Counted::new(&ALIVE)).into_future());
            assert!(only_one(Counted::new(&ALIVE)).try_spawn().is_err());
            let waker = Waker::noop();
            assert!(
                in_place
                    .as_mut()
                    .poll(&mut Context::from_waker(waker))
                    .is_pending()
            );
        }
        let task = only_one(Counted::new(&ALIVE)).try_spawn().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn one_without_a_place_can_be_awaited() {
    in_a_task(async {
        let places = [blink(0, Duration::ZERO), blink(0, Duration::ZERO)];
        assert_eq!(blink(0, Duration::ZERO).await, 0);
        for place in places {
            assert_eq!(place.await, 0);
        }
    });
}

#[test]
fn a_second_executor_is_refused() {
    in_a_task(async {
        let spawner = portable::runtime::SendSpawner::for_current_executor().await;
        let twice = catch_unwind(|| portable::runtime::set_spawner(spawner));
        let text = *twice.unwrap_err().downcast::<&str>().unwrap();
        assert!(
            text.starts_with("portable: the executor is chosen already"),
            "{text}"
        );
        // The pool is as it was before.
        assert_eq!(echo(8).spawn().await.unwrap(), 8);
    });
}

#[test]
fn a_pool_takes_no_room_in_the_image() {
    const SIZE: usize = 256 << 20;
    static POOL: Pool<SIZE, 1> = Pool::new();
    in_a_task(async {
        assert_eq!(POOL.spawn(async { 42 }).await.unwrap(), 42);
        let image = std::env::current_exe().and_then(std::fs::metadata);
        assert!(image.unwrap().len() < SIZE as u64);
    });
}

#[test]
fn handles_are_as_thread_safe_as_elsewhere() {
    fn all<T: Send + Sync + Unpin>() {}

    all::<JoinHandle<std::cell::Cell<u8>>>();
    all::<JoinHandle<std::marker::PhantomPinned>>();
    all::<AbortHandle>();
    all::<portable::task::JoinError>();
    all::<portable::task::PoolFull>();
    assert_eq!(portable::runtime::current(), "embassy");
}
