//! A task that waits learns of the end of its tasks.

use std::sync::Arc;
use std::task::{Wake, Waker};

use loom::sync::Mutex;
use loom::thread;

use crate::check::{Park, check};
use crate::task_list::{Key, TaskList};

#[test]
fn a_task_that_goes_to_wait_sees_the_end() {
    check(6, || {
        let tasks = Arc::new(TaskList::default());
        let tasks: Vec<_> = (0..2)
            .map(|id| {
                let tasks = tasks.clone();
                thread::spawn(move || {
                    let park = Park::new();
                    let key = tasks.insert(id, park.waker());
                    while !tasks.is_closed() {
                        park.park();
                    }
                    tasks.remove(key);
                })
            })
            .collect();
        tasks.close();
        tasks.into_iter().for_each(|task| task.join().unwrap());
        assert_eq!(tasks.len(), 0);
    });
}

#[test]
fn a_key_wakes_its_task_while_others_come_and_go() {
    check(6, || {
        let tasks = Arc::new(TaskList::default());
        let park = Park::new();
        // The same id, so the same lock.
        let key = tasks.insert(0, park.waker());
        let other = thread::spawn({
            let tasks = tasks.clone();
            move || {
                let key = tasks.insert(0, Waker::noop().clone());
                tasks.remove(key);
            }
        });
        let waker = thread::spawn({
            let tasks = tasks.clone();
            move || tasks.wake(key)
        });
        park.park();
        tasks.remove(key);
        waker.join().unwrap();
        other.join().unwrap();
        assert_eq!(tasks.len(), 0);
    });
}

/// A waker that goes back to the tasks, as that of a task which ends at once does.
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
fn a_waker_may_use_the_group() {
    check(6, || {
        let tasks = Arc::new(TaskList::default());
        let task = Arc::new(Ends {
            tasks: tasks.clone(),
            key: Mutex::new(None),
        });
        let mut place = task.key.lock().unwrap();
        let key = tasks.insert(0, Waker::from(task.clone()));
        *place = Some(key);
        drop(place);
        let other = thread::spawn({
            let tasks = tasks.clone();
            move || tasks.wake(key)
        });
        tasks.close();
        other.join().unwrap();
        assert_eq!(tasks.len(), 0);
    });
}
