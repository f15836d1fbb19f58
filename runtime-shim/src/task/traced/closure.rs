//! A closure inside the span of its task.

use std::sync::Arc;

use super::span::TaskSpan;

/// Runs a closure inside the span of its task, or drops it there.
pub(super) struct Traced<F> {
    span: Option<Arc<TaskSpan>>,
    f: Option<F>,
}

impl<F> Traced<F> {
    #[inline]
    pub(super) fn new(f: F, span: Option<Arc<TaskSpan>>) -> Self {
        Self { span, f: Some(f) }
    }

    #[inline]
    pub(super) fn run<T>(mut self) -> T
    where
        F: FnOnce() -> T,
    {
        let f = self.f.take().expect("it runs once");
        let _inside = self.span.as_ref().map(TaskSpan::enter);
        f()
    }
}

impl<F> Drop for Traced<F> {
    #[inline]
    fn drop(&mut self) {
        if let Some(f) = self.f.take() {
            let _inside = self.span.as_ref().map(TaskSpan::enter);
            drop(f);
        }
    }
}
