use std::future::Future;

use super::spawn::spawn;
use crate::task::JoinHandle;

/// A reference to the runtime, which is the event loop of the page.
///
/// Equivalent to `tokio::runtime::Handle`, without what blocks: `block_on` and `spawn_blocking`.
#[derive(Clone, Debug)]
pub struct Handle {
    _private: (),
}

impl Handle {
    /// Returns a reference to the runtime. It works everywhere.
    pub fn current() -> Self {
        Self { _private: () }
    }

    /// Starts a task, as [`task::spawn`](crate::task::spawn) does.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        spawn(future)
    }
}
