use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Shutdown;
use super::waiters::Key;

/// The future of [`Shutdown::wait`], ready when there is no guard.
pub(super) struct Unguarded {
    shutdown: Shutdown,
    key: Option<Key>,
}

impl Unguarded {
    pub(super) fn new(shutdown: Shutdown) -> Self {
        Self {
            shutdown,
            key: None,
        }
    }
}

impl Future for Unguarded {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { shutdown, key } = &mut *self;
        let state = shutdown.state();
        state.for_guards.poll(key, cx, || state.guards() == 0)
    }
}

impl Drop for Unguarded {
    fn drop(&mut self) {
        self.shutdown.state().for_guards.forget(self.key);
    }
}
