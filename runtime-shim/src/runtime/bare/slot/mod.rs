//! A place for a task, and what happens to the task in it.
//!
//! A slot is a task of Embassy's (the `Driver`), a state, and bytes. The bytes hold the future, and
//! when it has ended its output. Who may touch them is told by the phase, which changes in a critical
//! section; what can run code of others (a poll, a destructor, a waker) is done outside of it.
//!
//! Embassy's task is spawned when the slot is used first and never ends, and so another future can
//! take the slot at any time. Were it to end, a waker of its last future could put it into the run
//! queue once more, and Embassy would refuse to spawn it until it is out of there.

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

/// A slot whose bytes are in it.
#[repr(C)]
pub(super) struct Slot<const SIZE: usize> {
    header: Header,
    bytes: Bytes<SIZE>,
}

#[repr(C, align(8))]
struct Bytes<const SIZE: usize>(UnsafeCell<MaybeUninit<[u8; SIZE]>>);

const _: () = assert!(align_of::<Bytes<0>>() == ALIGN);

// SAFETY: the bytes are reached by one at a time, whom the phase names, and hold what is `Send`.
unsafe impl<const SIZE: usize> Sync for Bytes<SIZE> {}

impl<const SIZE: usize> Slot<SIZE> {
    pub(super) const fn new() -> Self {
        Self {
            header: Header::new(false),
            bytes: Bytes(UnsafeCell::new(MaybeUninit::uninit())),
        }
    }

    /// The right to start a task here, if nobody has it.
    pub(super) fn claim(&'static self) -> Option<Place> {
        critical_section::with(|cs| self.header.claim(cs))
            // Of the whole slot, for the bytes after the header.
            .then(|| Place(NonNull::from(self).cast()))
    }
}

/// The right to start a task in a slot of a pool; given back when it is dropped.
pub(super) struct Place(NonNull<Header>);

// SAFETY: it is a reference to a header, which is `Sync`, and to bytes that nobody reads.
unsafe impl Send for Place {}
// SAFETY: as above.
unsafe impl Sync for Place {}

impl Place {
    /// Starts a task here.
    ///
    /// # Panics
    ///
    /// If there is no executor.
    ///
    /// # Safety
    ///
    /// The slot has room for the future and for its output.
    #[track_caller]
    pub(super) unsafe fn start<F>(self, future: F) -> Task
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let spawner = ambient::spawner();
        let slot = self.0;
        forget(self);
        // SAFETY: the slot is claimed, by the place that is no more.
        unsafe {
            Inline::bytes(slot).cast::<F>().write(future);
            start(slot, step::<F, Inline>, spawner)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // SAFETY: a slot lives for ever.
        critical_section::with(|cs| unsafe { self.0.as_ref() }.free(cs));
    }
}
