//! `JoinSet`: tasks that are awaited in the order in which they end.

use std::cell::Cell;
use std::collections::HashSet;
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::common::{
    self, Counter, on_both_flavors, on_current_thread, on_drop, with_both_builders,
};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task::{self, JoinSet};
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    every_output_arrives,
    an_empty_set_has_no_next,
    outputs_come_in_the_order_of_the_ends,
    the_length_counts_what_was_not_taken,
    a_panic_arrives_and_the_others_go_on,
    ids_come_with_the_outputs,
    ids_come_with_the_errors,
    try_join_next_waits_for_nothing,
    an_abandoned_join_next_loses_nothing,
    a_task_that_ends_wakes_the_last_waker,
    abort_all_cancels_each,
    abort_all_keeps_what_has_ended,
    one_is_aborted_by_its_handle,
    detach_all_lets_them_go_on,
    the_set_is_usable_after_detach_all,
    a_place_serves_many_tasks,
    a_spawn_that_panics_is_not_taken_for_a_task,
    a_dropped_set_aborts,
    shutdown_waits_for_the_destructors,
    join_all_gives_every_output,
    join_all_resumes_a_panic_and_aborts_the_others,
    join_all_panics_when_one_was_aborted,
    closures_are_awaited_too,
    local_tasks_are_awaited_too,
    local_tasks_that_are_aborted_are_awaited_too,
    it_is_collected_and_extended,
    big_futures_are_spawned,
    it_may_be_used_in_a_task,
    it_may_be_polled_on_another_executor,
    ten_thousand_tasks_are_joined,
    spawning_while_joining_ends,
    a_destructor_that_panics_is_told,
}

on_current_thread! {
    nothing_is_polled_within_spawn,
}

with_both_builders! {
    it_spawns_on_a_handle,
    the_end_of_the_runtime_is_told,
    it_may_be_awaited_outside,
}

async fn every_output_arrives() {
    let mut set = JoinSet::new();
    for n in 0..100 {
        set.spawn(async move {
            if n % 3 == 0 {
                task::yield_now().await;
            }
            n
        });
    }
    let mut outputs = HashSet::new();
    while let Some(output) = set.join_next().await {
        assert!(outputs.insert(output.unwrap()));
    }
    assert_eq!(outputs.len(), 100);
    assert!(set.is_empty());
}

async fn an_empty_set_has_no_next() {
    let mut set = JoinSet::<u8>::default();
    assert!(set.join_next().await.is_none());
    assert!(set.join_next_with_id().await.is_none());
    assert!(set.try_join_next().is_none());
    assert!(set.join_all().await.is_empty());
}

async fn outputs_come_in_the_order_of_the_ends() {
    let mut set = JoinSet::new();
    let mut ends = Vec::new();
    for n in 0..5 {
        let (end, is_ended) = oneshot::channel::<()>();
        ends.push(end);
        set.spawn(async move {
            is_ended.await.unwrap();
            n
        });
    }
    for n in [3, 0, 4, 1, 2] {
        ends.push(oneshot::channel().0);
        ends.swap_remove(n).send(()).unwrap();
        assert_eq!(set.join_next().await.unwrap().unwrap(), n);
    }
}

async fn the_length_counts_what_was_not_taken() {
    let mut set = JoinSet::new();
    assert_eq!(set.len(), 0);
    let ended = set.spawn(async {});
    set.spawn(async {});
    assert_eq!(set.len(), 2);
    common::eventually(|| ended.is_finished()).await;
    assert_eq!(set.len(), 2);
    set.join_next().await.unwrap().unwrap();
    assert_eq!(set.len(), 1);
    assert_eq!(format!("{set:?}"), "JoinSet { len: 1 }");
}

async fn a_panic_arrives_and_the_others_go_on() {
    let mut set = JoinSet::new();
    set.spawn(async { panic!("one of them") });
    set.spawn(async { 7 });
    let mut outputs = Vec::new();
    let mut panics = Vec::new();
    while let Some(output) = set.join_next().await {
        match output {
            Ok(output) => outputs.push(output),
            error => panics.push(common::panic_of_task(error)),
        }
    }
    assert_eq!(outputs, [7]);
    assert_eq!(panics, ["one of them"]);
}

async fn ids_come_with_the_outputs() {
    let mut set = JoinSet::new();
    let first = set.spawn(async { task::id() }).id();
    let second = set.spawn(async { task::id() }).id();
    let mut ids = HashSet::new();
    while let Some(output) = set.join_next_with_id().await {
        let (id, seen) = output.unwrap();
        assert_eq!(id, seen);
        ids.insert(id);
    }
    assert_eq!(ids, HashSet::from([first, second]));
}

