//! Operations of a slot on a future and an output whose types it does not know.

use core::future::Future;
use core::mem::offset_of;
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll, ready};

use super::{Header, Slot};

/// An operation on the future or the output in a slot.
pub(crate) enum Op<'a, 'b> {
    /// Polls the future. When it is ready, drops it and puts the output in its place.
    Poll(&'a mut Context<'b>),
    DropFuture,
    DropOutput,
    /// Moves the output to this address.
    Take(*mut ()),
    /// Frees the slot. The bytes hold nothing.
    Release,
}

pub(crate) type Step = unsafe fn(NonNull<Header>, Op<'_, '_>) -> Poll<()>;

/// The location of the bytes of a slot.
pub(crate) trait Store {
    /// # Safety
    ///
    /// The pointer must be to a whole slot of this kind, and the caller must own its bytes.
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8;

    /// # Safety
    ///
    /// The conditions of `bytes` hold. The bytes hold nothing, and they were for a future of type
    /// `F`.
    unsafe fn release<F: Future>(slot: NonNull<Header>);
}

/// The location inside the slot itself.
pub(super) enum Inline {}

impl Store for Inline {
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8 {
        // SAFETY: the caller passes a whole `Slot`, and the offset is the same for every size.
        unsafe { slot.as_ptr().byte_add(offset_of!(Slot<0>, bytes)).cast() }
    }

    unsafe fn release<F: Future>(slot: NonNull<Header>) {
        // SAFETY: a slot lives for ever.
        critical_section::with(|cs| unsafe { slot.as_ref() }.free(cs));
    }
}

/// # Safety
///
/// The slot must be one of `S`, and the caller must own its bytes. They must have room for an `F`
/// and its output, and must hold the value that `op` operates on.
pub(crate) unsafe fn step<F: Future, S: Store>(slot: NonNull<Header>, op: Op<'_, '_>) -> Poll<()> {
    // SAFETY: the caller guarantees the same conditions.
    let bytes = unsafe { S::bytes(slot) };
    let future = bytes.cast::<F>();
    let output = bytes.cast::<F::Output>();
    // SAFETY: the bytes hold the future or the output. The future stays where it is until it is
    // dropped.
    unsafe {
        match op {
            Op::Poll(cx) => {
                let ready = ready!(Pin::new_unchecked(&mut *future).poll(cx));
                ptr::drop_in_place(future);
                output.write(ready);
            }
            Op::DropFuture => ptr::drop_in_place(future),
            Op::DropOutput => ptr::drop_in_place(output),
            Op::Take(to) => ptr::copy_nonoverlapping(output, to.cast(), 1),
            Op::Release => S::release::<F>(slot),
        }
    }
    Poll::Ready(())
}
