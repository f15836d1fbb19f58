//! What a slot can do with a future and an output whose types it does not know.

use core::future::Future;
use core::mem::offset_of;
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll, ready};

use super::{Header, Slot};

/// What can be done with the future or the output in a slot, of whatever type.
pub(crate) enum Op<'a, 'b> {
    /// Polls the future. When that is ready the future is dropped and the output is in its place.
    Poll(&'a mut Context<'b>),
    DropFuture,
    DropOutput,
    /// Moves the output to there.
    Take(*mut ()),
    /// Gives the slot back. The bytes hold nothing.
    Release,
}

pub(crate) type Step = unsafe fn(NonNull<Header>, Op<'_, '_>) -> Poll<()>;

/// Where the bytes of a slot are.
pub(crate) trait Store {
    /// # Safety
    ///
    /// The slot is one of this kind, whole, and the caller has its bytes.
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8;

    /// # Safety
    ///
    /// As `bytes`, and the bytes hold nothing and were for a future of type `F`.
    unsafe fn release<F: Future>(slot: NonNull<Header>);
}

/// The slot's own.
pub(super) enum Inline {}

impl Store for Inline {
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8 {
        // SAFETY: the caller has a whole `Slot`, and the offset is the same whatever its size.
        unsafe { slot.as_ptr().byte_add(offset_of!(Slot<0>, bytes)).cast() }
    }

    unsafe fn release<F: Future>(slot: NonNull<Header>) {
        // SAFETY: a slot lives for ever.
        critical_section::with(|cs| unsafe { slot.as_ref() }.free(cs));
    }
}

/// # Safety
///
/// The slot is one of `S`, the caller has its bytes, they can hold an `F` and its output, and hold what
/// `op` is about.
pub(crate) unsafe fn step<F: Future, S: Store>(slot: NonNull<Header>, op: Op<'_, '_>) -> Poll<()> {
    // SAFETY: passed on.
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
