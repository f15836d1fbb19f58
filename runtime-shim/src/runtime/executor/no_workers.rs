//! In the place of `workers` where no runtime has any: so a program is not linked with them.

use std::io;
use std::sync::Arc;

use super::scheduler::Scheduler;
use super::task::Runnable;
use crate::runtime::Config;

/// There are none.
#[derive(Debug)]
pub(super) enum Workers {}

impl Workers {
    pub(super) fn of(_config: &Config) -> Option<Self> {
        None
    }

    pub(super) fn push_here(&self, _runnable: Runnable) -> Result<(), Runnable> {
        match *self {}
    }

    pub(super) fn pop_any(&self) -> Option<Runnable> {
        match *self {}
    }

    pub(super) fn wake_one(&self, _scheduler: &Arc<Scheduler>) {
        match *self {}
    }

    pub(super) fn close(&self) {
        match *self {}
    }

    pub(super) fn count(&self) -> usize {
        match *self {}
    }

    pub(super) fn are_here(&self) -> bool {
        match *self {}
    }

    pub(super) fn start_first(&self, _scheduler: &Arc<Scheduler>) -> io::Result<()> {
        match *self {}
    }

    pub(super) fn join(&self) {
        match *self {}
    }
}
