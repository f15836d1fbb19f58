//! `task_local!`: a value of one task.

use std::cell::Cell;
use std::future::pending;
use std::pin::pin;
use std::sync::mpsc;
use std::thread;

use crate::common::{self, Counter, on_both_flavors, on_drop};
use futures::future::join_all;
use portable::task::{self, LocalKey};
use portable::task_local;

task_local! {
    /// Documented and private.
    static NUMBER: u32;
    pub(crate) static CELL: Cell<u32>;
    static NAME: String;
}
task_local! { static LAST: Counter }

on_both_flavors! {
    it_has_its_value_across_awaits,
    each_task_has_its_own,
    outside_a_scope_there_is_none,
    a_task_that_is_spawned_does_not_inherit_it,
    an_inner_scope_hides_the_outer_one,
    futures_of_one_task_have_their_own,
    it_moves_with_its_task_from_thread_to_thread,
    a_value_may_be_changed_through_a_cell,
    the_destructor_of_the_future_sees_the_value,
    the_destructor_of_an_aborted_task_sees_the_value,
    what_the_future_leaves_at_its_end_sees_the_value,
    the_value_is_dropped_after_the_future,
    a_panic_leaves_no_value_behind,
    take_value_gives_it_back,
    closures_have_it_by_sync_scope,
    local_tasks_have_it,
}

async fn it_has_its_value_across_awaits() {
    let task = task::spawn(NUMBER.scope(7, async {
        for _ in 0..10 {
            assert_eq!(NUMBER.get(), 7);
            task::yield_now().await;
        }
        NUMBER.with(|number| *number)
    }));
    assert_eq!(task.await.unwrap(), 7);
}

async fn each_task_has_its_own() {
    let tasks = (0..100).map(|n| {
        task::spawn(NUMBER.scope(n, async move {
            for _ in 0..5 {
                assert_eq!(NUMBER.get(), n);
                task::yield_now().await;
            }
        }))
    });
    for output in join_all(tasks).await {
        output.unwrap();
    }
}

async fn outside_a_scope_there_is_none() {
    assert!(NUMBER.try_get().is_err());
    let error = NUMBER.try_with(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the task-local has no value outside its `scope`"
    );
    let text = "portable: the task-local has no value outside its `scope`";
    assert_eq!(common::panic_of(|| NUMBER.with(|_| ())), text);
    assert_eq!(common::panic_of(|| NUMBER.get()), text);
    NUMBER.scope(1, async {}).await;
    assert!(NUMBER.try_get().is_err());
}

async fn a_task_that_is_spawned_does_not_inherit_it() {
    let has = NUMBER
        .scope(7, async {
            let task = task::spawn(async { NUMBER.try_get().is_ok() });
            let closure = task::spawn_blocking(|| NUMBER.try_get().is_ok());
            (task.await.unwrap(), closure.await.unwrap())
        })
        .await;
    assert_eq!(has, (false, false));
}

async fn an_inner_scope_hides_the_outer_one() {
    NUMBER
        .scope(1, async {
            NUMBER
                .scope(2, async {
                    task::yield_now().await;
                    assert_eq!(NUMBER.get(), 2);
                    NUMBER.sync_scope(3, || assert_eq!(NUMBER.get(), 3));
                    assert_eq!(NUMBER.get(), 2);
                })
                .await;
            assert_eq!(NUMBER.get(), 1);
        })
        .await;
}

async fn futures_of_one_task_have_their_own() {
    join_all((0..10).map(|n| {
        NUMBER.scope(n, async move {
            task::yield_now().await;
            assert_eq!(NUMBER.get(), n);
        })
    }))
    .await;
}

async fn it_moves_with_its_task_from_thread_to_thread() {
    let task = Box::pin(NUMBER.scope(7, async {
        task::yield_now().await;
        NUMBER.get()
    }));
    let mut task = task;
    assert!(common::poll_once(task.as_mut()).is_pending());
    let elsewhere = thread::spawn(move || common::block_on(task));
    assert_eq!(elsewhere.join().unwrap(), 7);
}

async fn a_value_may_be_changed_through_a_cell() {
    CELL.scope(Cell::new(1), async {
        CELL.with(|cell| cell.set(cell.get() + 1));
        task::yield_now().await;
        assert_eq!(CELL.with(Cell::get), 2);
    })
    .await;
}

/// Returns a value whose destructor sends the task-local value that it sees.
fn sees(key: &'static LocalKey<u32>, seen: mpsc::Sender<Option<u32>>) -> impl Drop + Send {
    on_drop(move || seen.send(key.try_get().ok()).unwrap())
}

async fn the_destructor_of_the_future_sees_the_value() {
    let (seen, is_seen) = mpsc::channel();
    let guard = sees(&NUMBER, seen);
    drop(NUMBER.scope(7, async {
        let _guard = guard;
    }));
    assert_eq!(is_seen.recv().unwrap(), Some(7));
}

async fn the_destructor_of_an_aborted_task_sees_the_value() {
    let (seen, is_seen) = mpsc::channel();
    let guard = sees(&NUMBER, seen);
    let task = task::spawn(NUMBER.scope(7, async {
        let _guard = guard;
        pending::<()>().await;
    }));
    task::yield_now().await;
    task.abort();
    task.await.unwrap_err();
    assert_eq!(is_seen.recv().unwrap(), Some(7));
}

