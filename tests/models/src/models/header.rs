//! Checks that a task does not wait for ever after an abort, and that its end becomes known.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use crate::check::{Park, check};
use crate::runtime::metrics::Ending;
use crate::task::header::{Header, Owner, Runnable};
use crate::task::list::TaskList;

/// Tasks that no other thread runs.
#[derive(Debug, Default)]
struct Tasks(TaskList);

impl Owner for Tasks {
    fn tasks(&self) -> &TaskList {
        &self.0
    }

    fn schedule(&self, _: Runnable) {
        unreachable!("the models wake no async-task");
    }

    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable> {
        Err(runnable)
    }

    fn ended_elsewhere(&self, how: Ending) {
        match how {}
    }
}

fn task() -> Arc<Header> {
    Arc::new(Header::new(Arc::new(Tasks::default()), 0, false))
}

/// Runs a task whose future is never ready, with the steps of `Contained::turn` and of the thread
/// that polls it.
fn run(header: &Arc<Header>) -> JoinHandle<()> {
    let header = header.clone();
    thread::spawn(move || {
        let park = Park::new();
        let waker = park.waker();
        while !header.is_cancelled() {
            header.list(&waker);
            if header.is_cancelled() {
                break;
            }
            park.park();
        }
        header.end();
    })
}

#[test]
fn an_abort_ends_a_task_that_goes_to_wait() {
    check(6, || {
        let header = task();
        let task = run(&header);
        let abort_state = header.abort_state();
        abort_state.abort();
        task.join().unwrap();
        assert!(abort_state.is_finished());
    });
}

#[test]
fn an_abort_by_a_handle_that_another_makes_ends_the_task() {
    check(3, || {
        let header = task();
        let task = run(&header);
        let other = thread::spawn({
            let header = header.clone();
            move || header.abort_state().clone()
        });
        header.abort_state().abort();
        task.join().unwrap();
        assert!(other.join().unwrap().is_finished());
    });
}

#[test]
fn a_handle_that_is_made_at_the_end_knows_of_it() {
    check(4, || {
        let header = task();
        let task = thread::spawn({
            let header = header.clone();
            move || header.end()
        });
        let other = thread::spawn({
            let header = header.clone();
            move || header.abort_state().clone()
        });
        let here = header.abort_state();
        task.join().unwrap();
        assert!(here.is_finished());
        assert!(other.join().unwrap().is_finished());
    });
}

#[test]
fn the_end_of_the_group_ends_a_task_that_goes_to_wait() {
    check(6, || {
        let tasks = Arc::new(Tasks::default());
        let header = Arc::new(Header::new(tasks.clone(), 0, false));
        let task = run(&header);
        tasks.0.close();
        task.join().unwrap();
        assert_eq!(tasks.0.len(), 0);
    });
}
