//! Timers.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::runtime::AsyncSleep;
use crate::time::Instant;

pin_project! {
    /// A Tokio timer.
    #[derive(Debug)]
    pub struct Sleep {
        #[pin]
        pub(super) timer: tokio::time::Sleep,
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().timer.poll(cx)
    }
}

impl AsyncSleep for Sleep {
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().timer.reset(deadline.into_std().into());
    }
}
