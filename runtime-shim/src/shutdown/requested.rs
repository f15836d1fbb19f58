use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Shutdown;
use super::waiters::Key;
use crate::runtime::selected::poll_spend;

/// The future of [`Shutdown::requested`], ready once the end was requested.
///
/// It is `'static`, and it stays ready when it is polled again. As long as it exists, the
/// [`Shutdown`] listens to its signals.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Requested {
    shutdown: Shutdown,
    key: Option<Key>,
}

impl Requested {
    pub(super) fn new(shutdown: Shutdown) -> Self {
        Self {
            shutdown,
            key: None,
        }
    }
}

impl Future for Requested {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { shutdown, key } = &mut *self;
        let state = shutdown.state();
        if state.is_requested() {
            return poll_spend(cx);
        }
        state.for_request.poll(key, cx, || state.is_requested())
    }
}

impl Drop for Requested {
    fn drop(&mut self) {
        self.shutdown.state().for_request.forget(self.key);
    }
}

impl fmt::Debug for Requested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Requested")
            .field(&self.shutdown.is_requested())
            .finish()
    }
}
