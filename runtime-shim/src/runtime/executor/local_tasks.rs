//! Tasks that stay on their thread: where `spawn_local` on a thread goes to.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::sync::Arc;
use std::thread;

use super::queue::Queue;
use super::task::{self, JoinHandle, Owner, Runnable, Task, TaskList};
use crate::runtime::{late, metrics};

thread_local! {
    static HERE: RefCell<Option<Arc<dyn LocalOwner>>> = const { RefCell::new(None) };
}

/// An owner of tasks that stay on one thread.
pub(super) trait LocalOwner: Owner {
    /// Counts a task that is about to be spawned.
    fn spawned(&self);
}

/// Returns the owner that `spawn_local` on this thread goes to.
pub(super) fn here() -> Option<Arc<dyn LocalOwner>> {
    HERE.try_with(|here| here.borrow().clone()).ok().flatten()
}

/// Makes `owner` the one that `spawn_local` on this thread goes to, until the guard is dropped.
pub(super) fn enter(owner: Arc<dyn LocalOwner>) -> Outer {
    Outer(replace(Some(owner)))
}

/// Makes `spawn_local` on this thread panic until the guard is dropped.
pub(super) fn enter_none() -> Outer {
    Outer(replace(None))
}

fn replace(owner: Option<Arc<dyn LocalOwner>>) -> Option<Arc<dyn LocalOwner>> {
    HERE.try_with(|here| here.replace(owner)).ok().flatten()
}

/// A guard that restores the previous owner.
#[derive(Debug)]
pub(crate) struct Outer(Option<Arc<dyn LocalOwner>>);

impl Drop for Outer {
    fn drop(&mut self) {
        let inner = replace(self.0.take());
        drop(inner);
    }
}

/// Spawns a task.
///
/// # Safety
///
/// The owner must run its tasks only on this thread, and end them before the thread ends.
pub(super) unsafe fn spawn<F>(owner: Arc<dyn LocalOwner>, future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    if owner.tasks().is_closed() {
        // SAFETY: The caller promises it.
        return unsafe { spawn_late(owner, future) };
    }
    // SAFETY: The caller promises it.
    let (runnable, task) = unsafe { create(owner, future) };
    task.metadata().owner().schedule(runnable);
    JoinHandle::new(task)
}

/// Ends a task that a destructor of another task spawns while the list is closed. The future is
/// dropped without a poll.
///
/// # Safety
///
/// As for [`spawn`].
#[cold]
unsafe fn spawn_late<F>(owner: Arc<dyn LocalOwner>, future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let inside = late::enter();
    let (runnable, task) = match &inside {
        // SAFETY: The caller promises it.
        Some(_) => unsafe { create(owner, future) },
        None => {
            late::put_off(Box::new(future));
            // SAFETY: The caller promises it.
            unsafe { create(owner, pending()) }
        }
    };
    // The set may have been spawned on by a thread of another runtime.
    let _counts = metrics::outside();
    task::run(runnable);
    JoinHandle::new(task)
}

/// # Safety
///
/// As for [`spawn`].
unsafe fn create<F>(owner: Arc<dyn LocalOwner>, future: F) -> (Runnable, Task<F::Output>)
where
    F: Future + 'static,
    F::Output: 'static,
{
    owner.spawned();
    // SAFETY: The future need not be `Send`, so it must stay on this thread and end before the
    // thread does, which the caller promises.
    unsafe { task::create(owner, future, true) }
}

/// Ends all tasks of an owner, which has this list and this queue.
pub(super) fn drain(tasks: &TaskList, queue: &Queue) {
    tasks.close();
    loop {
        while let Some(runnable) = queue.pop() {
            task::run(runnable);
        }
        if tasks.len() == 0 {
            return;
        }
        // A task that is in the list but not in the queue: another thread has woken it and is about
        // to queue it.
        thread::yield_now();
    }
}
