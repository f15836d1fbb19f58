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
