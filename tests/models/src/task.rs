//! Stands in for a task that is to be polled.

use std::fmt;

pub(crate) struct Runnable(Box<dyn FnOnce() + Send>);

impl Runnable {
    pub(crate) fn new(f: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(f))
    }

    pub(crate) fn run(self) -> bool {
        (self.0)();
        false
    }
}

impl fmt::Debug for Runnable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runnable")
    }
}
