//! A task does not wait for ever after an abort, and its end becomes known.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use crate::check::{Park, check};
use crate::group::Group;
use crate::home::Home;
use crate::meta::Meta;

fn task() -> Arc<Meta> {
    Arc::new(Meta::new(Home::default(), 0))
}

/// Runs a task whose future is never ready: as `Contained::turn`, and the thread that polls it.
fn run(meta: &Arc<Meta>) -> JoinHandle<()> {
    let meta = meta.clone();
    thread::spawn(move || {
        let park = Park::new();
        let waker = park.waker();
        while !meta.is_cancelled() {
            meta.list(&waker);
            if meta.is_cancelled() {
                break;
            }
            park.park();
        }
        meta.end();
    })
}

#[test]
fn an_abort_ends_a_task_that_goes_to_wait() {
    check(6, || {
        let meta = task();
        let task = run(&meta);
        let remote = meta.remote();
        remote.abort();
        task.join().unwrap();
        assert!(remote.is_finished());
    });
}

#[test]
fn an_abort_by_a_handle_that_another_makes_ends_the_task() {
    check(3, || {
        let meta = task();
        let task = run(&meta);
        let other = thread::spawn({
            let meta = meta.clone();
            move || meta.remote().clone()
        });
        meta.remote().abort();
        task.join().unwrap();
        assert!(other.join().unwrap().is_finished());
    });
}

#[test]
fn a_handle_that_is_made_at_the_end_knows_of_it() {
    check(4, || {
        let meta = task();
        let task = thread::spawn({
            let meta = meta.clone();
            move || meta.end()
        });
        let other = thread::spawn({
            let meta = meta.clone();
            move || meta.remote().clone()
        });
        let here = meta.remote();
        task.join().unwrap();
        assert!(here.is_finished());
        assert!(other.join().unwrap().is_finished());
    });
}

#[test]
fn the_end_of_the_group_ends_a_task_that_goes_to_wait() {
    check(6, || {
        let group = Arc::new(Group::default());
        let meta = Arc::new(Meta::new(Home(group.clone()), 0));
        let task = run(&meta);
        group.close();
        task.join().unwrap();
        assert_eq!(group.len(), 0);
    });
}
