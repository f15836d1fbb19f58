//! The state that a [`Shutdown`](super::Shutdown) shares with its clones and guards, and with the
//! thread for signals.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::waiters::Waiters;
use crate::signal::{Listener, Number};

#[derive(Debug, Default)]
pub(super) struct State {
    requested: AtomicBool,
    guards: AtomicUsize,
    /// Waiting for the request.
    pub(super) for_request: Waiters,
    /// Waiting until there is no guard.
    pub(super) for_guards: Waiters,
}

impl State {
    pub(super) fn request(&self) {
        if !self.requested.swap(true, Ordering::AcqRel) {
            self.for_request.wake_all();
        }
    }

    pub(super) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire)
    }

    pub(super) fn add_guard(&self) {
        self.guards.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn remove_guard(&self) {
        // A task that sees no guard left also sees everything that was done under the guards.
        if self.guards.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.for_guards.wake_all();
        }
    }

    pub(super) fn guards(&self) -> usize {
        self.guards.load(Ordering::Acquire)
    }
}

impl Listener for State {
    fn tell(&self, _: Number) {
        self.request();
    }
}
