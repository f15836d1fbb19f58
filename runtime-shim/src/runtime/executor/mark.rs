//! The marks of a descriptor that a task waits for, by which a paused clock knows of it.

use std::sync::{Arc, Mutex, PoisonError};

use super::awaited::Key;
use super::clock::Clock;
use super::scheduler;
use crate::runtime::fd::RawFd;
use crate::runtime::source::Direction;

/// A descriptor that a task waits for. It must end before the descriptor is closed.
#[derive(Debug)]
pub(super) struct Mark {
    clock: Arc<Clock>,
    key: Key,
}

impl Mark {
    /// Marks the descriptor for the clock of this thread's runtime, if that has one.
    pub(super) fn new(fd: RawFd, direction: Direction) -> Option<Self> {
        let clock = scheduler::current()?.clock.clone()?;
        let key = (fd, direction == Direction::Write);
        clock.awaited.add(key);
        Some(Self { clock, key })
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.clock.awaited.remove(self.key);
    }
}

/// The marks of one descriptor that is polled, in each direction. A poll cannot tell when nobody waits any
/// more, so a mark stays until the next poll.
#[derive(Debug, Default)]
pub(super) struct Marks([Mutex<Option<Mark>>; 2]);

impl Marks {
    pub(super) fn set(&self, direction: Direction, mark: Option<Mark>) {
        let mut place = self.0[direction as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *place, mark);
        drop(place);
        drop(old);
    }
}
