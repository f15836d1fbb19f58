//! What this thread does for closures: which of them is the current task, and for which runtimes it
//! runs some.
//!
//! A thread that waits for parallel work inside a closure may run another closure meanwhile. So both
//! are stacks.

use std::cell::{Cell, RefCell};

use crate::runtime::{AsyncRuntime, Selected};
use crate::task::Id;

/// A closure that is the current task.
#[derive(Clone, Copy)]
struct Current {
    id: Id,
    /// The current task of the thread's runtime when the closure began.
    beside: Option<Id>,
}

thread_local! {
    // Needs no destructor, so it works in the destructors of other thread-locals.
    static CURRENT: Cell<Option<Current>> = const { Cell::new(None) };
    /// The addresses of the runtimes whose closures this thread runs.
    static RUNNING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Makes the closure with this id the current task until the guard is dropped.
pub(super) fn enter(id: Id) -> impl Drop {
    struct Outer(Option<Current>);

    impl Drop for Outer {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }

    let beside = Selected::default().task_id();
    Outer(CURRENT.replace(Some(Current { id, beside })))
}

/// Returns the id of the current task, given the id of the current task of the thread's runtime.
///
/// The two differ within a closure, unless the closure polls a task of a runtime, which is then the
/// current one.
pub(crate) fn task_id(of_runtime: Option<Id>) -> Option<Id> {
    match CURRENT.get() {
        Some(current) if current.beside == of_runtime => Some(current.id),
        _ => of_runtime,
    }
}

/// Notes that this thread runs a closure of `owner` until the guard is dropped.
pub(super) fn run(owner: usize) -> impl Drop {
    struct Running;

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = RUNNING.try_with(|running| running.borrow_mut().pop());
        }
    }

    let _ = RUNNING.try_with(|running| running.borrow_mut().push(owner));
    Running
}

/// Returns the number of closures of `owner` that this thread runs.
pub(super) fn count(owner: usize) -> usize {
    let count = |running: &RefCell<Vec<usize>>| {
        let running = running.borrow();
        running.iter().filter(|&&of| of == owner).count()
    };
    RUNNING.try_with(count).unwrap_or(0)
}
