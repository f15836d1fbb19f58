//! What the calling thread is to which runtime.

use std::cell::Cell;

use super::table::Kind;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// Polls tasks, or the future that the runtime's own `block_on` was given.
    Polls,
    /// Polls the future of a handle's `block_on`: a thread that the runtime does not have.
    Waits,
    /// Runs closures that may block.
    Blocks,
}

thread_local! {
    // Neither needs a destructor, so this works in the destructors of other thread-locals.
    static CONTEXT: Cell<Option<(Kind, Role)>> = const { Cell::new(None) };
}

/// Makes the thread belong to a runtime until the guard is dropped.
pub(crate) fn enter(kind: Kind, role: Role) -> Entered {
    Entered {
        outer: CONTEXT.replace(Some((kind, role))),
    }
}

/// Makes the thread belong to a runtime, or to none.
// For runtimes that start threads themselves and tell of it.
#[allow(dead_code)]
pub(crate) fn set(context: Option<(Kind, Role)>) {
    CONTEXT.set(context);
}

/// The runtime that this thread belongs to.
#[inline]
pub(crate) fn kind() -> Option<Kind> {
    CONTEXT.get().map(|(kind, _)| kind)
}

/// The runtime that this thread belongs to, and what it is there.
#[allow(dead_code)]
#[inline]
pub(crate) fn get() -> Option<(Kind, Role)> {
    CONTEXT.get()
}

/// Whether the thread runs a closure that may block.
#[allow(dead_code)]
pub(crate) fn may_block() -> bool {
    matches!(CONTEXT.get(), Some((_, Role::Blocks)))
}

/// Panics if the thread polls tasks.
#[track_caller]
pub(crate) fn assert_may_block() {
    if matches!(CONTEXT.get(), Some((_, Role::Polls | Role::Waits))) {
        panic!(
            "portable: `block_on` was called on a thread that polls tasks, which would all stand \
             still; `.await` the future instead, or call `block_on` within `spawn_blocking`"
        );
    }
}

/// The panic of `spawn_local` where there is nobody to poll the task.
#[track_caller]
pub(crate) fn spawn_local_elsewhere() -> ! {
    panic!(
        "portable: `spawn_local` works on the thread of `main` (inside `block_on`), and there in \
         `main` itself, in local tasks, and with the current-thread flavour in every task; use \
         `spawn` for a future that is `Send`"
    );
}

pub(crate) struct Entered {
    outer: Option<(Kind, Role)>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CONTEXT.set(self.outer);
    }
}
