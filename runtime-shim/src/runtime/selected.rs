//! The selected runtime's types, of which those that users see are made.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::async_runtime::yield_by;
use super::{AsyncRuntime, AsyncSleep, Selected};
use crate::time::Instant;

pub(crate) type JoinHandle<T> = <Selected as AsyncRuntime>::JoinHandle<T>;
pub(crate) type AbortHandle = <Selected as AsyncRuntime>::AbortHandle;

pin_project! {
    /// The timer of a sleep.
    ///
    /// It is made at the first poll: a sleep that is made in one place and polled in another belongs
    /// to the runtime that polls it.
    #[derive(Default)]
    pub(crate) struct Timer {
        #[pin]
        sleep: Option<<Selected as AsyncRuntime>::Sleep>,
    }
}

impl Timer {
    /// Waits until `deadline`, or until that of the last [`reset`](Self::reset).
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if this.sleep.is_none() {
            let sleep = Selected::default().sleep_until(deadline);
            this.sleep.set(Some(sleep));
        }
        match this.sleep.as_pin_mut() {
            Some(sleep) => sleep.poll(cx),
            None => Poll::Ready(()),
        }
    }

    /// Moves the deadline of whoever waits. Says whether that may be somebody.
    #[inline]
    pub(crate) fn reset(self: Pin<&mut Self>, deadline: Instant) -> bool {
        match self.project().sleep.as_pin_mut() {
            Some(sleep) => {
                sleep.reset(deadline);
                true
            }
            None => false,
        }
    }
}

/// A sleep that its owner can poll without more ado: the public one is not [`Unpin`].
pub(crate) type Pinned<T> = Pin<Box<T>>;

#[inline]
pub(crate) fn pinned<T>(sleep: T) -> Pinned<T> {
    Box::pin(sleep)
}

#[inline]
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send {
    yield_by(Selected::default())
}
