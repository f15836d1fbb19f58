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

/// The runtime that a thread belongs to, and the role of the thread there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ThreadContext {
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    /// Tells the runtimes of a kind apart, where somebody asks for that.
    pub(crate) number: u32,
}

impl ThreadContext {
    pub(crate) fn new(kind: Kind, role: Role) -> Self {
        Self {
            kind,
            role,
            number: 0,
        }
    }
}

thread_local! {
    // It needs no destructor, so this works in the destructors of other thread-locals.
    static CONTEXT: Cell<Option<ThreadContext>> = const { Cell::new(None) };
}

/// Makes the thread belong to a runtime until the guard is dropped.
pub(crate) fn enter(context: ThreadContext) -> Entered {
    Entered {
        outer: CONTEXT.replace(Some(context)),
    }
}

/// Makes the thread belong to a runtime, or to none.
// For runtimes that start threads themselves and tell of it.
#[allow(dead_code)]
pub(crate) fn set(context: Option<ThreadContext>) {
    CONTEXT.set(context);
}

/// The runtime that this thread belongs to.
#[inline]
pub(crate) fn kind() -> Option<Kind> {
    current().map(|context| context.kind)
}

/// The runtime that this thread belongs to, and what it is there.
#[inline]
pub(crate) fn current() -> Option<ThreadContext> {
    // It never fails. `LocalKey::get` does the same and is often not inlined.
    CONTEXT.try_with(Cell::get).ok().flatten()
}

/// Whether the thread runs a closure that may block.
#[allow(dead_code)]
pub(crate) fn may_block() -> bool {
    current().is_some_and(|context| context.role == Role::Blocks)
}

/// Whether nobody else stands still while the thread waits: it polls no tasks.
pub(crate) fn may_wait() -> bool {
    current().is_none_or(|context| context.role == Role::Blocks)
}

/// Panics if the thread polls tasks.
#[track_caller]
pub(crate) fn assert_may_block() {
    if !may_wait() {
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
    outer: Option<ThreadContext>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CONTEXT.set(self.outer);
    }
}
