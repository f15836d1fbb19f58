//! Tests of a runtime as a parameter: code that is generic over `AsyncRuntime`.

#![cfg(all(feature = "macros", feature = "_runtime"))]

mod common;

use std::collections::HashSet;
use std::future::{Future, pending};
use std::pin::pin;
use std::rc::Rc;
use std::thread;

use common::Counter;
use futures::channel::oneshot;
use futures::future::{Either, select};
use portable::runtime::{
    Any, AsyncAbortHandle, AsyncHandle, AsyncJoinHandle, AsyncRuntime, AsyncSleep,
};
use portable::task::JoinError;
use portable::time::{Duration, Instant};

/// Declares tests that take a runtime, and calls them with each.
macro_rules! on_each_runtime {
    ($($test:ident),* $(,)?) => {
        common::runtimes! { [on_each_runtime] ($($test)*) }
        mod any {
            $(on_each_runtime! { $test portable::runtime::Any })*
        }
    };
    ($tests:tt [$($worker:tt)*] [$($other:tt)*]) => {
        $(on_each_runtime! { @ $tests $worker })*
        $(on_each_runtime! { @ $tests $other })*
    };
    (@ ($($test:ident)*) ($name:ident $feature:literal $Type:ident)) => {
        #[cfg(feature = $feature)]
        mod $name {
            #[test]
            fn it_is_called_by_its_name() {
                use portable::runtime::AsyncRuntime;
                assert_eq!(portable::runtime::$Type.name(), $feature);
            }

            $(on_each_runtime! { $test portable::runtime::$Type })*
        }
    };
    ($test:ident $runtime:path) => {
        #[test]
        fn $test() {
            crate::common::limit_time(concat!(module_path!(), "::", stringify!($test)));
            crate::$test($runtime);
        }
    };
}

on_each_runtime! {
    it_spawns_and_sleeps,
    it_runs_a_pipeline,
    a_future_that_is_spawned_may_be_generic_itself,
    panics_arrive,
    tasks_are_aborted,
    a_dropped_handle_detaches,
    closures_run,
    a_sleep_is_reset,
    yields_let_others_run,
    handles_go_to_other_threads,
    the_id_is_known,
    local_tasks_panic_outside,
    block_on_panics_inside,
    names_are_known,
}

/// A function over a runtime, as in every sketch of a runtime abstraction.
async fn twice<R: AsyncRuntime>(rt: R, n: u32) -> u32 {
    let task = rt.spawn(async move { n * 2 });
    rt.sleep(Duration::from_millis(1)).await;
    task.await.expect("it does not panic")
}

fn it_spawns_and_sleeps<R: AsyncRuntime>(rt: R) {
    let start = Instant::now();
    assert_eq!(rt.block_on(twice(rt, 21)), 42);
    assert!(start.elapsed() >= Duration::from_millis(1));
}

/// A struct that holds its runtime, and handles of it.
struct Pipeline<R: AsyncRuntime> {
    rt: R,
    tasks: Vec<R::JoinHandle<u64>>,
}

impl<R: AsyncRuntime> Pipeline<R> {
    fn push(&mut self, n: u64) {
        let rt = self.rt;
        self.tasks.push(rt.spawn(async move {
            rt.yield_now().await;
            n * n
        }));
    }

    async fn sum(self) -> Result<u64, JoinError> {
        let mut sum = 0;
        for task in self.tasks {
            sum += task.await?;
        }
        Ok(sum)
    }
}

fn it_runs_a_pipeline<R: AsyncRuntime>(rt: R) {
    let mut pipeline = Pipeline {
        rt,
        tasks: Vec::new(),
    };
    for n in 0..100 {
        pipeline.push(n);
    }
    assert_eq!(rt.block_on(pipeline.sum()).unwrap(), 328_350);
}

fn a_future_that_is_spawned_may_be_generic_itself<R>(rt: R)
where
    R: AsyncRuntime<JoinHandle<u32>: Send>,
{
    let task = rt.spawn(twice(rt, 21));
    assert_eq!(rt.block_on(task).unwrap(), 42);
}

fn panics_arrive<R: AsyncRuntime>(rt: R) {
    let task: R::JoinHandle<()> = rt.spawn(async { panic!("on purpose") });
    let id = task.id();
    let error = rt.block_on(task).unwrap_err();
    assert_eq!(error.id(), id);
    assert_eq!(common::text_of(error.into_panic()), "on purpose");
}

fn tasks_are_aborted<R: AsyncRuntime>(rt: R) {
    let task = rt.spawn(pending::<()>());
    let abort = task.abort_handle();
    assert_eq!(abort.id(), task.id());
    task.abort();
    assert!(rt.block_on(task).unwrap_err().is_cancelled());
    assert!(abort.is_finished());

    let (dropped, is_dropped) = oneshot::channel();
    let guard = common::on_drop(move || dropped.send(()).unwrap());
    let task = rt.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    let abort = task.abort_handle();
    drop(task);
    abort.abort();
    rt.block_on(is_dropped).unwrap();
}

