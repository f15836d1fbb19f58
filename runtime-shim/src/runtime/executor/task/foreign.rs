//! Wakers that are not of the executor, and so may panic.
//!
//! async-task aborts the process when the waker of whoever awaits a task panics, be it woken, cloned
//! or dropped. Those of tasks and of `block_on` do not, and are given to it as they are. They are
//! known by their table of functions, which for each type of task is another. Around any other waker
//! goes one that does not panic.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::sync::{PoisonError, RwLock};
use std::task::{Context, Poll, RawWakerVTable, Waker};

use super::current;
use crate::waker::{self, Kept};

/// The addresses of the tables of the executor's wakers, in order.
static TABLES: RwLock<Vec<usize>> = RwLock::new(Vec::new());

thread_local! {
    /// The one of them that this thread has met last.
    static LAST: Cell<*const RawWakerVTable> = const { Cell::new(ptr::null()) };
}

/// Whether the waker is one of the executor.
#[inline]
pub(crate) fn is_ours(waker: &Waker) -> bool {
    is_last(waker) || is_listed(waker) || is_of_task(waker)
}

/// Whether it is that of the task that is being polled. Its table is known from here on.
#[cold]
fn is_of_task(waker: &Waker) -> bool {
    let is_of_task = current::is_of_task(waker);
    if is_of_task {
        list(waker);
    }
    is_of_task
}

/// The waker is one of the executor: of the thread inside `block_on`.
#[inline]
pub(crate) fn ours(waker: &Waker) {
    if !is_last(waker) && !is_listed(waker) {
        list(waker);
    }
}

/// Polls what awaits a task with a waker that does not panic. It counts as ours from here on.
#[cold]
#[inline(never)]
pub(crate) fn poll<F: Future>(future: Pin<&mut F>, cx: &Context<'_>) -> Poll<F::Output> {
    let contained = waker::contained(cx);
    ours(&contained);
    future.poll(&mut Context::from_waker(&contained))
}

/// Clones a waker that may panic at that: if it does, this call panics, before others rely on a clone.
#[inline]
#[cfg_attr(not(feature = "_reactor"), allow(dead_code))]
pub(crate) fn clone_first(cx: &Context<'_>) {
    if !is_ours(cx.waker()) {
        drop(Kept::of(cx));
    }
}

/// Polls something that keeps wakers where a panic of one would do harm, by a waker that does not panic.
#[inline]
#[cfg_attr(not(feature = "_reactor"), allow(dead_code))]
pub(crate) fn contained<T>(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    if is_ours(cx.waker()) {
        return poll(cx);
    }
    // If its `clone` panics, it does so here.
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
