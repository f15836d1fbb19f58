//! A future inside the span of its task.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::span::TaskSpan;
use super::waker::{Telling, is_heard};

/// What a task has that somebody listens to.
struct Listened {
    span: Arc<TaskSpan>,
    /// Kept from poll to poll, so that `Waker::will_wake` says yes.
    waker: Option<Arc<Telling>>,
}

pin_project! {
    /// Polls and drops a future inside the span of its task.
    pub(crate) struct Traced<F> {
        // One pointer, so that the tasks that nobody listens to are hardly bigger.
        listened: Option<Box<Listened>>,
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Traced<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(listened) = this.listened
                && this.future.is_some()
            {
                let _inside = listened.span.enter();
                this.future.set(None);
            }
        }
    }
}

impl<F> Traced<F> {
    #[inline]
    pub(super) fn new(future: F, span: Option<Arc<TaskSpan>>) -> Self {
        Self {
            listened: span.map(|span| Box::new(Listened { span, waker: None })),
            future: Some(future),
        }
    }
}

impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let future = this.future.as_mut().as_pin_mut();
        let future = future.expect("a task is not polled after its end");
        let Some(listened) = this.listened else {
            return future.poll(cx);
        };
        let _inside = listened.span.enter();
        let polled = match telling(&mut listened.waker, &listened.span, cx) {
            Some(waker) => future.poll(&mut Context::from_waker(&waker.as_waker())),
            None => future.poll(cx),
        };
        if polled.is_ready() {
            // Dropped in the same visit of the span, because tokio-console counts visits as polls.
            this.future.set(None);
        }
        polled
    }
}

/// Returns the waker to poll the task with, or `None` if nobody listens to it.
fn telling<'a>(
    kept: &'a mut Option<Arc<Telling>>,
    span: &TaskSpan,
    cx: &Context<'_>,
) -> Option<&'a Arc<Telling>> {
    if kept.as_ref().is_none_or(|kept| !kept.wakes(cx.waker())) {
        if !is_heard() {
            return None;
        }
        *kept = Some(Telling::new(cx.waker().clone(), span.number()?));
    }
    kept.as_ref()
}
