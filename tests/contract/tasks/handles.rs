//! `JoinHandle`: its properties, and that it can be awaited anywhere (contract 2).

use std::collections::HashSet;
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{self, Wakes, on_both_flavors, with_both_builders};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{join_all, select};
use futures::stream::{FuturesUnordered, StreamExt};
use portable::runtime::Builder;
use portable::task::{self, Id, JoinHandle};

on_both_flavors! {
    it_may_be_awaited_on_another_thread,
    it_may_be_awaited_on_another_executor,
    it_may_be_awaited_in_another_task,
    it_may_be_awaited_on_another_runtime,
    it_may_be_awaited_in_combinators,
    many_threads_may_await_their_tasks_at_once,
    the_last_waker_is_the_one_that_is_woken,
    awaiting_it_by_reference_loses_nothing,
    awaiting_it_twice_panics_with_one_text,
    it_is_finished_when_the_task_has_ended,
    it_is_not_finished_while_the_task_waits,
    ids_are_unique,
    the_id_is_the_one_the_task_sees,
    there_is_no_id_outside_tasks,
    main_is_no_task,
    debug_shows_the_id,
}

with_both_builders! {
    it_keeps_the_output_after_the_end_of_the_runtime,
    it_says_cancelled_after_the_end_of_the_runtime,
    a_thread_that_awaits_it_is_woken_by_the_end_of_the_runtime,
}

/// Other code relies on these traits: a spawned future may only hold values that are `Send`.
#[test]
fn the_types_are_send_and_sync() {
    use std::cell::Cell;
    use std::error::Error;
    use std::fmt::{Debug, Display};
    use std::hash::Hash;

    use portable::runtime::{Handle, Runtime};
    use portable::task::{AbortHandle, JoinError};
    use portable::time::{self, Interval, Sleep, Timeout};

    fn is<T: Send + Sync + Unpin + 'static>() {}
    fn is_key<T: Copy + Eq + Hash + Debug + Display + Send + Sync + Unpin + 'static>() {}
    fn is_future<F: Future<Output = O>, O>() {}

    is::<JoinHandle<()>>();
    // The output moves from thread to thread and is never shared.
    is::<JoinHandle<Cell<u8>>>();
    is::<AbortHandle>();
    is::<JoinError>();
    is::<Handle>();
    is::<Runtime>();
    is::<Interval>();
    is_key::<Id>();
    is_future::<JoinHandle<u8>, Result<u8, JoinError>>();

    fn is_send_sync<T: Send + Sync + 'static>() {}
    is_send_sync::<Sleep>();
    is_send_sync::<Timeout<std::future::Ready<()>>>();

    fn is_error<E: Error + Send + Sync + 'static>() {}
    is_error::<JoinError>();
    is_error::<time::error::Elapsed>();
}

async fn it_may_be_awaited_on_another_thread() {
    let (release, is_released) = oneshot::channel::<()>();
    let task = task::spawn(async move {
        is_released.await.unwrap();
        7
    });
    let (waits, is_waiting) = oneshot::channel();
    let (output, is_output) = oneshot::channel();
    let thread = thread::spawn(move || {
        let mut task = task;
        assert!(common::poll_once(Pin::new(&mut task)).is_pending());
        waits.send(()).unwrap();
        output.send(common::block_on(task).unwrap()).unwrap();
    });
    is_waiting.await.unwrap();
    release.send(()).unwrap();
    assert_eq!(is_output.await, Ok(7));
    thread.join().unwrap();
}

async fn it_may_be_awaited_on_another_executor() {
    let task = task::spawn(async {
        task::yield_now().await;
        7
    });
    let (output, is_output) = oneshot::channel();
    let thread = thread::spawn(move || {
        let mut pool = futures::executor::LocalPool::new();
        output.send(pool.run_until(task).unwrap()).unwrap();
    });
    assert_eq!(is_output.await, Ok(7));
    thread.join().unwrap();
}

async fn it_may_be_awaited_in_another_task() {
    let inner = task::spawn(async { 7 });
    let outer = task::spawn(async move { inner.await.unwrap() });
    assert_eq!(outer.await.unwrap(), 7);
}

async fn it_may_be_awaited_on_another_runtime() {
    let task = task::spawn(async {
        task::yield_now().await;
        7
    });
    let mut another = common::another_builder();
    let blocking = task::spawn_blocking(move || {
        let other = another.build().unwrap();
        other.block_on(async move { task::spawn(task).await.unwrap().unwrap() })
    });
    assert_eq!(blocking.await.unwrap(), 7);
}

