//! Tests of several runtimes in one process, each on threads of its own.
#![cfg(feature = "_runtime")]

use std::sync::{Arc, Barrier};
use std::thread;

use portable::runtime::{self, Builder, Handle};
use portable::task;
use portable::time::{Duration, sleep};

/// Runs `check` within each runtime at the same time, on both flavours.
fn on_all_at_once(check: impl AsyncFn(&'static str) + Send + Sync + Clone + 'static) {
    let runtimes: Vec<_> = runtime::available()
        .into_iter()
        .flat_map(|name| {
            [
                (name, Builder::new_multi_thread()),
                (name, Builder::new_current_thread()),
            ]
        })
        .collect();
    let all_are_up = Arc::new(Barrier::new(runtimes.len()));
    let threads: Vec<_> = runtimes
        .into_iter()
        .map(|(name, mut builder)| {
            let (all_are_up, check) = (all_are_up.clone(), check.clone());
            thread::spawn(move || {
                let runtime = builder.runtime(name).build().unwrap();
                all_are_up.wait();
                runtime.block_on(check(name));
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn what_a_task_calls_goes_to_the_runtime_that_polls_it() {
    on_all_at_once(async |name| {
        for _ in 0..50 {
            assert_eq!(runtime::current(), name);
            let task = portable::spawn(async {
                let nested = portable::spawn(async { runtime::current() });
                sleep(Duration::from_micros(100)).await;
                (runtime::current(), nested.await.unwrap())
            });
            assert_eq!(task.await.unwrap(), (name, name));
        }
    });
}

#[test]
fn what_a_local_task_calls_goes_to_the_runtime_of_its_thread() {
    on_all_at_once(async |name| {
        let task = task::spawn_local(async {
            sleep(Duration::from_micros(100)).await;
            portable::spawn(async { runtime::current() }).await.unwrap()
        });
        assert_eq!(task.await.unwrap(), name);
    });
}

#[test]
fn what_a_blocking_closure_calls_goes_to_the_runtime_that_spawned_it() {
    on_all_at_once(async |name| {
        let task = task::spawn_blocking(|| {
            assert_eq!(
                runtime::current(),
                portable::block_on(async { runtime::current() })
            );
            portable::block_on(async { portable::spawn(async { runtime::current() }).await })
        });
        assert_eq!(task.await.unwrap().unwrap(), name);
    });
}

#[test]
fn a_handle_goes_to_its_runtime_from_anywhere() {
    on_all_at_once(async |name| {
        let handle = Handle::current();
        let thread = thread::spawn(move || {
            let inside = handle.block_on(async {
                let spawned = portable::spawn(async { runtime::current() });
                (runtime::current(), spawned.await.unwrap())
            });
            (inside, handle.spawn(async { runtime::current() }))
        });
        // The task runs on this thread on the current-thread flavour, so the thread must not block.
        while !thread.is_finished() {
            task::yield_now().await;
        }
        let (inside, task) = thread.join().unwrap();
        assert_eq!(inside, (name, name));
        assert_eq!(task.await.unwrap(), name);
    });
}

#[test]
fn a_handle_of_one_runtime_can_be_awaited_on_another() {
    let (sender, receiver) = std::sync::mpsc::channel();
    on_all_at_once({
        let sender = std::sync::Mutex::new(sender);
        let sender = Arc::new(sender);
        async move |name| {
            let task = portable::spawn(async move {
                sleep(Duration::from_millis(1)).await;
                name
            });
            // The runtime stays until its task is done.
            while !task.is_finished() {
                task::yield_now().await;
            }
            sender.lock().unwrap().send((name, task)).unwrap();
        }
    });
    for other in runtime::available() {
        let runtime = Builder::new_current_thread()
            .runtime(other)
            .build()
            .unwrap();
        if let Ok((name, task)) = receiver.try_recv() {
            assert_eq!(runtime.block_on(task).unwrap(), name);
        }
    }
}

#[test]
fn a_runtime_that_is_not_compiled_in_is_an_error_that_lists_those_that_are() {
    let error = Builder::new_multi_thread()
        .runtime("threads")
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(
        text.starts_with("portable: `runtime` is \"threads\", which is no runtime"),
        "{text}"
    );
    for name in runtime::available() {
        assert!(text.contains(&format!("`{name}`")), "{text}");
    }
}

#[test]
fn a_guard_leads_from_each_runtime_to_each_other() {
    let build = |name| Builder::new_multi_thread().runtime(name).build().unwrap();
    for from in runtime::available() {
        for to in runtime::available() {
            let (outer, other) = (build(from), build(to));
            let (task,) = outer.block_on(async {
                let guard = other.enter();
                assert_eq!(runtime::current(), to);
                assert_eq!(Handle::try_current().unwrap().id(), other.handle().id());
                let task = portable::spawn(async { runtime::current() });
                // The guard may be held while this thread polls other tasks.
                sleep(Duration::from_millis(1)).await;
                assert_eq!(runtime::current(), to);
                drop(guard);
                assert_eq!(runtime::current(), from);
                assert_eq!(Handle::try_current().unwrap().id(), outer.handle().id());
                let own = portable::spawn(async { runtime::current() });
                assert_eq!(own.await.unwrap(), from);
                (task,)
            });
            assert_eq!(other.block_on(task).unwrap(), to);
        }
    }
}

#[cfg(feature = "tokio")]
mod tokio_context {
    use super::*;

    fn build() -> portable::runtime::Runtime {
        Builder::new_multi_thread()
            .runtime("tokio")
            .build()
            .unwrap()
    }

    #[test]
    fn what_asks_for_tokio_finds_the_runtime_that_was_entered() {
        let runtime = build();
        let here = runtime.block_on(async { tokio::runtime::Handle::current().id() });
        let guard = runtime.enter();
        assert_eq!(tokio::runtime::Handle::current().id(), here);
        let task = tokio::spawn(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            runtime::current()
        });
        drop(guard);
        assert!(tokio::runtime::Handle::try_current().is_err());
        assert_eq!(runtime.block_on(task).unwrap(), "tokio");
    }

    #[test]
    fn a_handle_of_a_runtime_that_other_code_has_built_can_be_entered() {
        let foreign = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let id = foreign.handle().id();
        let handle = foreign.block_on(async {
            let handle = Handle::try_current().unwrap();
            // It is there already.
            let _guard = handle.enter();
            assert_eq!(portable::spawn(async {}).await.ok(), Some(()));
            handle.clone()
        });
        let runtime = build();
        let (spawned,) = runtime.block_on(async {
            let _guard = handle.enter();
            assert_eq!(tokio::runtime::Handle::current().id(), id);
            assert_eq!(Handle::current().id(), handle.id());
            (portable::spawn(async {
                tokio::runtime::Handle::current().id()
            }),)
        });
        assert_eq!(foreign.block_on(spawned).unwrap(), id);
        let guard = handle.enter();
        let spawned = portable::spawn(async { tokio::runtime::Handle::current().id() });
        let closure = task::spawn_blocking(|| Handle::current().id());
        assert_eq!(handle.block_on(spawned).unwrap(), id);
        assert_eq!(handle.block_on(closure).unwrap(), handle.id());
        drop(guard);
        assert!(Handle::try_current().is_err());
    }
}