async fn what_the_future_leaves_at_its_end_sees_the_value() {
    struct Ready(Option<common::OnDrop<Box<dyn FnOnce()>>>);

    impl Future for Ready {
        type Output = ();

        fn poll(
            self: std::pin::Pin<&mut Self>,
            _cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<()> {
            assert!(self.0.is_some());
            std::task::Poll::Ready(())
        }
    }

    let (seen, is_seen) = mpsc::channel();
    let sees: Box<dyn FnOnce()> = Box::new(move || seen.send(NUMBER.try_get().ok()).unwrap());
    let mut scope = pin!(NUMBER.scope(7, Ready(Some(on_drop(sees)))));
    scope.as_mut().await;
    assert_eq!(is_seen.try_recv().unwrap(), Some(7));
}

async fn the_value_is_dropped_after_the_future() {
    let counter = Counter::default();
    let (seen, is_seen) = mpsc::channel();
    let guard = on_drop({
        let counter = counter.clone();
        move || seen.send(counter.get()).unwrap()
    });
    task_local! { static HELD: common::OnDrop<Box<dyn FnOnce() + Send>> }
    let held: Box<dyn FnOnce() + Send> = {
        let counter = counter.clone();
        Box::new(move || counter.add_one())
    };
    let task = task::spawn(HELD.scope(on_drop(held), async {
        let _guard = guard;
    }));
    task.await.unwrap();
    assert_eq!(is_seen.recv().unwrap(), 0);
    assert_eq!(counter.get(), 1);
}

async fn a_panic_leaves_no_value_behind() {
    let text = common::panic_of(|| NUMBER.sync_scope(7, || panic!("in the scope")));
    assert_eq!(text, "in the scope");
    assert!(NUMBER.try_get().is_err());
    let task = task::spawn(NUMBER.scope(7, async { panic!("in the task") }));
    assert_eq!(common::panic_of_task::<()>(task.await), "in the task");
    let spawned: Vec<_> = (0..8)
        .map(|_| task::spawn(async { NUMBER.try_get().is_err() }))
        .collect();
    for is_gone in join_all(spawned).await {
        assert!(is_gone.unwrap());
    }
}

async fn take_value_gives_it_back() {
    let mut scope = pin!(NAME.scope("a".into(), async { NAME.with(String::len) }));
    assert_eq!(scope.as_mut().await, 1);
    assert_eq!(scope.as_mut().take_value().as_deref(), Some("a"));
    assert_eq!(scope.as_mut().take_value(), None);
    let text = common::panic_of(|| common::block_on(scope));
    assert_eq!(text, "`TaskLocalFuture` polled after completion");
}

async fn closures_have_it_by_sync_scope() {
    let closure = task::spawn_blocking(|| NUMBER.sync_scope(7, || NUMBER.get()));
    assert_eq!(closure.await.unwrap(), 7);
}

async fn local_tasks_have_it() {
    let task = task::spawn_local(NUMBER.scope(7, async {
        task::yield_now().await;
        NUMBER.get()
    }));
    assert_eq!(task.await.unwrap(), 7);
}

#[test]
fn it_works_without_a_runtime() {
    assert_eq!(NUMBER.sync_scope(1, || NUMBER.get()), 1);
    assert_eq!(common::block_on(NUMBER.scope(2, async { NUMBER.get() })), 2);
}

#[test]
fn a_scope_within_with_panics_with_one_text() {
    let nested = || NUMBER.sync_scope(1, || NUMBER.with(|_| NUMBER.sync_scope(2, || ())));
    let text = "portable: a scope of a task-local began within `with` of the same task-local";
    assert_eq!(common::panic_of(nested), text);
    let nested = || {
        NUMBER.sync_scope(1, || {
            NUMBER.with(|_| common::block_on(NUMBER.scope(2, async {})))
        })
    };
    assert_eq!(common::panic_of(nested), text);
}

#[test]
fn a_future_dropped_within_with_is_dropped_all_the_same() {
    let counter = Counter::default();
    let guard = counter.on_drop();
    let scope = NUMBER.scope(1, async {
        let _guard = guard;
    });
    NUMBER.sync_scope(2, || NUMBER.with(|_| drop(scope)));
    assert_eq!(counter.get(), 1);
}

#[test]
fn the_destructor_of_a_thread_local_may_ask() {
    use std::cell::RefCell;

    use crate::common::AtTheEnd;

    thread_local! {
        static AT_THE_END: AtTheEnd = const { RefCell::new(Vec::new()) };
    }

    let (seen, is_seen) = mpsc::channel();
    let thread = thread::spawn(move || {
        let asks: Box<dyn FnOnce()> =
            Box::new(move || seen.send(LAST.try_with(|_| ()).is_err()).unwrap());
        AT_THE_END.with_borrow_mut(|at_the_end| at_the_end.push(on_drop(asks)));
        LAST.sync_scope(Counter::default(), || LAST.with(Counter::add_one));
    });
    thread.join().unwrap();
    assert!(is_seen.recv().unwrap());
}

#[test]
fn it_can_be_printed() {
    assert_eq!(format!("{NUMBER:?}"), "LocalKey { .. }");
}
