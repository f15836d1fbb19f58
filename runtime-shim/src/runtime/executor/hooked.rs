//! The functions that a thread calls when it begins and ends to wait for work.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::budget;
use crate::runtime::hooks::Hooks;

/// A future that calls the functions of the user's around each wait of its thread. The thread waits
/// for work after a poll that leaves the inner future idle.
pub(super) struct Hooked<'a, F, I> {
    future: Pin<&'a mut F>,
    is_idle: I,
    hooks: &'a Hooks,
    is_parked: bool,
}

impl<'a, F, I: Fn(&F) -> bool> Hooked<'a, F, I> {
    pub(super) fn new(future: Pin<&'a mut F>, is_idle: I, hooks: &'a Hooks) -> Self {
        Self {
            future,
            is_idle,
            hooks,
            is_parked: false,
        }
    }
}

impl<F, I> Unpin for Hooked<'_, F, I> {}

impl<F, I> Future for Hooked<'_, F, I>
where
    F: Future<Output = ()>,
    I: Fn(&F) -> bool,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.is_parked)
            && let Some(unpark) = &self.hooks.unpark
        {
            let _budget = budget::unlimited();
            unpark.call();
        }
        let polled = self.future.as_mut().poll(cx);
        if polled.is_pending() && (self.is_idle)(&self.future) {
            self.is_parked = true;
            // What it spawns wakes the thread.
            if let Some(park) = &self.hooks.park {
                let _budget = budget::unlimited();
                park.call();
            }
        }
        polled
    }
}
