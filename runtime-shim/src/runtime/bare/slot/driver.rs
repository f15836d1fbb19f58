//! The Embassy task that polls the future in a slot.

use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use embassy_executor::SendSpawner;
use embassy_executor::raw::{AvailableTask, task_from_waker, wake_task};

use super::state::Phase;
use super::step::{Op, Step};
use super::{Header, Task};

/// Starts the task whose future is in the slot.
///
/// # Safety
///
/// The caller must have claimed the slot, and `step` must match the future in it.
pub(crate) unsafe fn start(slot: NonNull<Header>, step: Step, spawner: SendSpawner) -> Task {
    // SAFETY: a slot lives for ever.
    let header: &'static Header = unsafe { slot.as_ref() };
    let (is_driven, driver) = header.with(|state| {
        state.step.set(Some(step));
        state.is_wanted.set(true);
        state.is_aborted.set(false);
        state.phase.set(Phase::Waiting);
        (state.is_driven.replace(true), state.driver.get())
    });
    if !is_driven {
        // Only this code claims the storage, so it is free.
        if let Some(task) = AvailableTask::claim(&header.driver) {
            spawner.spawn(task.initialize(|| Driver(slot)));
        }
    } else if let Some(driver) = driver {
        wake_task(driver);
    }
    Task::new(slot)
}

/// The future of the Embassy task. It polls the future that is in the slot.
pub(super) struct Driver(NonNull<Header>);

// SAFETY: the futures that it polls are `Send`, and so are their outputs.
unsafe impl Send for Driver {}

impl Future for Driver {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Infallible> {
        let slot = self.0;
        // SAFETY: a slot lives for ever.
        let header = unsafe { slot.as_ref() };
        let begun = header.with(|state| {
            if state.driver.get().is_none() {
                state.driver.set(Some(task_from_waker(cx.waker())));
            }
            // In other phases the waker was that of a task that no longer exists.
            if state.phase.get() != Phase::Waiting {
                return None;
            }
            // If the poll unwinds, the phase stays `Driven` and the future is never touched again.
            state.phase.set(Phase::Driven);
            Some((state.step.get()?, state.is_aborted.get()))
        });
        let Some((step, is_aborted)) = begun else {
            return Poll::Pending;
        };
        // SAFETY: the driver owns the bytes, and they hold the future.
        let end = if !is_aborted && unsafe { step(slot, Op::Poll(cx)) }.is_ready() {
            Phase::Done
        } else {
            let is_aborted = header.with(|state| {
                let is_aborted = state.is_aborted.get();
                if !is_aborted {
                    state.phase.set(Phase::Waiting);
                }
                is_aborted
            });
            if !is_aborted {
                return Poll::Pending;
            }
            // SAFETY: as above.
            let _ready = unsafe { step(slot, Op::DropFuture) };
            Phase::Cancelled
        };
        finish(slot, step, end);
        Poll::Pending
    }
}

/// Publishes the end of a task.
fn finish(slot: NonNull<Header>, step: Step, end: Phase) {
    // SAFETY: a slot lives for ever.
    let header = unsafe { slot.as_ref() };
    let joiner = header.with(|state| {
        if !state.is_wanted.get() {
            state.phase.set(Phase::Released);
            return Err(end);
        }
        state.phase.set(end);
        Ok(state.joiner.take())
    });
    match joiner {
        Ok(Some(joiner)) => joiner.wake(),
        Ok(None) => {}
        // SAFETY: there is no `Task`, so the driver still owns the bytes.
        Err(end) => unsafe { release(slot, step, end) },
    }
}

/// Drops the output that a task left, and frees its slot.
///
/// # Safety
///
/// The caller must own the bytes of the slot, and the task in it must have ended with `end`.
pub(super) unsafe fn release(slot: NonNull<Header>, step: Step, end: Phase) {
    // SAFETY: the caller owns the bytes, and they hold an output only after `Done`.
    unsafe {
        if end == Phase::Done {
            let _ready = step(slot, Op::DropOutput);
        }
        let _ready = step(slot, Op::Release);
    }
}
