//! The header of a task, and a stand-in for a task that is to be polled.

use std::fmt;

pub(crate) mod foreign;
#[expect(dead_code, reason = "the models need not all of it")]
#[path = "../../../../runtime-shim/src/runtime/executor/task/header.rs"]
pub(crate) mod header;
#[path = "../../../../runtime-shim/src/runtime/executor/task/list.rs"]
pub(crate) mod list;

pub(crate) struct Runnable(Box<dyn FnOnce() + Send>);

impl Runnable {
    pub(crate) fn new(f: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(f))
    }
}

pub(crate) fn run(runnable: Runnable) -> bool {
    (runnable.0)();
    false
}

impl fmt::Debug for Runnable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runnable")
    }
}
