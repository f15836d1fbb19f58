//! A task's handle, which compares the result with the task's own record.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use portable::task::{AbortHandle, Id, JoinError, JoinHandle};

use crate::guard::{Fate, Parcel, Record, Thrown};
use crate::world::World;

/// A task or a blocking closure.
#[derive(Debug)]
pub(crate) struct Job {
    world: Arc<World>,
    record: Arc<Record>,
    id: Id,
    /// Whether the task ends without being aborted.
    ends: bool,
    // The handle is taken when it has given its result.
    handle: Option<JoinHandle<Parcel>>,
}

impl Job {
    pub(crate) fn new(world: &Arc<World>, record: Arc<Record>, handle: JoinHandle<Parcel>) -> Self {
        Self {
            ends: true,
            world: world.clone(),
            record,
            id: handle.id(),
            handle: Some(handle),
        }
    }

    /// Marks a task that has to be aborted. If nobody aborts it, the world will.
    pub(crate) fn never_ends(mut self) -> Self {
        self.ends = false;
        self
    }

    pub(crate) fn abort(&self) {
        if let Some(handle) = &self.handle {
            self.record.is_asked_to_end.store(true, Ordering::SeqCst);
            self.world.counters.aborts.add();
            handle.abort();
        }
    }

    /// Returns the right to abort the task, or `None` after the handle has given its result.
    pub(crate) fn abort_handle(&self) -> Option<Abort> {
        self.handle.as_ref().map(|handle| Abort {
            world: self.world.clone(),
            record: self.record.clone(),
            handle: handle.abort_handle(),
        })
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.handle.as_ref().is_none_or(JoinHandle::is_finished)
    }

    pub(crate) fn record(&self) -> Arc<Record> {
        self.record.clone()
    }

    fn check(&self, result: Result<Parcel, JoinError>) -> Option<Parcel> {
        let counters = &self.world.counters;
        let fate = self.record.fate();
        let expected = match &result {
            Ok(_) => {
                counters.ok.add();
                Fate::Finished
            }
            Err(error) if error.is_panic() => {
                counters.err_panicked.add();
                Fate::Panicked
            }
            Err(_) => {
                counters.err_cancelled.add();
                let is_asked = self.record.is_asked_to_end.load(Ordering::SeqCst);
                if !is_asked && !self.world.is_ending() {
                    counters.cancelled_unasked.add();
                }
                Fate::Cancelled
            }
        };
        if matches!(fate, Fate::Alive | Fate::Finishing | Fate::Panicking) {
            counters.result_before_drop.add();
        } else if fate != expected {
            counters.wrong_result.add();
        }
        let is_same_id = |id: &Id| *id == self.id;
        let seen_by_error = result.as_ref().err().map(JoinError::id);
        if !self.record.id.get().is_none_or(is_same_id)
            || !seen_by_error.as_ref().is_none_or(is_same_id)
        {
            counters.wrong_id.add();
        }
        match result {
            Ok(mut parcel) => {
                parcel.accept();
                Some(parcel)
            }
            Err(error) => {
                if let Ok(payload) = error.try_into_panic()
                    && !payload.is::<Thrown>()
                {
                    counters.wrong_payload.add();
                }
                None
            }
        }
    }
}

impl Future for Job {
    type Output = Option<Parcel>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let handle = self.handle.as_mut().expect("a job is awaited once");
        let result = ready!(Pin::new(handle).poll(cx));
        self.world.counters.awaited.add();
        let is_finished = self.is_finished();
        self.handle = None;
        if !is_finished {
            self.world.counters.not_finished.add();
        }
        Poll::Ready(self.check(result))
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.handle.is_some() {
            self.world.counters.detached.add();
        }
        if !self.ends
            && !self.record.is_asked_to_end.load(Ordering::SeqCst)
            && let Some(abort) = self.abort_handle()
        {
            self.world.keep_forever(abort);
        }
    }
}

/// The right to abort a task.
#[derive(Clone, Debug)]
pub(crate) struct Abort {
    world: Arc<World>,
    record: Arc<Record>,
    handle: AbortHandle,
}

impl Abort {
    pub(crate) fn abort(&self) {
        self.record.is_asked_to_end.store(true, Ordering::SeqCst);
        self.world.counters.aborts.add();
        self.handle.abort();
    }

    /// Checks that the task is finished. Must be called when the task has given its result.
    pub(crate) fn check_finished(&self) {
        if !self.handle.is_finished() {
            self.world.counters.not_finished.add();
        }
    }
}
