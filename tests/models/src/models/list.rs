//! Checks that a task that waits learns of the end of its tasks.

use std::sync::Arc;
use std::task::{Wake, Waker};

use loom::sync::Mutex;
use loom::thread;

use crate::check::{Park, check};
use crate::task::list::{Key, TaskList};

#[test]
fn a_task_that_goes_to_wait_sees_the_end() {
    check(6, || {
        let list = Arc::new(TaskList::default());
        let tasks: Vec<_> = (0..2)
            .map(|id| {
                let list = list.clone();
                thread::spawn(move || {
                    let park = Park::new();
                    let key = list.insert(id, park.waker());
                    while !list.is_closed() {
                        park.park();
                    }
                    list.remove(key);
                })
            })
            .collect();
        list.close();
        tasks.into_iter().for_each(|task| task.join().unwrap());
        assert_eq!(list.len(), 0);
    });
}

#[test]
fn a_key_wakes_its_task_while_others_come_and_go() {
    check(6, || {
        let list = Arc::new(TaskList::default());
        let park = Park::new();
        // Both entries have the same id, so the same lock.
        let key = list.insert(0, park.waker());
        let other = thread::spawn({
            let list = list.clone();
            move || {
                let key = list.insert(0, Waker::noop().clone());
                list.remove(key);
            }
        });
        let waker = thread::spawn({
            let list = list.clone();
            move || list.wake(key)
        });
        park.park();
        list.remove(key);
        waker.join().unwrap();
        other.join().unwrap();
        assert_eq!(list.len(), 0);
    });
}

/// A waker that uses the list, like that of a task which ends at once.
#[derive(Default)]
struct Ends {
    tasks: Arc<TaskList>,
    key: Mutex<Option<Key>>,
}

impl Wake for Ends {
    fn wake(self: Arc<Self>) {
        let key = self.key.lock().unwrap().take();
        if let Some(key) = key {
            self.tasks.remove(key);
        }
    }
}

#[test]
fn a_waker_may_use_the_list() {
    check(6, || {
        let list = Arc::new(TaskList::default());
        let task = Arc::new(Ends {
            tasks: list.clone(),
            key: Mutex::new(None),
        });
        let mut place = task.key.lock().unwrap();
        let key = list.insert(0, Waker::from(task.clone()));
        *place = Some(key);
        drop(place);
        let other = thread::spawn({
            let list = list.clone();
            move || list.wake(key)
        });
        list.close();
        other.join().unwrap();
        assert_eq!(list.len(), 0);
    });
}
