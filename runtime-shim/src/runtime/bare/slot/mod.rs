//! A place for a task, and the life of the task in it.
//!
//! A slot is an Embassy task (the `Driver`), a state, and bytes. The bytes hold the future, and the
//! output after the future has ended. The phase names the owner of the bytes. It changes in a
//! critical section. Polls, destructors and wakers may run foreign code, so they run outside it.
//!
//! The Embassy task is spawned at the first use of the slot and never ends, so another future can
//! take the slot at any time. If it ended, a waker of its last future could put it into the run
//! queue once more, and Embassy would refuse to spawn it until it has left the queue.

use core::cell::UnsafeCell;
use core::future::Future;
use core::mem::{MaybeUninit, forget};
use core::ptr::NonNull;

use super::ambient;
use crate::size::ALIGN;

mod driver;
mod state;
mod step;
mod task;

pub(super) use self::driver::start;
pub(super) use self::state::Header;
pub(super) use self::step::{Store, step};
pub(super) use self::task::{Abort, Task};

use self::step::Inline;

/// A slot that contains its bytes.
#[repr(C)]
pub(super) struct Slot<const SIZE: usize> {
    header: Header,
    bytes: Bytes<SIZE>,
}

#[repr(C, align(8))]
struct Bytes<const SIZE: usize>(UnsafeCell<MaybeUninit<[u8; SIZE]>>);

const _: () = assert!(align_of::<Bytes<0>>() == ALIGN);

// SAFETY: only one owner at a time, which the phase names, accesses the bytes, and they hold `Send`
// values.
unsafe impl<const SIZE: usize> Sync for Bytes<SIZE> {}

impl<const SIZE: usize> Slot<SIZE> {
    pub(super) const fn new() -> Self {
        Self {
            header: Header::new(false),
            bytes: Bytes(UnsafeCell::new(MaybeUninit::uninit())),
        }
    }

    /// Claims the right to start a task here, if the slot is free.
    pub(super) fn claim(&'static self) -> Option<Claim> {
        critical_section::with(|cs| self.header.claim(cs))
            // Made from a reference to the whole slot, so that it may access the bytes after the
            // header.
            .then(|| Claim(NonNull::from(self).cast()))
    }
}

/// The right to start a task in a slot of a pool. Dropping it frees the slot.
pub(super) struct Claim(NonNull<Header>);

// SAFETY: it is a reference to a header, which is `Sync`, and to bytes that no other code reads.
unsafe impl Send for Claim {}
// SAFETY: as above.
unsafe impl Sync for Claim {}

impl Claim {
    /// Starts a task here.
    ///
    /// # Panics
    ///
    /// Panics if there is no executor.
    ///
    /// # Safety
    ///
    /// The slot must have room for the future and for its output.
    #[track_caller]
    pub(super) unsafe fn start<F>(self, future: F) -> Task
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let spawner = ambient::spawner();
        let slot = self.0;
        forget(self);
        // SAFETY: the slot is claimed, by the `Claim` that was forgotten above.
        unsafe {
            Inline::bytes(slot).cast::<F>().write(future);
            start(slot, step::<F, Inline>, spawner)
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // SAFETY: a slot lives for ever.
        critical_section::with(|cs| unsafe { self.0.as_ref() }.free(cs));
    }
}
