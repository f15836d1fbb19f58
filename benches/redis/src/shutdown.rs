//! The graceful end, as far as the server needs it.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// What `portable::shutdown::Shutdown` is, of tokio-util's parts.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    token: CancellationToken,
    tracker: TaskTracker,
}

impl Shutdown {
    /// Makes one that SIGINT and SIGTERM request.
    ///
    /// # Errors
    ///
    /// Returns an error if the signals cannot be listened to.
    pub fn on_signal() -> io::Result<Self> {
        let shutdown = Self::default();
        for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
            let mut signals = signal(kind)?;
            let token = shutdown.token.clone();
            tokio::spawn(async move {
                signals.recv().await;
                token.cancel();
            });
        }
        Ok(shutdown)
    }

    /// Requests the end.
    pub fn request(&self) {
        self.token.cancel();
    }

    /// Runs a future until the end is requested.
    pub async fn run_until_requested<F: Future>(&self, future: F) -> Option<F::Output> {
        self.token.run_until_cancelled(future).await
    }

    /// Returns a guard that the end waits for.
    pub fn guard(&self) -> Guard {
        Guard {
            token: self.token.clone(),
            _counted: self.tracker.token(),
        }
    }

    /// Waits until there is no guard left.
    ///
    /// # Errors
    ///
    /// Returns `TimedOut` if this takes longer than `limit`.
    pub async fn wait_for(&self, limit: Duration) -> io::Result<()> {
        self.tracker.close();
        Ok(tokio::time::timeout(limit, self.tracker.wait()).await?)
    }
}

/// What holds up the end.
#[derive(Debug)]
pub struct Guard {
    token: CancellationToken,
    _counted: TaskTrackerToken,
}

impl Guard {
    /// Waits until the end is requested.
    pub fn requested(&self) -> WaitForCancellationFuture<'_> {
        self.token.cancelled()
    }
}
