//! The owner of a task's output, and the right to abort a task.

use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use embassy_executor::raw::wake_task;

use super::Header;
use super::driver::release;
use super::state::{Phase, State, id};
use super::step::Op;
use crate::task::Id;

/// A task and the right to its output.
pub(crate) struct Task(NonNull<Header>);

// SAFETY: everything it reaches is in a critical section, except for the output, which `JoinHandle`
// answers for.
unsafe impl Send for Task {}
// SAFETY: as above.
unsafe impl Sync for Task {}

impl Task {
    /// Creates the handle of the task that was started in the slot.
    pub(super) fn new(slot: NonNull<Header>) -> Self {
        Self(slot)
    }

    fn header(&self) -> &'static Header {
        // SAFETY: a slot lives for ever.
        unsafe { self.0.as_ref() }
    }

    pub(crate) fn abort(&self) {
        if let Some(driver) = self.header().with(State::abort) {
            wake_task(driver);
        }
    }

    pub(crate) fn abort_handle(&self) -> Abort {
        Abort {
            slot: self.0,
            generation: self.header().with(|state| state.generation.get()),
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.header().with(State::has_ended)
    }

    pub(crate) fn id(&self) -> Id {
        self.header().with(|state| state.id(self.0))
    }

    /// Polls for the id of the task and for its output, which is `None` if the task was cancelled.
    ///
    /// # Safety
    ///
    /// The output must be a `T`. Once this was ready, the `Task` must not be used again, not even
    /// dropped.
    pub(crate) unsafe fn poll<T>(&self, cx: &mut Context<'_>) -> Poll<(Id, Option<T>)> {
        let mut joiner = Some(cx.waker().clone());
        // The waker that is left is dropped after the critical section.
        let ended = self.header().with(|state| {
            if !state.has_ended() {
                joiner = state.joiner.replace(joiner.take());
                return None;
            }
            let id = state.id(self.0);
            Some((id, state.step.get()?, state.phase.replace(Phase::Released)))
        });
        let Some((id, step, end)) = ended else {
            return Poll::Pending;
        };
        let mut output = MaybeUninit::<T>::uninit();
        // SAFETY: the task has ended, and the `Task` owns its bytes. They hold a `T` after `Done`,
        // and nothing once it is taken.
        Poll::Ready(unsafe {
            let output = if end == Phase::Done {
                let _ready = step(self.0, Op::Take(output.as_mut_ptr().cast()));
                Some(output.assume_init())
            } else {
                None
            };
            let _ready = step(self.0, Op::Release);
            (id, output)
        })
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let mut joiner = None;
        let ended = self.header().with(|state| {
            joiner = state.joiner.take();
            if state.has_ended() {
                Some((state.step.get()?, state.phase.replace(Phase::Released)))
            } else {
                state.is_wanted.set(false);
                None
            }
        });
        drop(joiner);
        if let Some((step, end)) = ended {
            // SAFETY: the task has ended, and the `Task` owns its bytes.
            unsafe { release(self.0, step, end) }
        }
    }
}

/// The right to abort a task.
#[derive(Clone, Copy)]
pub(crate) struct Abort {
    slot: NonNull<Header>,
    generation: u32,
}

// SAFETY: it is a reference to a header, which is `Sync`.
unsafe impl Send for Abort {}
// SAFETY: as above.
unsafe impl Sync for Abort {}

impl Abort {
    /// Returns the result of `f` for the state of the task, if the task still exists.
    fn with<T>(&self, f: impl FnOnce(&State) -> T) -> Option<T> {
        // SAFETY: a slot lives for ever.
        unsafe { self.slot.as_ref() }
            .with(|state| (state.generation.get() == self.generation).then(|| f(state)))
    }

    pub(crate) fn abort(&self) {
        if let Some(driver) = self.with(State::abort).flatten() {
            wake_task(driver);
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.with(State::has_ended).unwrap_or(true)
    }

    pub(crate) fn id(&self) -> Id {
        id(self.slot, self.generation)
    }
}
