//! The queue of tasks of a set that have ended.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::slots::Key;
use crate::waker::Kept;

/// The tasks that have ended and that the set has not seen yet.
#[derive(Debug, Default)]
pub(super) struct Ended(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    keys: VecDeque<Key>,
    /// Woken by the next task that ends.
    waker: Option<Kept>,
}

impl Ended {
    /// Polls for the next task that has ended.
    pub(super) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Key> {
        if let Some(key) = self.lock().keys.pop_front() {
            return Poll::Ready(key);
        }
        let waker = Kept::of(cx);
        let mut state = self.lock();
        if let Some(key) = state.keys.pop_front() {
            drop(state);
            return Poll::Ready(key);
        }
        let old = state.waker.replace(waker);
        drop(state);
        drop(old);
        Poll::Pending
    }

    fn insert(&self, key: Key) {
        let mut state = self.lock();
        state.keys.push_back(key);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notifies the set that a task has ended. It lives in the future or closure of the task and does
/// so when it is dropped.
pub(super) struct Tells {
    key: Key,
    ended: Arc<Ended>,
}

impl Tells {
    pub(super) fn new(key: Key, ended: &Arc<Ended>) -> Self {
        Self {
            key,
            ended: ended.clone(),
        }
    }

    pub(super) fn key(&self) -> Key {
        self.key
    }

    /// Wraps `future`, as the future of the task.
    pub(super) fn future<F>(self, future: F) -> TellingFuture<F> {
        TellingFuture {
            future,
            _tells: self,
        }
    }

    /// Wraps `f`, as the closure of the task.
    pub(super) fn closure<T>(self, f: impl FnOnce() -> T) -> impl FnOnce() -> T {
        move || {
            let _tells = self;
            f()
        }
    }
}

impl Drop for Tells {
    fn drop(&mut self) {
        self.ended.insert(self.key);
    }
}

pin_project! {
    /// A future that notifies its set when it is dropped, which is the end of its task in any case.
    pub(super) struct TellingFuture<F> {
        #[pin]
        future: F,
        // Dropped after the future.
        _tells: Tells,
    }
}

impl<F: Future> Future for TellingFuture<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}
