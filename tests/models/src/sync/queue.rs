//! A queue that promises only this: a thread that takes a value sees what came before its push.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use loom::sync::atomic::{AtomicUsize, Ordering};

/// Stands in for concurrent-queue's, which orders more than this.
#[derive(Debug)]
pub(crate) struct ConcurrentQueue<T> {
    len: AtomicUsize,
    // A thread learns only from `len` that there is a value.
    values: Mutex<VecDeque<T>>,
}

#[derive(Debug)]
pub(crate) struct Empty;

#[derive(Debug)]
pub(crate) struct Full;

impl<T> ConcurrentQueue<T> {
    pub(crate) fn unbounded() -> Self {
        Self {
            len: AtomicUsize::new(0),
            values: Mutex::default(),
        }
    }

    pub(crate) fn push(&self, value: T) -> Result<(), Full> {
        self.values().push_back(value);
        self.len.fetch_add(1, Ordering::Release);
        Ok(())
    }

    pub(crate) fn pop(&self) -> Result<T, Empty> {
        let mut len = self.len();
        loop {
            let less = len.checked_sub(1).ok_or(Empty)?;
            match self
                .len
                .compare_exchange(len, less, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return self.values().pop_front().ok_or(Empty),
                Err(actual) => len = actual,
            }
        }
    }

    fn values(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.values.lock().unwrap()
    }

    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
