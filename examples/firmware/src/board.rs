//! The hardware that the application needs.
//!
//! A task has one type for all boards, so it takes the hardware as `&'static dyn …`, or gets
//! messages from it.

use core::fmt;
use core::task::{Context, Poll};

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;

use crate::event::Record;

/// The parts of a board.
pub struct Board {
    /// The thermometer.
    pub sensor: &'static dyn Sensor,
    /// The console that the log goes to.
    pub console: &'static dyn Console,
}

/// A thermometer on a bus.
pub trait Sensor: Sync {
    /// Returns a reading, in tenths of a degree, or wakes the task when there is one.
    fn poll_read(&self, cx: &mut Context<'_>) -> Poll<i16>;

    /// Gives up the reading that is under way and frees the bus.
    fn reset(&self);
}

/// A console that prints a line at a time.
pub trait Console: Sync {
    /// Prints the record.
    fn print(&self, record: &Record);
}

/// A change at the button's pin.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The milliseconds from the start, as the pin's capture unit stamps them.
    pub at: u32,
    /// Whether the contact is closed after the change.
    pub is_down: bool,
}

/// The channel into which the button's interrupt puts its edges.
pub static EDGES: Channel<CriticalSectionRawMutex, Edge, 8> = Channel::new();

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").finish_non_exhaustive()
    }
}
