//! Wakers that the executor did not make, which may panic.
//!
//! When one future awaits a task, async-task stores the future's waker. If this waker panics while
//! it is woken, cloned or dropped, async-task aborts the process. The wakers of the executor's own
//! tasks and of `block_on` do not panic, so async-task gets them as they are. They are recognised
//! by their vtable, which differs for each type of task. Any other waker is wrapped in one that
//! does not panic.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::sync::{PoisonError, RwLock};
use std::task::{Context, Poll, RawWakerVTable, Waker};

use super::current;
use crate::waker::{self, Kept};

/// The addresses of the vtables of the executor's wakers, sorted.
static TABLES: RwLock<Vec<usize>> = RwLock::new(Vec::new());

thread_local! {
    /// The listed vtable that this thread has met last.
    static LAST: Cell<*const RawWakerVTable> = const { Cell::new(ptr::null()) };
}

/// Returns whether the waker is one of the executor's.
#[inline]
pub(crate) fn is_ours(waker: &Waker) -> bool {
    is_last(waker) || is_listed(waker) || is_of_task(waker)
}

/// Returns whether the waker belongs to the task that is being polled. If so, adds its vtable to
/// the list.
#[cold]
fn is_of_task(waker: &Waker) -> bool {
    let is_of_task = current::is_of_task(waker);
    if is_of_task {
        list(waker);
    }
    is_of_task
}

/// Records that the waker is one of the executor's, such as that of a thread inside `block_on`.
#[inline]
pub(crate) fn ours(waker: &Waker) {
    if !is_last(waker) && !is_listed(waker) {
        list(waker);
    }
}

/// Polls a future that awaits a task, with a waker that does not panic. From here on this waker
/// counts as one of the executor's.
#[cold]
#[inline(never)]
pub(crate) fn poll<F: Future>(future: Pin<&mut F>, cx: &Context<'_>) -> Poll<F::Output> {
    let contained = waker::contained(cx);
    ours(&contained);
    future.poll(&mut Context::from_waker(&contained))
}

/// Clones a waker that may panic. If `clone` panics, the panic happens here, before anything relies
/// on a clone.
#[inline]
#[cfg_attr(not(feature = "_reactor"), allow(dead_code))]
pub(crate) fn clone_first(cx: &Context<'_>) {
    if !is_ours(cx.waker()) {
        drop(Kept::of(cx));
    }
}

/// Polls something that stores its waker in a place where a panic would do harm. Passes it a waker
/// that does not panic.
#[inline]
#[cfg_attr(not(feature = "_reactor"), allow(dead_code))]
pub(crate) fn contained<T>(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    if is_ours(cx.waker()) {
        return poll(cx);
    }
    // If `clone` of the original waker panics, it panics here.
    let contained = waker::contained(cx);
    poll(&mut Context::from_waker(&contained))
}

#[inline]
fn is_last(waker: &Waker) -> bool {
    let last = LAST.try_with(Cell::get);
    last.is_ok_and(|last| ptr::eq(last, waker.vtable()))
}

fn address(waker: &Waker) -> usize {
    ptr::from_ref(waker.vtable()).addr()
}

#[cold]
fn is_listed(waker: &Waker) -> bool {
    let tables = TABLES.read().unwrap_or_else(PoisonError::into_inner);
    let is_listed = tables.binary_search(&address(waker)).is_ok();
    if is_listed {
        LAST.set(waker.vtable());
    }
    is_listed
}

#[cold]
fn list(waker: &Waker) {
    let mut tables = TABLES.write().unwrap_or_else(PoisonError::into_inner);
    if let Err(place) = tables.binary_search(&address(waker)) {
        tables.insert(place, address(waker));
    }
    LAST.set(waker.vtable());
}
