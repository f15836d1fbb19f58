//! The state of a slot, accessed in a critical section.
//!
//! The phase names the owner of the bytes of the slot, and what they hold:
//!
//! ```text
//!            claim           start           a poll begins
//!   Free ──────────▶ Claimed ─────▶ Waiting ◀──────────────▶ Driven
//!    ▲                  │                    it is pending     │
//!    │   `Claim` is     │                                      │ the future is ready (`Done`)
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
//! | phase | owner of the bytes | contents |
//! |---|---|---|
//! | `Free` | none | nothing |
//! | `Claimed` | the `Claim`, or the code that starts the task | nothing, or the future |
//! | `Waiting` | none | the future |
//! | `Driven` | the driver, which is the Embassy task | the future, or the output at the end of its last poll |
//! | `Done` | the `Task` | the output |
//! | `Cancelled` | the `Task` | nothing |
//! | `Released` | the `Task` or the driver, whichever set this phase | the output or nothing |
//!
//! An abort does not change the phase. It sets `is_aborted`, which the driver checks before and
//! after a poll. A poll that unwinds leaves the slot in `Driven` for ever.

use core::cell::Cell;
use core::ptr::NonNull;
use core::task::Waker;

use critical_section::{CriticalSection, Mutex};
use embassy_executor::raw::{TaskRef, TaskStorage};

use super::driver::Driver;
use super::step::Step;
use crate::task::Id;

/// The beginning of each slot.
#[repr(C)]
pub(crate) struct Header {
    pub(super) driver: TaskStorage<Driver>,
    state: Mutex<State>,
}

pub(super) struct State {
    /// Incremented when the slot is freed, so that an `Abort` of an earlier task does nothing.
    pub(super) generation: Cell<u32>,
    pub(super) phase: Cell<Phase>,
    /// Whether a `Task` exists that will take the output.
    pub(super) is_wanted: Cell<bool>,
    pub(super) is_aborted: Cell<bool>,
    /// Whether the Embassy task has been spawned.
    pub(super) is_driven: Cell<bool>,
    /// The function that operates on the future and the output, from the start of the task to its
    /// release.
    pub(super) step: Cell<Option<Step>>,
    /// The Embassy task, from its first poll on.
    pub(super) driver: Cell<Option<TaskRef>>,
    pub(super) joiner: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    /// Unused. Zero, so that a pool in a static takes no room in the image.
    Free = 0,
    /// Owned by code that has not started a task yet, or is about to.
    Claimed,
    /// The bytes hold the future, which waits or has not been polled.
    Waiting,
    /// The driver owns the bytes.
    Driven,
    /// The bytes hold the output, for the `Task`.
    Done,
    /// The bytes hold nothing. The `Task` has not seen the cancellation yet.
    Cancelled,
    /// The code that saw the end owns the bytes.
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

    /// Claims the slot, if it is free.
    pub(crate) fn claim(&self, cs: CriticalSection<'_>) -> bool {
        let state = self.state.borrow(cs);
        let is_free = state.phase.get() == Phase::Free;
        if is_free {
            state.phase.set(Phase::Claimed);
        }
        is_free
    }

    /// Frees the slot, so that another task can claim it.
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

    /// Marks the task as aborted. Returns the Embassy task to wake, which then ends the task.
    pub(super) fn abort(&self) -> Option<TaskRef> {
        if !matches!(self.phase.get(), Phase::Waiting | Phase::Driven) {
            return None;
        }
        self.is_aborted.set(true);
        // Before its first poll the Embassy task is in the run queue anyway.
        self.driver.get()
    }
}

/// Returns the id of a task. The address of the slot distinguishes tasks that live at the same
/// time, and the generation those that follow each other.
pub(super) fn id(slot: NonNull<Header>, generation: u32) -> Id {
    Id::native(slot.as_ptr().addr() as u64 ^ u64::from(generation) << 47)
}
