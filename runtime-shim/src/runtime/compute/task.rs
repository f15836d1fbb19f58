//! The task of a closure: what the closure and its handles share.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use super::here;
use crate::panics::{contain, ignore};
use crate::runtime::selected::poll_spend;
use crate::task::{Id, JoinError};
use crate::waker::Kept;

/// The part of a task that does not depend on its output.
#[derive(Debug)]
struct Header {
    id: Id,
    is_aborted: AtomicBool,
    has_ended: AtomicBool,
}

/// A closure's task.
pub(super) struct Task<T> {
    header: Arc<Header>,
    state: Mutex<State<T>>,
}

enum State<T> {
    /// The task has not ended. If a handle waits for it, there is a waker.
    Pending(Option<Kept>),
    /// The same without a handle.
    Detached,
    Ended(Result<T, JoinError>),
    Taken,
}

impl<T> Task<T> {
    pub(super) fn new() -> Arc<Self> {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);

        Arc::new(Self {
            header: Arc::new(Header {
                id: Id::of_closure(NEXT_ID.fetch_add(1, Ordering::Relaxed)),
                is_aborted: AtomicBool::new(false),
                has_ended: AtomicBool::new(false),
            }),
            state: Mutex::new(State::Pending(None)),
        })
    }

    /// Runs the closure, unless the task was aborted.
    pub(super) fn run(&self, f: impl FnOnce() -> T) {
        if self.header.is_aborted.load(Ordering::Acquire) {
            return self.cancel(f);
        }
        let _inside = here::enter(self.header.id);
        let output = contain(f).map_err(|payload| JoinError::panicked(self.header.id, payload));
        self.end(output);
    }

    /// Drops the closure.
    pub(super) fn cancel(&self, f: impl FnOnce() -> T) {
        let id = self.header.id;
        let _inside = here::enter(id);
        self.end(Err(match contain(|| drop(f)) {
            Ok(()) => JoinError::cancelled(id),
            Err(payload) => JoinError::panicked(id, payload),
        }));
    }

    /// Ends a task whose closure is dropped later.
    pub(super) fn cancel_first(&self) {
        self.end(Err(JoinError::cancelled(self.header.id)));
    }

    fn end(&self, output: Result<T, JoinError>) {
        let mut state = self.lock();
        match mem::replace(&mut *state, State::Taken) {
            State::Pending(waker) => {
                *state = State::Ended(output);
                self.header.has_ended.store(true, Ordering::Release);
                drop(state);
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            State::Detached | State::Ended(_) | State::Taken => {
                drop(state);
                ignore(contain(|| drop(output)));
                self.header.has_ended.store(true, Ordering::Release);
            }
        }
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        if !self.has_ended() {
            let waker = Kept::of(cx);
            let mut state = self.lock();
            // The task may have ended since.
            if let State::Pending(kept) = &mut *state {
                let old = kept.replace(waker);
                drop(state);
                drop(old);
                return Poll::Pending;
            }
        }
        let is_taken = matches!(*self.lock(), State::Taken);
        // The message is the same as on Tokio.
        assert!(!is_taken, "JoinHandle polled after completion");
        ready!(poll_spend(cx));
        match mem::replace(&mut *self.lock(), State::Taken) {
            State::Ended(output) => Poll::Ready(output),
            _ => unreachable!("only its handle takes the output of a task"),
        }
    }

    fn detach(&self) {
        let mut state = self.lock();
        let next = match &*state {
            State::Pending(_) => State::Detached,
            _ => State::Taken,
        };
        let old = mem::replace(&mut *state, next);
        drop(state);
        if let State::Ended(output) = old {
            let _inside = here::enter(self.header.id);
            ignore(contain(|| drop(output)));
        }
    }

    fn has_ended(&self) -> bool {
        self.header.has_ended.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle to await the output of a closure.
pub(crate) struct JoinHandle<T>(pub(super) Arc<Task<T>>);

impl<T> JoinHandle<T> {
    pub(super) fn abort(&self) {
        self.abort_handle().abort();
    }

    pub(super) fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.0.header.clone())
    }

    pub(super) fn is_finished(&self) -> bool {
        self.0.has_ended()
    }

    pub(super) fn id(&self) -> Id {
        self.0.header.id
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(cx)
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        self.0.detach();
    }
}

/// A handle to cancel a closure that has not started.
#[derive(Clone, Debug)]
pub(crate) struct AbortHandle(Arc<Header>);

impl AbortHandle {
    pub(super) fn abort(&self) {
        self.0.is_aborted.store(true, Ordering::Release);
    }

    pub(super) fn is_finished(&self) -> bool {
        self.0.has_ended.load(Ordering::Acquire)
    }

    pub(super) fn id(&self) -> Id {
        self.0.id
    }
}
