//! The runtime that a descriptor belongs to, with whose end every wait for it ends.

use std::io;
use std::sync::Arc;
use std::task::Context;

use super::super::elsewhere::{Descriptors, Place};
use super::super::scheduler::{self, Here};
use crate::runtime::ended;

/// The runtime of a descriptor: that of the thread that began to watch it, if there was one.
#[derive(Clone, Debug)]
pub(super) struct Home(Option<Arc<Descriptors>>);

impl Home {
    /// Returns the runtime that this thread belongs to.
    ///
    /// # Errors
    ///
    /// Returns an error if it has ended.
    pub(super) fn here() -> io::Result<Self> {
        let descriptors = scheduler::descriptors_here();
        if descriptors.as_ref().is_some_and(|those| those.are_over()) {
            return Err(ended::error());
        }
        Ok(Self(descriptors))
    }

    /// Returns an error if the runtime has ended.
    pub(super) fn check(&self) -> io::Result<()> {
        match &self.0 {
            Some(descriptors) if descriptors.are_over() => Err(ended::error()),
            _ => Ok(()),
        }
    }

    /// Prepares a wait, which the end of the runtime ends. `place` returns where a waker is kept
    /// that the end does not drop with the tasks. Returns that place if it has the waker: it is to be
    /// woken instead.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime, or the one that this thread belongs to, has ended.
    #[inline]
    pub(super) fn begin_wait<'a>(
        &self,
        cx: &Context<'_>,
        place: impl FnOnce(&Arc<Descriptors>) -> &'a Arc<Place>,
    ) -> io::Result<Option<&'a Arc<Place>>> {
        match scheduler::here(self.0.as_ref()) {
            // Nothing would wake the task that polls.
            Here::Over => Err(ended::error()),
            Here::Inside => Ok(None),
            Here::Elsewhere => match &self.0 {
                Some(descriptors) => {
                    let place = place(descriptors);
                    match place.keep(cx) {
                        true => Ok(Some(place)),
                        false => Err(ended::error()),
                    }
                }
                None => Ok(None),
            },
        }
    }
}
