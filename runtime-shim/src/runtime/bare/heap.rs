//! Slots for futures of any size.
//!
//! A slot is never freed, because Embassy may hold a waker of it. Later tasks reuse it, so there
//! are as many slots as tasks ever lived at once. The bytes of a task are allocated and freed with
//! the task.

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use alloc::boxed::Box;
use core::alloc::Layout;
use core::cell::Cell;
use core::future::Future;
use core::ptr::{self, NonNull};

use critical_section::Mutex;

use super::ambient;
use super::slot::{Header, Store, Task, start, step};

#[repr(C)]
struct HeapSlot {
    header: Header,
    /// The bytes of the task, or the next free slot.
    link: Cell<*mut u8>,
}

/// The list of free slots.
static FREE: Mutex<Cell<Free>> = Mutex::new(Cell::new(Free(ptr::null_mut())));

#[derive(Clone, Copy)]
struct Free(*mut HeapSlot);

// SAFETY: the list is accessed only in critical sections.
unsafe impl Send for Free {}

enum Allocated {}

impl Allocated {
    /// # Safety
    ///
    /// The slot must be of this kind, and the caller must own its bytes.
    unsafe fn link<'a>(slot: NonNull<Header>) -> &'a Cell<*mut u8> {
        // SAFETY: the pointer is to a whole `HeapSlot`, and the owner of the bytes owns the link.
        unsafe { &slot.cast::<HeapSlot>().as_ref().link }
    }
}

impl Store for Allocated {
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8 {
        // SAFETY: the caller guarantees the same conditions.
        unsafe { Self::link(slot) }.get()
    }

    unsafe fn release<F: Future>(slot: NonNull<Header>) {
        // SAFETY: the caller guarantees the same conditions, and `spawn` allocated the bytes for an
        // `F`.
        unsafe {
            let layout = layout::<F>();
            if layout.size() > 0 {
                dealloc(Self::bytes(slot), layout);
            }
        }
        critical_section::with(|cs| {
            let free = FREE.borrow(cs);
            // SAFETY: as above. No other code finds the slot before it is in the list, in this
            // critical section.
            unsafe {
                Self::link(slot).set(free.get().0.cast());
                slot.as_ref().free(cs);
            }
            free.set(Free(slot.cast().as_ptr()));
        });
    }
}

/// Returns a claimed slot.
fn claim() -> NonNull<Header> {
    let slot = critical_section::with(|cs| {
        let free = FREE.borrow(cs);
        let slot = NonNull::new(free.get().0)?;
        // SAFETY: slots live for ever, and the list owns those in it.
        unsafe {
            free.set(Free(slot.as_ref().link.get().cast()));
            slot.as_ref().header.claim(cs);
        }
        Some(slot)
    });
    slot.unwrap_or_else(|| {
        NonNull::from(Box::leak(Box::new(HeapSlot {
            header: Header::new(true),
            link: Cell::new(ptr::null_mut()),
        })))
    })
    .cast()
}

/// Returns the layout of memory for the future and later, in its place, for the output.
const fn layout<F: Future>() -> Layout {
    let (future, output) = (Layout::new::<F>(), Layout::new::<F::Output>());
    let size = if future.size() > output.size() {
        future.size()
    } else {
        output.size()
    };
    let align = if future.align() > output.align() {
        future.align()
    } else {
        output.align()
    };
    match Layout::from_size_align(size, align) {
        Ok(layout) => layout,
        Err(_) => panic!("the size of a type fits, rounded up to the alignment of another"),
    }
}

/// Starts a task in newly allocated memory.
///
/// # Panics
///
/// Panics if there is no executor.
#[track_caller]
pub(super) fn spawn<F>(future: F) -> Task
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let spawner = ambient::spawner();
    let layout = const { layout::<F>() };
    let bytes = if layout.size() > 0 {
        // SAFETY: the layout has a size.
        unsafe { alloc(layout) }
    } else {
        ptr::without_provenance_mut(layout.align())
    };
    if bytes.is_null() {
        handle_alloc_error(layout);
    }
    let slot = claim();
    // SAFETY: the slot is claimed, and the bytes have room for the future and for its output.
    unsafe {
        Allocated::link(slot).set(bytes);
        bytes.cast::<F>().write(future);
        start(slot, step::<F, Allocated>, spawner)
    }
}
