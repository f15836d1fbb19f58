//! Embassy's types, which the public types wrap.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::Poll;

pub(crate) use super::budget::{Before, poll_spend};
pub(crate) use super::join::{AbortHandle, JoinHandle};
pub(crate) use super::timer::{LateTimer, Timer};

/// A sleep that its owner can poll without pinning it. It needs no allocator: the timer is
/// [`Unpin`] here.
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

/// Is pending twice. Embassy's executor takes all ready tasks from its queue at once and polls the
/// last one first. Pending once would put this task before those that were ready already.
pub(crate) async fn yield_now() {
    let mut turns = 2_u8;
    poll_fn(|cx| {
        if turns == 0 {
            return Poll::Ready(());
        }
        turns -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
