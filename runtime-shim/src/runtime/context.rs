//! The runtime of the calling thread, and the thread's role in it.

use std::cell::Cell;

use super::table::Kind;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// Polls tasks, or the future of the runtime's own `block_on`.
    Polls,
    /// Polls the future of a handle's `block_on`, on a thread that runs no tasks.
    Waits,
    /// Has entered the runtime by hand within a task, or within the future of any `block_on`.
    EnteredWithin,
    /// Runs closures that may block.
    Blocks,
    /// Has entered the runtime by hand, and polls nothing.
    Entered,
}

/// The runtime that a thread belongs to, and the role of the thread there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ThreadContext {
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    /// Distinguishes the runtimes of a kind, for kinds that need it.
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
    // Needs no destructor, so it works in the destructors of other thread-locals.
    static CONTEXT: Cell<Option<ThreadContext>> = const { Cell::new(None) };
    static IS_LOCAL: Cell<bool> = const { Cell::new(false) };
}

/// Makes the thread belong to a runtime until the guard is dropped.
pub(crate) fn enter(context: ThreadContext) -> Entered {
    Entered {
        outer: CONTEXT.replace(Some(context)),
    }
}

/// Makes the thread belong to a runtime, or to none.
// Used for runtimes that start threads themselves and report them.
#[allow(dead_code)]
pub(crate) fn set(context: Option<ThreadContext>) {
    CONTEXT.set(context);
}

/// Returns the kind of the runtime that this thread belongs to.
#[inline]
pub(crate) fn kind() -> Option<Kind> {
    current().map(|context| context.kind)
}

/// Returns the runtime that this thread belongs to, and its role there.
#[inline]
pub(crate) fn current() -> Option<ThreadContext> {
    // This never fails. `LocalKey::get` does the same and is often not inlined.
    CONTEXT.try_with(Cell::get).ok().flatten()
}

/// Returns whether the thread runs a closure that may block.
#[allow(dead_code)]
pub(crate) fn may_block() -> bool {
    current().is_some_and(|context| context.role == Role::Blocks)
}

/// Returns whether the thread may wait. It may if it polls no tasks, which would stop meanwhile.
pub(crate) fn may_wait() -> bool {
    current().is_none_or(|context| matches!(context.role, Role::Blocks | Role::Entered))
}

/// Returns the role of this thread in a runtime that it enters by hand.
#[allow(dead_code)]
pub(crate) fn role_by_hand() -> Role {
    if may_wait() {
        Role::Entered
    } else {
        Role::EnteredWithin
    }
}

/// Returns whether the thread polls the future of a handle's `block_on`, and so runs no tasks.
#[allow(dead_code)]
pub(crate) fn waits() -> bool {
    current().is_some_and(|context| context.role == Role::Waits)
}

/// Returns whether the thread has entered a runtime by hand, and polls nothing.
#[allow(dead_code)]
pub(crate) fn is_by_hand() -> bool {
    current().is_some_and(|context| context.role == Role::Entered)
}

/// Returns whether the thread polls tasks of its runtime, or the future of the runtime's `block_on`.
#[allow(dead_code)]
pub(crate) fn polls() -> bool {
    current().is_some_and(|context| context.role == Role::Polls)
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

/// Panics, as `spawn_local` does on a thread that would not poll the task.
#[track_caller]
pub(crate) fn spawn_local_elsewhere() -> ! {
    panic!(
        "portable: `spawn_local` called from outside of a `task::LocalSet` or \
         `runtime::LocalRuntime`: without one it works on the thread of `main` (inside `block_on`), \
         and there in `main` itself, in local tasks, and with the current-thread flavour in every \
         task; use `spawn` for a future that is `Send`"
    );
}

/// Records that this thread polls or drops local tasks, or polls a `LocalSet`, until the guard is
/// dropped.
#[inline]
#[allow(dead_code)]
pub(crate) fn enter_local() -> impl Drop {
    struct Outer(bool);

    impl Drop for Outer {
        fn drop(&mut self) {
            IS_LOCAL.set(self.0);
        }
    }

    Outer(IS_LOCAL.replace(true))
}

/// Returns whether this thread polls or drops local tasks, or polls a `LocalSet`.
#[allow(dead_code)]
pub(crate) fn is_local() -> bool {
    IS_LOCAL.get()
}

/// Panics, as `block_in_place` does where a task must not block its thread.
#[track_caller]
#[allow(dead_code)]
pub(crate) fn block_in_place_elsewhere() -> ! {
    panic!(
        "portable: can call blocking only when running on the multi-threaded runtime: \
         `block_in_place` was called on the current-thread flavour or in a local task, whose thread \
         no other one stands in for; use `spawn_blocking`, or the multi-thread flavour and `spawn`"
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
