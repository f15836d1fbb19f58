//! `#[portable::main(spawn = true)]`: `main` as a task (contract 9).

use std::error::Error;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::rc::Rc;
use std::thread;

use crate::common::{on_drop, program};
use portable::task;
use portable::time::{Duration, sleep};

#[test]
fn it_is_a_task_on_a_worker() {
    #[portable::main(spawn = true)]
    async fn main() {
        println!("{}", task::try_id().is_some());
        println!("{:?}", thread::current().name());
        sleep(Duration::from_millis(1)).await;
        println!("{:?}", task::spawn(async { 42 }).await.unwrap());
    }

    program!("it_is_a_task_on_a_worker").run_with_workers(main, |outcome| {
        outcome.printed(&["true", "Some(\"portable-worker\")", "42"]);
    });
}

#[test]
fn on_the_current_thread_flavour_it_is_a_task_too() {
    #[portable::main(spawn = true, flavor = "current_thread")]
    async fn main() {
        println!("{}", task::try_id().is_some());
        // A task on a worker could not do this.
        println!("{}", task::spawn_local(async { 42 }).await.unwrap());
    }

    program!("on_the_current_thread_flavour_it_is_a_task_too").run(main, |outcome| {
        outcome.printed(&["true", "42"]);
    });
}

#[test]
fn tasks_end_with_it() {
    #[portable::main(spawn = true)]
    async fn main() {
        let dropped = on_drop(|| println!("dropped"));
        task::spawn(async move {
            let _dropped = dropped;
            pending::<()>().await;
        });
        task::yield_now().await;
        println!("main");
    }

    program!("tasks_end_with_it").run(main, |outcome| {
        outcome.printed(&["main", "dropped"]);
    });
}

#[test]
fn its_panic_goes_on_where_it_was_called_and_is_told_once() {
    #[portable::main(spawn = true)]
    async fn main() {
        task::yield_now().await;
        panic!("oh no");
    }

    let program = || {
        let payload = catch_unwind(AssertUnwindSafe(main)).unwrap_err();
        println!("{:?}", payload.downcast_ref::<&str>());
    };
    program!("its_panic_goes_on_where_it_was_called_and_is_told_once").run(program, |outcome| {
        outcome.printed(&["Some(\"oh no\")"]);
        assert_eq!(outcome.stderr.matches("oh no").count(), 1);
    });
}

#[test]
fn an_error_that_cannot_be_sent_becomes_the_status() {
    #[portable::main(spawn = true)]
    async fn main() -> Result<(), Box<dyn Error>> {
        task::yield_now().await;
        Err("oh no".into())
    }

    let program = || println!("{}", main() == ExitCode::FAILURE);
    program!("an_error_that_cannot_be_sent_becomes_the_status").run(program, |outcome| {
        outcome.printed(&["true"]);
        assert!(
            outcome.stderr.contains("Error: \"oh no\""),
            "{}",
            outcome.stderr
        );
    });
}

#[test]
fn another_function_gives_what_it_returns() {
    #[portable::main(spawn = true)]
    async fn sum(numbers: Vec<u32>) -> u32 {
        task::yield_now().await;
        numbers.into_iter().sum()
    }

    #[portable::main(spawn = false)]
    async fn not_spawned() -> Rc<u32> {
        let shared = Rc::new(42);
        task::yield_now().await;
        shared
    }

    let program = || println!("{} {}", sum(vec![20, 22]), not_spawned());
    program!("another_function_gives_what_it_returns").run(program, |outcome| {
        outcome.printed(&["42 42"]);
    });
}
