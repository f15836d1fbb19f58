use core::fmt;
use core::future::{Future, IntoFuture};
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::runtime::selected::{Before, LateTimer};
use crate::time::Instant;
use crate::time::error::Elapsed;

/// Limits the time of a future to `duration` from this call.
///
/// Equivalent to `tokio::time::timeout`.
///
/// Each poll polls the future first and checks the clock second: a future that is ready wins,
/// however late it is. Once the time is over, the future is dropped before the error is returned.
///
/// # Errors
///
/// Returns [`Elapsed`] if the future is not ready in time.
///
/// # Cancel safety
///
/// Dropping the timeout drops the future.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, timeout};
///
/// let limit = Duration::from_millis(10);
/// assert_eq!(timeout(limit, async { 42 }).await, Ok(42));
/// assert!(timeout(limit, std::future::pending::<()>()).await.is_err());
/// # });
/// ```
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    timeout_at(Instant::after(duration), future)
}

/// Limits the time of a future to `deadline`.
///
/// Equivalent to `tokio::time::timeout_at`.
///
/// # Errors
///
/// Returns [`Elapsed`] if the future is not ready in time.
///
/// # Cancel safety
///
/// Dropping the timeout drops the future.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, Instant, timeout_at};
///
/// let deadline = Instant::now() + Duration::from_millis(10);
/// assert!(timeout_at(deadline, std::future::pending::<()>()).await.is_err());
/// # });
/// ```
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout {
        future: Some(future.into_future()),
        deadline,
        timer: LateTimer::default(),
        _pinned: PhantomPinned,
    }
}

pin_project! {
    /// The future of [`timeout`] and [`timeout_at`].
    ///
    /// Equivalent to `tokio::time::Timeout`.
    ///
    /// # Panics
    ///
    /// Polling it after it returned its output panics.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Timeout<F> {
        #[pin]
        future: Option<F>,
        deadline: Instant,
        // A future that is ready at once never starts the timer.
        #[pin]
        timer: LateTimer,
        // Makes the type `!Unpin` on every runtime, because the timers of some are.
        #[pin]
        _pinned: PhantomPinned,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // The future may use up the budget. This must not delay the timeout.
        let before = Before::poll();
        let mut this = self.project();
        let future = this
            .future
            .as_mut()
            .as_pin_mut()
            .expect("`Timeout` polled after completion");
        if let Poll::Ready(output) = future.poll(cx) {
            this.future.set(None);
            return Poll::Ready(Ok(output));
        }
        // Checks the clock too, because a timer may be a little late.
        if Instant::now() < *this.deadline {
            ready!(this.timer.poll(*this.deadline, cx));
        }
        ready!(before.poll_spend(cx));
        this.future.set(None);
        Poll::Ready(Err(Elapsed(())))
    }
}

impl<F: fmt::Debug> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout")
            .field("future", &self.future)
            .field("deadline", &self.deadline)
            .finish()
    }
}