async fn it_may_be_awaited_in_combinators() {
    let tasks = (0..1_000_u64).map(|n| task::spawn(async move { n }));
    let outputs = join_all(tasks).await;
    let sum: u64 = outputs.into_iter().map(Result::unwrap).sum();
    assert_eq!(sum, 999 * 500);

    let mut tasks: FuturesUnordered<_> = (0..1_000_u64)
        .map(|n| {
            task::spawn(async move {
                task::yield_now().await;
                n
            })
        })
        .collect();
    let mut sum = 0;
    while let Some(output) = tasks.next().await {
        sum += output.unwrap();
    }
    assert_eq!(sum, 999 * 500);
}

async fn many_threads_may_await_their_tasks_at_once() {
    let (ended, mut are_ended) = futures::channel::mpsc::unbounded();
    let threads: Vec<_> = (0..8_u64)
        .map(|thread| {
            let tasks: Vec<_> = (0..500)
                .map(|n| {
                    task::spawn(async move {
                        if n % 2 == 0 {
                            task::yield_now().await;
                        }
                        thread * 1_000 + n
                    })
                })
                .collect();
            let ended = ended.clone();
            thread::spawn(move || {
                for (n, task) in tasks.into_iter().enumerate() {
                    assert_eq!(common::block_on(task).unwrap(), thread * 1_000 + n as u64);
                }
                ended.unbounded_send(()).unwrap();
            })
        })
        .collect();
    for _ in 0..threads.len() {
        are_ended.recv().await.unwrap();
    }
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

async fn the_last_waker_is_the_one_that_is_woken() {
    let (release, is_released) = oneshot::channel::<()>();
    let mut task = task::spawn(async move { is_released.await.unwrap() });
    let first = Arc::new(Wakes::default());
    let last = Arc::new(Wakes::default());
    for wakes in [&first, &last] {
        let waker = Waker::from(wakes.clone());
        let mut cx = Context::from_waker(&waker);
        assert!(task.poll_unpin(&mut cx).is_pending());
    }
    release.send(()).unwrap();
    common::eventually(|| last.get() > 0).await;
    assert_eq!((first.get(), last.get()), (0, 1));
    assert!(task.is_finished());
    let Poll::Ready(output) = common::poll_once(Pin::new(&mut task)) else {
        panic!("it was woken for nothing");
    };
    output.unwrap();
}

async fn awaiting_it_by_reference_loses_nothing() {
    let (release, is_released) = oneshot::channel::<()>();
    let mut task = task::spawn(async move {
        is_released.await.unwrap();
        7
    });
    for _ in 0..100 {
        drop(select(&mut task, ready(())).await);
    }
    release.send(()).unwrap();
    common::eventually(|| task.is_finished()).await;
    assert_eq!((&mut task).await.unwrap(), 7);
}

async fn awaiting_it_twice_panics_with_one_text() {
    async fn twice<T>(mut task: JoinHandle<T>) -> String {
        let _ = (&mut task).await;
        let again = AssertUnwindSafe(&mut task).catch_unwind().await;
        common::text_of(again.err().expect("it does not panic"))
    }

    let cancelled = task::spawn(pending::<()>());
    cancelled.abort();
    let texts = [
        twice(task::spawn(async { 7 })).await,
        twice(task::spawn(async { panic!("on purpose") })).await,
        twice(cancelled).await,
        twice(task::spawn_blocking(|| 7)).await,
        twice(task::spawn_local(async { 7 })).await,
    ];
    for text in texts {
        assert_eq!(text, "JoinHandle polled after completion");
    }
}

async fn it_is_finished_when_the_task_has_ended() {
    let done = task::spawn(async {});
    common::eventually(|| done.is_finished()).await;

    let panicked = task::spawn(async { panic!("on purpose") });
    common::eventually(|| panicked.is_finished()).await;

    let aborted = task::spawn(pending::<()>());
    aborted.abort();
    common::eventually(|| aborted.is_finished()).await;

    let blocking = task::spawn_blocking(|| ());
    common::eventually(|| blocking.is_finished()).await;

    let local = task::spawn_local(async {});
    common::eventually(|| local.is_finished()).await;

    // The tasks stay finished, and their outputs are there.
    done.await.unwrap();
    assert!(panicked.await.unwrap_err().is_panic());
    assert!(aborted.await.unwrap_err().is_cancelled());
    blocking.await.unwrap();
    local.await.unwrap();
}

async fn it_is_not_finished_while_the_task_waits() {
    let task = common::spawn_waiting(()).await;
    let abort = task.abort_handle();
    for _ in 0..100 {
        task::yield_now().await;
        assert!(!task.is_finished());
        assert!(!abort.is_finished());
    }
}

async fn ids_are_unique() {
    let mut seen = HashSet::new();
    let tasks: Vec<_> = (0..1_000)
        .map(|n| match n % 3 {
            0 => task::spawn(pending()),
            1 => task::spawn_local(pending()),
            _ => task::spawn_blocking(|| ()),
        })
        .collect();
    for task in &tasks {
        assert!(seen.insert(task.id()), "{} twice", task.id());
    }
    let texts: HashSet<_> = seen.iter().map(Id::to_string).collect();
    assert_eq!(texts.len(), seen.len());
}

async fn the_id_is_the_one_the_task_sees() {
    let task = task::spawn(async {
        let first = (task::id(), task::try_id());
        task::yield_now().await;
        (first, task::id())
    });
    let id = task.id();
    assert_eq!(task.abort_handle().id(), id);
    assert_eq!(task.await.unwrap(), ((id, Some(id)), id));

    let task = task::spawn_blocking(task::id);
    let id = task.id();
    assert_eq!(task.await.unwrap(), id);

    let task = task::spawn_local(async { task::id() });
    let id = task.id();
    assert_eq!(task.await.unwrap(), id);

    let task = task::spawn(async {
        let inner = task::spawn(async { task::id() });
        let id = inner.id();
        (task::id(), id, inner.await.unwrap())
    });
    let outer = task.id();
    let (own, inner, seen) = task.await.unwrap();
    assert_eq!(own, outer);
    assert_eq!(seen, inner);
    assert_ne!(own, inner);
}

async fn there_is_no_id_outside_tasks() {
    let thread = thread::spawn(|| {
        assert_eq!(task::try_id(), None);
        common::panic_of(task::id)
    });
    assert_eq!(
        thread.join().unwrap(),
        "portable: `task::id` was called outside a task"
    );
}

async fn main_is_no_task() {
    assert_eq!(task::try_id(), None);
    // Tasks that ran on this thread leave no id on it.
    task::spawn(async {}).await.unwrap();
    task::spawn_local(async {}).await.unwrap();
    assert_eq!(task::try_id(), None);
    assert!(catch_unwind(task::id).is_err());
}

async fn debug_shows_the_id() {
    let task = task::spawn(async {});
    let id = format!("{:?}", task.id());
    assert!(format!("{task:?}").contains(&id));
    assert!(format!("{id:?}").contains(&task.id().to_string()));
    task.await.unwrap();
}

fn it_keeps_the_output_after_the_end_of_the_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let task = runtime.spawn(async { 7 });
    let panicked = runtime.spawn(async { panic!("on purpose") });
    runtime.block_on(common::eventually(|| {
        task.is_finished() && panicked.is_finished()
    }));
    drop(runtime);
    assert!(task.is_finished());
    assert_eq!(common::block_on(task).unwrap(), 7);
    let text = common::panic_of_task::<()>(common::block_on(panicked));
    assert_eq!(text, "on purpose");
}

fn it_says_cancelled_after_the_end_of_the_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let waits = runtime.block_on(common::spawn_waiting(()));
    let abort = waits.abort_handle();
    let unstarted: Vec<_> = (0..100).map(|_| runtime.spawn(pending::<()>())).collect();
    drop(runtime);
    assert!(waits.is_finished());
    assert!(abort.is_finished());
    assert!(common::block_on(waits).unwrap_err().is_cancelled());
    for task in unstarted {
        assert!(common::block_on(task).unwrap_err().is_cancelled());
    }
}

fn a_thread_that_awaits_it_is_woken_by_the_end_of_the_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let mut task = runtime.block_on(common::spawn_waiting(()));
    let (waits, is_waiting) = std::sync::mpsc::channel();
    let thread = thread::spawn(move || {
        assert!(common::poll_once(Pin::new(&mut task)).is_pending());
        waits.send(()).unwrap();
        common::block_on(task)
    });
    is_waiting.recv().unwrap();
    drop(runtime);
    assert!(thread.join().unwrap().unwrap_err().is_cancelled());
}
