//! What keeps a paused clock from being advanced.

#[cfg(feature = "test-util")]
use std::sync::Arc;

#[cfg(feature = "test-util")]
use super::clock::Clock;

/// Keeps a clock from being advanced until it is dropped. Without the feature `test-util` it is nothing.
#[derive(Debug)]
pub(super) struct Hold {
    #[cfg(feature = "test-util")]
    clock: Option<Arc<Clock>>,
}

impl Hold {
    #[cfg(feature = "test-util")]
    pub(super) fn new(clock: Option<Arc<Clock>>) -> Self {
        if let Some(clock) = &clock {
            clock.hold();
        }
        Self { clock }
    }

    #[cfg(not(feature = "test-util"))]
    pub(super) fn nothing() -> Self {
        Self {}
    }
}

#[cfg(feature = "test-util")]
impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(clock) = &self.clock {
            clock.release();
        }
    }
}
