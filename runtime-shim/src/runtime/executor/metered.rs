//! How long a thread works, and how often it waits for work.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::runtime::metrics::Working;

/// A future that measures how long the polls of another one take. The thread waits for work after a
/// poll that leaves the other future idle.
pub(super) struct Metered<'a, F, I> {
    future: Pin<&'a mut F>,
    is_idle: I,
}

impl<'a, F, I: Fn(&F) -> bool> Metered<'a, F, I> {
    pub(super) fn new(future: Pin<&'a mut F>, is_idle: I) -> Self {
        Self { future, is_idle }
    }
}

impl<F, I: Fn(&F) -> bool> Metered<'_, F, I> {
    /// Returns whether the last poll has left the other future idle.
    pub(super) fn is_idle(&self) -> bool {
        (self.is_idle)(&self.future)
    }
}

impl<F, I> Unpin for Metered<'_, F, I> {}

impl<F, I> Future for Metered<'_, F, I>
where
    F: Future<Output = ()>,
    I: Fn(&F) -> bool,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let working = Working::begin();
        let polled = self.future.as_mut().poll(cx);
        working.end(polled.is_pending() && self.is_idle());
        polled
    }
}