fn a_dropped_handle_detaches<R: AsyncRuntime>(rt: R) {
    let (done, is_done) = oneshot::channel();
    drop(rt.spawn(async move {
        rt.sleep(Duration::from_millis(1)).await;
        done.send(7).unwrap();
    }));
    assert_eq!(rt.block_on(is_done), Ok(7));
}

fn closures_run<R: AsyncRuntime>(rt: R) {
    let here = thread::current().id();
    let closure = rt.spawn_blocking(|| thread::current().id());
    assert_ne!(rt.block_on(closure).unwrap(), here);
    // The closure knows its runtime.
    let closure = rt.spawn_blocking(move || rt.block_on(twice(rt, 21)));
    assert_eq!(rt.block_on(closure).unwrap(), 42);
    #[cfg(feature = "rayon")]
    {
        let closure = rt.spawn_compute(move || rt.block_on(twice(rt, 21)));
        assert_eq!(rt.block_on(closure).unwrap(), 42);
        let closure = rt.handle().spawn_compute(move || rt.name());
        assert_eq!(rt.block_on(closure).unwrap(), rt.name());
    }
}

fn a_sleep_is_reset<R: AsyncRuntime>(rt: R) {
    let start = Instant::now();
    rt.block_on(async {
        let mut sleep = pin!(rt.sleep_until(start + Duration::from_secs(3600)));
        let short = pin!(rt.sleep(Duration::from_millis(5)));
        assert!(matches!(
            select(sleep.as_mut(), short).await,
            Either::Right(_)
        ));
        let soon = Instant::now() + Duration::from_millis(5);
        sleep.as_mut().reset(soon);
        sleep.await;
        assert!(Instant::now() >= soon);
        // The sleep is the longest possible one.
        let longest = pin!(rt.sleep(Duration::MAX));
        let short = pin!(rt.sleep(Duration::from_millis(5)));
        assert!(matches!(select(longest, short).await, Either::Right(_)));
    });
}

fn yields_let_others_run<R: AsyncRuntime>(rt: R) {
    let ran = Counter::default();
    rt.block_on(async {
        drop(rt.spawn({
            let ran = ran.clone();
            async move { ran.add_one() }
        }));
        while ran.get() == 0 {
            rt.yield_now().await;
        }
    });
}

fn handles_go_to_other_threads<R: AsyncRuntime>(rt: R) {
    let handle = rt.handle();
    let thread = thread::spawn(move || {
        let task = handle.spawn(async { 7 });
        let closure = handle.clone().spawn_blocking(|| 8);
        handle.block_on(async { task.await.unwrap() + closure.await.unwrap() })
    });
    assert_eq!(thread.join().unwrap(), 15);
}

fn the_id_is_known<R: AsyncRuntime>(rt: R) {
    assert_eq!(rt.task_id(), None);
    let mut ids = HashSet::new();
    for _ in 0..100 {
        let task = rt.spawn(async move { rt.task_id() });
        let id = task.id();
        assert_eq!(rt.block_on(task).unwrap(), Some(id));
        assert!(ids.insert(id));
    }
}

fn local_tasks_panic_outside<R: AsyncRuntime>(rt: R) {
    let shared = Rc::new(());
    let text = common::panic_of(|| {
        rt.spawn_local(async move {
            let _shared = shared;
        })
    });
    assert!(
        text.starts_with("portable: `spawn_local` called from outside"),
        "{text}"
    );
}

fn block_on_panics_inside<R: AsyncRuntime>(rt: R) {
    let text = rt.block_on(async { common::panic_of(|| rt.block_on(async {})) });
    assert!(
        text.starts_with("portable: `block_on` was called"),
        "{text}"
    );
}

fn names_are_known<R: AsyncRuntime>(rt: R) {
    assert!(portable::runtime::available().contains(&rt.name()));
    let task = rt.spawn(async move { rt.name() });
    assert_eq!(rt.block_on(task).unwrap(), rt.name());
}

#[test]
fn a_runtime_is_a_plain_value() {
    fn is_plain<R: AsyncRuntime + Unpin>(rt: R) -> String {
        let copy = rt;
        assert_eq!(rt, copy);
        assert_eq!(R::default(), copy);
        assert_eq!(size_of::<R>(), 0);
        format!("{rt:?}")
    }
    assert_eq!(is_plain(Any), "Any");
}

/// Nothing is boxed: the handle is the runtime's own.
#[test]
fn a_handle_needs_no_allocation() {
    fn size_of_handle<R: AsyncRuntime>(_: R) -> usize {
        size_of::<R::JoinHandle<[u8; 1024]>>()
    }
    assert!(size_of_handle(Any) <= 4 * size_of::<usize>());
    fn is_future<R: AsyncRuntime>(_: R)
    where
        R::JoinHandle<u8>: Future<Output = Result<u8, JoinError>> + Unpin,
    {
    }
    is_future(Any);
}