async fn ids_come_with_the_errors() {
    let mut set = JoinSet::<()>::new();
    let aborted = set.spawn(pending());
    aborted.abort();
    let error = set.join_next_with_id().await.unwrap().unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(error.id(), aborted.id());
}

async fn try_join_next_waits_for_nothing() {
    let mut set = JoinSet::new();
    let (end, is_ended) = oneshot::channel::<()>();
    let task = set.spawn(async { is_ended.await.unwrap() });
    task::yield_now().await;
    assert!(set.try_join_next().is_none());
    assert_eq!(set.len(), 1);
    end.send(()).unwrap();
    let (id, ()) = loop {
        match set.try_join_next_with_id() {
            Some(output) => break output.unwrap(),
            None => task::yield_now().await,
        }
    };
    assert_eq!(id, task.id());
    assert!(set.try_join_next().is_none());
}

async fn an_abandoned_join_next_loses_nothing() {
    let mut set = JoinSet::new();
    let (end, is_ended) = oneshot::channel::<()>();
    let task = set.spawn(async {
        is_ended.await.unwrap();
        7
    });
    for _ in 0..3 {
        timeout(Duration::from_millis(1), set.join_next())
            .await
            .unwrap_err();
    }
    end.send(()).unwrap();
    common::eventually(|| task.is_finished()).await;
    assert_eq!(set.join_next().await.unwrap().unwrap(), 7);
}

async fn a_task_that_ends_wakes_the_last_waker() {
    use common::Wakes;
    use std::task::{Context, Waker};

    let mut set = JoinSet::new();
    let (end, is_ended) = oneshot::channel::<()>();
    set.spawn(async { is_ended.await.unwrap() });
    let wakes = [Arc::new(Wakes::default()), Arc::new(Wakes::default())];
    for wakes in &wakes {
        let waker = Waker::from(wakes.clone());
        assert!(
            set.poll_join_next(&mut Context::from_waker(&waker))
                .is_pending()
        );
    }
    end.send(()).unwrap();
    common::eventually(|| wakes[1].get() > 0).await;
    assert_eq!(wakes[0].get(), 0);
    set.join_next().await.unwrap().unwrap();
}

async fn abort_all_cancels_each() {
    let mut set = JoinSet::<()>::new();
    let dropped = Counter::default();
    for _ in 0..10 {
        let guard = dropped.on_drop();
        set.spawn(async {
            let _guard = guard;
            pending().await
        });
    }
    task::yield_now().await;
    set.abort_all();
    assert_eq!(set.len(), 10);
    while let Some(output) = set.join_next().await {
        assert!(output.unwrap_err().is_cancelled());
    }
    assert_eq!(dropped.get(), 10);
}

async fn abort_all_keeps_what_has_ended() {
    let mut set = JoinSet::new();
    let task = set.spawn(async { 7 });
    common::eventually(|| task.is_finished()).await;
    set.abort_all();
    assert_eq!(set.join_next().await.unwrap().unwrap(), 7);
}

