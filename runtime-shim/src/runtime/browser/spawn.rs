//! Spawning.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, LazyLock};

use super::metrics::Ending;
use super::task::{self, Owner, Runnable, TaskList};
use super::{selected, turns};
use crate::task::JoinHandle;

/// The owner of all tasks of the page, which never ends.
#[derive(Default)]
struct Page {
    tasks: TaskList,
}

// A derived one would bring the code that formats all of it into every program.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Page")
    }
}

impl Owner for Page {
    fn tasks(&self) -> &TaskList {
        &self.tasks
    }

    fn schedule(&self, runnable: Runnable) {
        turns::push(runnable);
    }

    fn schedule_new(&self, runnable: Runnable) -> Result<(), Runnable> {
        turns::push(runnable);
        Ok(())
    }

    fn ended_elsewhere(&self, _how: Ending) {}
}

static PAGE: LazyLock<Arc<Page>> = LazyLock::new(Arc::default);

/// Starts a task.
///
/// Equivalent to `tokio::spawn`.
///
/// The page polls the future, never this call. Dropping the handle detaches the task. `spawn` may be
/// called anywhere: in a task, in a callback of the page or in a destructor. A page has one thread, so
/// the future need not be [`Send`].
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    // SAFETY: the future need not be `Send`: the page has one thread, because a build with `atomics`
    // does not compile, and its tasks end with it.
    let (runnable, task) = unsafe { task::create(PAGE.clone(), future, false) };
    runnable.schedule();
    JoinHandle(selected::JoinHandle::new(task))
}

/// Starts a task, as [`spawn`] does.
///
/// Equivalent to `tokio::task::spawn_local`.
///
/// It works everywhere.
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    spawn(future)
}
