//! A task does not wait for ever after an abort, and its end becomes known.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use crate::cancel::Cancel;
use crate::check::{Park, check};
use crate::group::Group;

fn task() -> Arc<Cancel> {
    Arc::new(Cancel::new(Arc::new(Group::default()), 0))
}

/// Runs a task whose future is never ready: as `Contained::turn`, and the thread that polls it.
fn run(cancel: &Arc<Cancel>) -> JoinHandle<()> {
    let cancel = cancel.clone();
    thread::spawn(move || {
        let park = Park::new();
        let waker = park.waker();
        let mut key = None;
        while !cancel.is_cancelled() {
            if key.is_none() {
                key = Some(cancel.list(&waker));
            }
            if cancel.is_cancelled() {
                break;
            }
            park.park();
        }
        cancel.end(key);
    })
}

#[test]
fn an_abort_ends_a_task_that_goes_to_wait() {
    check(6, || {
        let cancel = task();
        let task = run(&cancel);
        let remote = cancel.remote();
        remote.abort();
        task.join().unwrap();
        assert!(remote.is_finished());
    });
}

#[test]
fn an_abort_by_a_handle_that_another_makes_ends_the_task() {
    check(3, || {
        let cancel = task();
        let task = run(&cancel);
        let other = thread::spawn({
            let cancel = cancel.clone();
            move || cancel.remote().clone()
        });
        cancel.remote().abort();
        task.join().unwrap();
        assert!(other.join().unwrap().is_finished());
    });
}

#[test]
fn a_handle_that_is_made_at_the_end_knows_of_it() {
    check(4, || {
        let cancel = task();
        let task = thread::spawn({
            let cancel = cancel.clone();
            move || cancel.end(None)
        });
        let other = thread::spawn({
            let cancel = cancel.clone();
            move || cancel.remote().clone()
        });
        let here = cancel.remote();
        task.join().unwrap();
        assert!(here.is_finished());
        assert!(other.join().unwrap().is_finished());
    });
}

#[test]
fn the_end_of_the_group_ends_a_task_that_goes_to_wait() {
    check(6, || {
        let group = Arc::new(Group::default());
        let cancel = Arc::new(Cancel::new(group.clone(), 0));
        let task = run(&cancel);
        group.close();
        task.join().unwrap();
        assert!(group.is_empty());
    });
}
