//! A task that waits learns of the end of its group.

use std::sync::Arc;
use std::task::{Wake, Waker};

use loom::sync::Mutex;
use loom::thread;

use crate::check::{Park, check};
use crate::group::{Group, Key};

#[test]
fn a_task_that_goes_to_wait_sees_the_end() {
    check(6, || {
        let group = Arc::new(Group::default());
        let tasks: Vec<_> = (0..2)
            .map(|id| {
                let group = group.clone();
                thread::spawn(move || {
                    let park = Park::new();
                    let key = group.insert(id, park.waker());
                    while !group.is_closed() {
                        park.park();
                    }
                    group.remove(key);
                })
            })
            .collect();
        group.close();
        tasks.into_iter().for_each(|task| task.join().unwrap());
        assert_eq!(group.len(), 0);
    });
}

#[test]
fn a_key_wakes_its_task_while_others_come_and_go() {
    check(6, || {
        let group = Arc::new(Group::default());
        let park = Park::new();
        // The same id, so the same lock.
        let key = group.insert(0, park.waker());
        let other = thread::spawn({
            let group = group.clone();
            move || {
                let key = group.insert(0, Waker::noop().clone());
                group.remove(key);
            }
        });
        let waker = thread::spawn({
            let group = group.clone();
            move || group.wake(key)
        });
        park.park();
        group.remove(key);
        waker.join().unwrap();
        other.join().unwrap();
        assert_eq!(group.len(), 0);
    });
}

/// A waker that goes back to the group, as that of a task which ends at once does.
#[derive(Default)]
struct Ends {
    group: Arc<Group>,
    key: Mutex<Option<Key>>,
}

impl Wake for Ends {
    fn wake(self: Arc<Self>) {
        let key = self.key.lock().unwrap().take();
        if let Some(key) = key {
            self.group.remove(key);
        }
    }
}

#[test]
fn a_waker_may_use_the_group() {
    check(6, || {
        let group = Arc::new(Group::default());
        let task = Arc::new(Ends {
            group: group.clone(),
            key: Mutex::new(None),
        });
        let mut place = task.key.lock().unwrap();
        let key = group.insert(0, Waker::from(task.clone()));
        *place = Some(key);
        drop(place);
        let other = thread::spawn({
            let group = group.clone();
            move || group.wake(key)
        });
        group.close();
        other.join().unwrap();
        assert_eq!(group.len(), 0);
    });
}
