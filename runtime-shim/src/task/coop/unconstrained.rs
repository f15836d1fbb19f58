use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::runtime::selected;

/// Polls `future` without a [budget](super): its operations never wait for the task's next turn.
///
/// A future that is always ready then keeps the other tasks and the timers of its thread waiting.
///
/// Equivalent to `tokio::task::unconstrained`.
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
/// use portable::task;
///
/// # portable::runtime::block_on(async {
/// task::unconstrained(async {
///     for _ in 0..1000 {
///         task::consume_budget().await;
///     }
/// })
/// .await;
/// # });
/// # }
/// ```
pub fn unconstrained<F: Future>(future: F) -> Unconstrained<F> {
    Unconstrained { future }
}

pin_project! {
    /// The future of [`unconstrained`]; equivalent to `tokio::task::Unconstrained`.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Unconstrained<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let future = self.project().future;
        selected::unconstrained(|| future.poll(cx))
    }
}
