//! Tests of tasks with names (`task::Builder`).

#![cfg(all(feature = "macros", feature = "_runtime"))]

mod common;

use std::thread;

use common::{on_both_flavors, program};
use portable::runtime::Builder;
use portable::task;

on_both_flavors! {
    a_task_knows_its_name,
    a_name_lasts_across_awaits,
    a_task_without_a_name_has_none,
    a_task_does_not_inherit_the_name,
    names_need_not_be_unique,
    a_closure_knows_its_name,
    a_local_task_knows_its_name,
    the_name_is_borrowed_for_the_call_alone,
    any_text_is_a_name,
    the_macro_names_a_task,
    main_has_no_name,
    a_thread_that_ran_a_named_task_has_no_name,
    a_panic_leaves_no_name_behind,
}

fn name() -> Option<String> {
    task::try_name().map(|name| String::from(&*name))
}

fn named(name: &str) -> task::Builder<'_> {
    task::Builder::new().name(name)
}

async fn a_task_knows_its_name() {
    let task = named("resolver").spawn(async { name() }).unwrap();
    assert_eq!(task.await.unwrap().as_deref(), Some("resolver"));
}

async fn a_name_lasts_across_awaits() {
    let task = named("resolver").spawn(async {
        for _ in 0..100 {
            assert_eq!(name().as_deref(), Some("resolver"));
            task::yield_now().await;
            let _ = task::spawn(async {}).await;
        }
    });
    task.unwrap().await.unwrap();
}

async fn a_task_without_a_name_has_none() {
    assert_eq!(task::spawn(async { name() }).await.unwrap(), None);
    let task = task::Builder::new().spawn(async { name() }).unwrap();
    assert_eq!(task.await.unwrap(), None);
    assert_eq!(task::spawn_blocking(name).await.unwrap(), None);
}

async fn a_task_does_not_inherit_the_name() {
    let outer = named("outer").spawn(async {
        let inner = task::spawn(async { name() }).await.unwrap();
        let closure = task::spawn_blocking(name).await.unwrap();
        let other = named("inner").spawn(async { name() }).unwrap();
        (inner, closure, other.await.unwrap(), name())
    });
    let (inner, closure, other, own) = outer.unwrap().await.unwrap();
    assert_eq!((inner, closure), (None, None));
    assert_eq!(other.as_deref(), Some("inner"));
    assert_eq!(own.as_deref(), Some("outer"));
}

async fn names_need_not_be_unique() {
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let task = named(if n % 2 == 0 { "even" } else { "odd" });
            task.spawn(async {
                task::yield_now().await;
                name()
            })
            .unwrap()
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        let expected = if n % 2 == 0 { "even" } else { "odd" };
        assert_eq!(task.await.unwrap().as_deref(), Some(expected));
    }
}

async fn a_closure_knows_its_name() {
    let closure = named("hasher").spawn_blocking(name).unwrap();
    assert_eq!(closure.await.unwrap().as_deref(), Some("hasher"));
}

async fn a_local_task_knows_its_name() {
    let task = named("local").spawn_local(async {
        task::yield_now().await;
        std::rc::Rc::new(name())
    });
    assert_eq!(task.unwrap().await.unwrap().as_deref(), Some("local"));
}

async fn the_name_is_borrowed_for_the_call_alone() {
    let task = {
        let made = format!("number {}", 7);
        named(&made)
            .spawn(async {
                task::yield_now().await;
                name()
            })
            .unwrap()
    };
    assert_eq!(task.await.unwrap().as_deref(), Some("number 7"));
}

async fn any_text_is_a_name() {
    for text in ["", "with a \0 in it", "日本語", &"long".repeat(1_000)] {
        let task = named(text).spawn(async { name() }).unwrap();
        assert_eq!(task.await.unwrap().as_deref(), Some(text));
    }
}

async fn the_macro_names_a_task() {
    let task = portable::spawn_task!(name = "resolver", async { name() });
    assert_eq!(task.await.unwrap().as_deref(), Some("resolver"));
    let n = 7;
    let closure = portable::spawn_task!(name = "number {n}", blocking, name);
    assert_eq!(closure.await.unwrap().as_deref(), Some("number 7"));
}

async fn main_has_no_name() {
    assert_eq!(name(), None);
    let named = named("resolver").spawn(async {}).unwrap();
    named.await.unwrap();
    assert_eq!(name(), None);
}

async fn a_thread_that_ran_a_named_task_has_no_name() {
    for _ in 0..20 {
        let task = named("resolver").spawn(async { task::yield_now().await });
        task.unwrap().await.unwrap();
        assert_eq!(task::spawn(async { name() }).await.unwrap(), None);
        let closure = named("hasher").spawn_blocking(|| ()).unwrap();
        closure.await.unwrap();
        assert_eq!(task::spawn_blocking(name).await.unwrap(), None);
    }
    assert_eq!(thread::spawn(name).join().unwrap(), None);
}

async fn a_panic_leaves_no_name_behind() {
    for _ in 0..20 {
        let task = named("resolver").spawn(async { panic!("on purpose") });
        let _ = task.unwrap().await;
        assert_eq!(task::spawn(async { name() }).await.unwrap(), None);
        let closure = named("hasher").spawn_blocking(|| panic!("on purpose"));
        let _ = closure.unwrap().await;
        assert_eq!(task::spawn_blocking(name).await.unwrap(), None);
    }
    assert_eq!(name(), None);
}

/// Panic hooks are the main use of names.
#[test]
fn a_panic_hook_sees_the_name() {
    program!("a_panic_hook_sees_the_name").run(
        || {
            std::panic::set_hook(Box::new(|_| {
                println!("{} has panicked", name().as_deref().unwrap_or("nobody"));
            }));
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let runtime = builder.build().unwrap();
                runtime.block_on(async {
                    let task = named("a task").spawn(async { panic!("on purpose") });
                    let _ = task.unwrap().await;
                    let closure = named("a closure").spawn_blocking(|| panic!("on purpose"));
                    let _ = closure.unwrap().await;
                    let local = named("a local task").spawn_local(async { panic!("on purpose") });
                    let _ = local.unwrap().await;
                });
            }
        },
        |outcome| {
            let each = [
                "a task has panicked",
                "a closure has panicked",
                "a local task has panicked",
            ];
            outcome.printed(&[each, each].concat());
        },
    );
}
