use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::poll_proceed;

/// Makes a future spend one operation of the task's [budget](super) when it is ready.
///
/// Equivalent to `tokio::task::coop::cooperative`.
///
/// # Cancel safety
///
/// The returned future is as cancel safe as `future`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::task::coop::cooperative;
///
/// # portable::runtime::block_on(async {
/// for n in 0..1000 {
///     assert_eq!(cooperative(async { n }).await, n);
/// }
/// # });
/// # }
/// ```
pub fn cooperative<F: Future>(future: F) -> Coop<F> {
    Coop { future }
}

pin_project! {
    /// The future of [`cooperative`]; equivalent to `tokio::task::coop::Coop`.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Coop<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Coop<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let coop = ready!(poll_proceed(cx));
        let output = ready!(self.project().future.poll(cx));
        coop.made_progress();
        Poll::Ready(output)
    }
}
