//! What is known of a slot, in a critical section.
//!
//! The phase says who may touch the bytes of the slot, and what they hold:
//!
//! ```text
//!            claim           start           a poll begins
//!   Free ──────────▶ Claimed ─────▶ Waiting ◀──────────────▶ Driven
//!    ▲                  │                    it is pending     │
//!    │   `Place` is     │                                      │ the future is ready (`Done`)
//!    ├──────────────────┘                                      │ or aborted (`Cancelled`)
//!    │   dropped                                               │
//!    │                                              ┌──────────┴───────────┐
//!    │                                              │ there is a `Task`    │ there is none
//!    │                                              ▼                      │
//!    │                                      Done or Cancelled              │
//!    │                                              │ the `Task` is ready  │
//!    │         what is left is dropped              ▼ or dropped           │
//!    └────────────────────────────────────────── Released ◀────────────────┘
//! ```
//!
//! | phase | the bytes belong to | they hold |
//! |---|---|---|
//! | `Free` | nobody | nothing |
//! | `Claimed` | the `Place`, or whoever starts the task | nothing, or the future |
//! | `Waiting` | nobody | the future |
//! | `Driven` | the driver, that is Embassy's task | the future, or the output at the end of its last poll |
//! | `Done` | the `Task` | the output |
//! | `Cancelled` | the `Task` | nothing |
//! | `Released` | whoever has set this phase: the `Task` or the driver | the output or nothing |
//!
//! An abort changes no phase. It sets `is_aborted`, which the driver looks at before and after a poll.
//! A poll that unwinds leaves the slot in `Driven` for ever.

use core::cell::Cell;
use core::ptr::NonNull;
use core::task::Waker;

use critical_section::{CriticalSection, Mutex};
use embassy_executor::raw::{TaskRef, TaskStorage};

use super::driver::Driver;
use super::step::Step;
use crate::task::Id;

/// What each slot begins with.
#[repr(C)]
pub(crate) struct Header {
    pub(super) driver: TaskStorage<Driver>,
    state: Mutex<State>,
}

pub(super) struct State {
    /// Goes up whenever the slot is freed: an `Abort` of a task that is no more does nothing.
    pub(super) generation: Cell<u32>,
    pub(super) phase: Cell<Phase>,
    /// Whether there is a `Task`, which is to have the output.
    pub(super) is_wanted: Cell<bool>,
    pub(super) is_aborted: Cell<bool>,
    /// Whether Embassy's task has been spawned.
    pub(super) is_driven: Cell<bool>,
    /// What can be done with the future and the output; from the start of the task to its release.
    pub(super) step: Cell<Option<Step>>,
    /// Embassy's task, from its first poll on.
    pub(super) driver: Cell<Option<TaskRef>>,
    pub(super) joiner: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    /// Nobody has it. Zero, so that a pool in a static takes no room in the image.
    Free = 0,
    /// Somebody has it and has not started a task, or is about to.
    Claimed,
    /// The bytes are the future, which waits or has not been polled.
    Waiting,
    /// The driver has the bytes.
    Driven,
    /// The bytes are the output, for the `Task`.
    Done,
    /// The bytes are nothing any more, and the `Task` is to be told.
    Cancelled,
    /// Whoever saw the end has the bytes.
    Released,
}

impl Header {
    pub(crate) const fn new(is_claimed: bool) -> Self {
        Self {
            driver: TaskStorage::new(),
            state: Mutex::new(State {
                generation: Cell::new(0),
                phase: Cell::new(if is_claimed {
                    Phase::Claimed
                } else {
                    Phase::Free
                }),
                is_wanted: Cell::new(false),
                is_aborted: Cell::new(false),
                is_driven: Cell::new(false),
                step: Cell::new(None),
                driver: Cell::new(None),
                joiner: Cell::new(None),
            }),
        }
    }

    pub(super) fn with<T>(&self, f: impl FnOnce(&State) -> T) -> T {
        critical_section::with(|cs| f(self.state.borrow(cs)))
    }

    /// Takes the slot if nobody has it.
    pub(crate) fn claim(&self, cs: CriticalSection<'_>) -> bool {
        let state = self.state.borrow(cs);
        let is_free = state.phase.get() == Phase::Free;
        if is_free {
            state.phase.set(Phase::Claimed);
        }
        is_free
    }

    /// Lets others take the slot.
    pub(crate) fn free(&self, cs: CriticalSection<'_>) {
        let state = self.state.borrow(cs);
        state.generation.set(state.generation.get().wrapping_add(1));
        state.step.set(None);
        state.phase.set(Phase::Free);
    }
}

impl State {
    pub(super) fn id(&self, slot: NonNull<Header>) -> Id {
        id(slot, self.generation.get())
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(
            self.phase.get(),
            Phase::Done | Phase::Cancelled | Phase::Released
        )
    }

    /// Whom to wake so that the task ends.
    pub(super) fn abort(&self) -> Option<TaskRef> {
        if !matches!(self.phase.get(), Phase::Waiting | Phase::Driven) {
            return None;
        }
        self.is_aborted.set(true);
        // Before its first poll it is in the run queue anyway.
        self.driver.get()
    }
}

/// The place tells tasks apart that live at the same time; the generation those after another.
pub(super) fn id(slot: NonNull<Header>, generation: u32) -> Id {
    Id::native(slot.as_ptr().addr() as u64 ^ u64::from(generation) << 47)
}