async fn one_is_aborted_by_its_handle() {
    let mut set = JoinSet::new();
    let one = set.spawn(pending());
    set.spawn(async { 7 });
    one.abort();
    let mut cancelled = 0;
    let mut outputs = 0;
    while let Some(output) = set.join_next().await {
        match output {
            Ok(7) => outputs += 1,
            Err(error) if error.is_cancelled() && error.id() == one.id() => cancelled += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((cancelled, outputs), (1, 1));
}

async fn detach_all_lets_them_go_on() {
    let mut set = JoinSet::new();
    let (end, is_ended) = oneshot::channel::<()>();
    let (says, is_said) = oneshot::channel::<()>();
    set.spawn(async {
        is_ended.await.unwrap();
        says.send(()).unwrap();
    });
    set.detach_all();
    assert!(set.join_next().await.is_none());
    drop(set);
    end.send(()).unwrap();
    is_said.await.unwrap();
}

async fn the_set_is_usable_after_detach_all() {
    let mut set = JoinSet::new();
    let before = set.spawn(async { 1 });
    common::eventually(|| before.is_finished()).await;
    set.detach_all();
    set.spawn(async { 2 });
    assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    assert!(set.join_next().await.is_none());
}

async fn a_place_serves_many_tasks() {
    let mut set = JoinSet::new();
    set.spawn(pending());
    for n in 0..100 {
        let first = set.spawn(async move { n });
        set.spawn(async move { n });
        assert_eq!(set.len(), 3);
        for _ in 0..2 {
            assert_eq!(set.join_next().await.unwrap().unwrap(), n);
        }
        first.abort();
        assert_eq!(set.len(), 1);
        assert!(set.try_join_next().is_none());
    }
}

async fn a_spawn_that_panics_is_not_taken_for_a_task() {
    let mut set = JoinSet::new();
    // No runtime runs local tasks on such a thread.
    let outside = thread::spawn(move || {
        let spawn = AssertUnwindSafe(|| set.spawn_local(async { 1 }));
        assert!(catch_unwind(spawn).is_err());
        set
    });
    let mut set = outside.join().unwrap();
    assert!(set.is_empty());
    set.spawn(pending());
    set.spawn(async { 2 });
    assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    assert!(set.try_join_next().is_none());
    assert_eq!(set.len(), 1);
}

async fn a_dropped_set_aborts() {
    let mut set = JoinSet::<()>::new();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let (started, is_started) = oneshot::channel();
    let task = set.spawn(async move {
        let _guard = guard;
        started.send(()).unwrap();
        pending().await
    });
    is_started.await.unwrap();
    drop(set);
    common::eventually(|| task.is_finished()).await;
    assert_eq!(dropped.get(), 1);
}

async fn shutdown_waits_for_the_destructors() {
    let mut set = JoinSet::<()>::new();
    let dropped = Counter::default();
    for _ in 0..50 {
        let guard = dropped.on_drop();
        set.spawn(async {
            let _guard = guard;
            pending().await
        });
    }
    task::yield_now().await;
    set.shutdown().await;
    assert_eq!(dropped.get(), 50);
    assert!(set.is_empty());
}

async fn join_all_gives_every_output() {
    let mut set = JoinSet::new();
    for n in 0..20 {
        set.spawn(async move { n });
    }
    let mut outputs = set.join_all().await;
    outputs.sort_unstable();
    assert!(outputs.into_iter().eq(0..20));
}

async fn join_all_resumes_a_panic_and_aborts_the_others() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let task = task::spawn(async move {
        let mut set = JoinSet::new();
        let other = set.spawn(async {
            let _guard = guard;
            pending().await
        });
        set.spawn(async { panic!("one of them") });
        let joined = std::panic::AssertUnwindSafe(set.join_all());
        let panics = task::spawn(joined.0).await;
        common::eventually(|| other.is_finished()).await;
        common::panic_of_task(panics)
    });
    assert_eq!(task.await.unwrap(), "one of them");
    assert_eq!(dropped.get(), 1);
}

async fn join_all_panics_when_one_was_aborted() {
    let mut set = JoinSet::<()>::new();
    let task = set.spawn(pending());
    task.abort();
    let text = common::panic_of_task(task::spawn(set.join_all()).await);
    assert_eq!(text, format!("task {} was cancelled", task.id()));
}

async fn closures_are_awaited_too() {
    let mut set = JoinSet::new();
    set.spawn_blocking(|| 1);
    set.spawn_blocking(|| panic!("a closure"));
    let mut outputs = Vec::new();
    while let Some(output) = set.join_next().await {
        outputs.push(output.map_err(|error| common::text_of(error.into_panic())));
    }
    outputs.sort_unstable();
    assert_eq!(outputs, [Ok(1), Err("a closure".into())]);
}

async fn local_tasks_are_awaited_too() {
    let sum = Rc::new(Cell::new(0));
    let mut set = JoinSet::new();
    for n in 1..=4 {
        let sum = sum.clone();
        set.spawn_local(async move {
            task::yield_now().await;
            sum.set(sum.get() + n);
            sum
        });
    }
    while let Some(output) = set.join_next().await {
        assert!(Rc::ptr_eq(&output.unwrap(), &sum));
    }
    assert_eq!(sum.get(), 10);
}

async fn local_tasks_that_are_aborted_are_awaited_too() {
    let mut set = JoinSet::<()>::new();
    let kept = Rc::new(());
    let held = kept.clone();
    set.spawn_local(async move {
        let _held = held;
        pending().await
    });
    task::spawn_local(async {}).await.unwrap();
    set.shutdown().await;
    assert_eq!(Rc::strong_count(&kept), 1);
}

async fn it_is_collected_and_extended() {
    let mut set: JoinSet<u32> = (0..3).map(ready).collect();
    set.extend((3..5).map(ready));
    assert_eq!(set.len(), 5);
    assert_eq!(set.join_all().await.iter().sum::<u32>(), 10);
}

async fn big_futures_are_spawned() {
    let mut set = JoinSet::new();
    for _ in 0..2 {
        set.spawn(async {
            let bytes = [1_u8; 300 * 1024];
            task::yield_now().await;
            bytes.iter().map(|&byte| usize::from(byte)).sum::<usize>()
        });
    }
    assert_eq!(set.join_all().await, [300 * 1024; 2]);
}

async fn it_may_be_used_in_a_task() {
    let mut set = JoinSet::new();
    set.spawn(async { 1 });
    let sum = task::spawn(async move {
        set.spawn(async { 2 });
        set.join_all().await.iter().sum::<i32>()
    });
    assert_eq!(sum.await.unwrap(), 3);
}

async fn it_may_be_polled_on_another_executor() {
    let mut set = JoinSet::new();
    set.spawn(sleep(Duration::from_millis(1)));
    let joined = task::spawn_blocking(move || common::block_on(set.join_next()).is_some());
    assert!(joined.await.unwrap());
}

async fn ten_thousand_tasks_are_joined() {
    let mut set = JoinSet::new();
    for n in 0..10_000_u64 {
        set.spawn(async move { n });
    }
    assert_eq!(set.join_all().await.iter().sum::<u64>(), 49_995_000);
}

async fn spawning_while_joining_ends() {
    let mut set = JoinSet::new();
    set.spawn(async { 10 });
    let mut ended = 0;
    while let Some(output) = set.join_next().await {
        ended += 1;
        let left = output.unwrap();
        for _ in 0..u32::min(left, 2) {
            set.spawn(async move { left / 2 });
        }
    }
    // 10, two of 5, four of 2, eight of 1, eight of 0.
    assert_eq!(ended, 23);
}

async fn a_destructor_that_panics_is_told() {
    let mut set = JoinSet::<()>::new();
    let (started, is_started) = oneshot::channel();
    set.spawn(async {
        let _bomb = on_drop(|| panic!("a destructor"));
        started.send(()).unwrap();
        pending().await
    });
    is_started.await.unwrap();
    set.abort_all();
    let text = common::panic_of_task(set.join_next().await.unwrap());
    assert_eq!(text, "a destructor");
    assert!(set.join_next().await.is_none());
}

async fn nothing_is_polled_within_spawn() {
    let mut set = JoinSet::new();
    let polls = Arc::new(AtomicUsize::new(0));
    let polled = polls.clone();
    set.spawn(async move { polled.fetch_add(1, Ordering::SeqCst) });
    assert_eq!(polls.load(Ordering::SeqCst), 0);
    set.join_next().await.unwrap().unwrap();
    assert_eq!(polls.load(Ordering::SeqCst), 1);
}

fn it_spawns_on_a_handle(mut builder: Builder) {
    let runtime = builder.thread_name("of this set").build().unwrap();
    let handle = runtime.handle().clone();
    let mut set = JoinSet::new();
    let name = || std::thread::current().name().map(String::from);
    set.spawn_on(async { String::new() }, &handle);
    set.spawn_blocking_on(move || name().unwrap(), &handle);
    let mut names = runtime.block_on(set.join_all());
    names.sort_unstable();
    assert_eq!(names, ["", "of this set"]);
}

fn the_end_of_the_runtime_is_told(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let mut set = JoinSet::<()>::new();
    set.spawn_on(pending(), runtime.handle());
    drop(runtime);
    let error = common::block_on(set.join_next()).unwrap().unwrap_err();
    assert!(error.is_cancelled());
}

fn it_may_be_awaited_outside(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (sender, receiver) = mpsc::channel();
    let mut set = JoinSet::new();
    set.spawn_blocking_on(move || receiver.recv().unwrap(), runtime.handle());
    sender.send(7).unwrap();
    assert_eq!(common::block_on(set.join_next()).unwrap().unwrap(), 7);
}

#[cfg(feature = "sync")]
pub(crate) mod limit {
    use super::*;

    on_both_flavors! {
        no_more_run_than_it_says,
        those_that_wait_are_tasks_that_can_be_aborted,
        a_panic_gives_its_turn_to_the_next,
        an_abort_gives_its_turn_to_the_next,
        local_tasks_count,
        closures_do_not_count,
        a_dropped_set_drops_those_that_wait,
    }

    with_both_builders! {
        tasks_on_a_handle_count,
    }

    /// A pair of counts: how many tasks run, and the most that ran at once.
    #[derive(Clone, Default)]
    struct Running(Arc<[AtomicUsize; 2]>);

    impl Running {
        async fn run(self) {
            let [now, most] = &*self.0;
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..3 {
                task::yield_now().await;
            }
            sleep(Duration::from_millis(1)).await;
            now.fetch_sub(1, Ordering::SeqCst);
        }

        fn most(&self) -> usize {
            self.0[1].load(Ordering::SeqCst)
        }
    }

    async fn no_more_run_than_it_says() {
        let running = Running::default();
        let mut set = JoinSet::with_limit(4);
        for _ in 0..100 {
            set.spawn(running.clone().run());
        }
        assert_eq!(set.len(), 100);
        set.join_all().await;
        assert_eq!(running.most(), 4);
    }

    async fn those_that_wait_are_tasks_that_can_be_aborted() {
        let mut set = JoinSet::<u8>::with_limit(1);
        let (started, is_started) = oneshot::channel();
        let first = set.spawn(async {
            started.send(()).unwrap();
            pending().await
        });
        is_started.await.unwrap();
        let waits = set.spawn(ready(1));
        task::yield_now().await;
        waits.abort();
        let error = set.join_next().await.unwrap().unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(error.id(), waits.id());
        first.abort();
        assert_eq!(set.join_next().await.unwrap().unwrap_err().id(), first.id());
    }

    async fn a_panic_gives_its_turn_to_the_next() {
        let mut set = JoinSet::with_limit(1);
        for _ in 0..10 {
            set.spawn(async { panic!("one of them") });
        }
        while let Some(output) = set.join_next().await {
            assert_eq!(common::panic_of_task::<()>(output), "one of them");
        }
    }

    async fn an_abort_gives_its_turn_to_the_next() {
        let mut set = JoinSet::with_limit(1);
        let (started, is_started) = oneshot::channel();
        let first = set.spawn(async {
            started.send(()).unwrap();
            pending().await
        });
        is_started.await.unwrap();
        set.spawn(async { 7 });
        first.abort();
        // The turn passes to the next task before the set learns of the end, so the set may give
        // the other output first.
        let outputs = [set.join_next().await, set.join_next().await];
        let is_first = |output: &Result<u8, task::JoinError>| {
            output.as_ref().is_err_and(task::JoinError::is_cancelled)
        };
        let [Some(one), Some(other)] = outputs else {
            panic!("{outputs:?}");
        };
        assert!(is_first(&one) != is_first(&other));
        assert!(matches!((one, other), (Ok(7), Err(_)) | (Err(_), Ok(7))));
    }

    async fn local_tasks_count() {
        let running = Running::default();
        let mut set = JoinSet::with_limit(2);
        for _ in 0..10 {
            set.spawn_local(running.clone().run());
            set.spawn(running.clone().run());
        }
        set.join_all().await;
        assert_eq!(running.most(), 2);
    }

    async fn closures_do_not_count() {
        let mut set = JoinSet::with_limit(1);
        let (sender, receiver) = mpsc::channel();
        set.spawn_blocking(move || receiver.recv().unwrap());
        set.spawn_blocking(move || sender.send(()).unwrap());
        set.join_all().await;
    }

    async fn a_dropped_set_drops_those_that_wait() {
        let mut set = JoinSet::<()>::with_limit(1);
        let dropped = Counter::default();
        let tasks: Vec<_> = (0..5)
            .map(|_| {
                let guard = dropped.on_drop();
                set.spawn(async {
                    let _guard = guard;
                    pending().await
                })
            })
            .collect();
        task::yield_now().await;
        drop(set);
        common::eventually(|| tasks.iter().all(|task| task.is_finished())).await;
        assert_eq!(dropped.get(), 5);
    }

    fn tasks_on_a_handle_count(mut builder: Builder) {
        let runtime = builder.build().unwrap();
        let running = Running::default();
        let mut set = JoinSet::with_limit(2);
        for _ in 0..10 {
            set.spawn_on(running.clone().run(), runtime.handle());
        }
        runtime.block_on(set.join_all());
        assert_eq!(running.most(), 2);
    }

    #[test]
    fn zero_panics_with_one_text() {
        assert_eq!(
            common::panic_of(|| JoinSet::<()>::with_limit(0)),
            "portable: the limit of a `JoinSet` is zero"
        );
    }

    #[test]
    fn no_limit_is_too_great() {
        assert!(JoinSet::<()>::with_limit(usize::MAX).is_empty());
    }
}
