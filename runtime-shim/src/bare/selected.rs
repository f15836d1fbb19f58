//! Embassy's types, of which those that users see are made.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::Poll;

pub(crate) use super::join::{AbortHandle, JoinHandle};
pub(crate) use super::timer::Timer;

/// A sleep that its owner can poll without more ado. It needs no allocator: sleeps are [`Unpin`] here.
#[derive(Debug)]
pub(crate) struct Pinned<T>(T);

pub(crate) fn pinned<T>(sleep: T) -> Pinned<T> {
    Pinned(sleep)
}

impl<T: Unpin> Pinned<T> {
    pub(crate) fn as_mut(&mut self) -> Pin<&mut T> {
        Pin::new(&mut self.0)
    }
}

impl<T> core::ops::Deref for Pinned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Pends once. Embassy's executor polls the other tasks that are ready before it comes back.
pub(crate) async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|cx| {
        if has_yielded {
            return Poll::Ready(());
        }
        has_yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
