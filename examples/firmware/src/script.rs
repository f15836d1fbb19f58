//! The behaviour of the simulated hardware, with its times.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll};

use crate::board::{Edge, Sensor};

/// The readings, in tenths of a degree. The `None` is a reading that never comes.
const READINGS: [Option<i16>; 13] = [
    Some(205),
    Some(206),
    Some(208),
    Some(213),
    None,
    Some(219),
    Some(221),
    Some(222),
    Some(222),
    Some(221),
    Some(219),
    Some(218),
    Some(216),
];

/// Four presses of the button, with a contact that bounces.
///
/// Their lines in the log are at least 20 ms away from all others, so that the order is the same on
/// a desk that is late at times.
pub const EDGES: [Edge; 16] = [
    edge(130, true),
    edge(132, false),
    edge(135, true),
    edge(220, false),
    edge(320, true),
    edge(395, false),
    edge(397, true),
    edge(399, false),
    edge(480, true),
    edge(570, false),
    edge(820, true),
    edge(823, false),
    edge(828, true),
    edge(917, false),
    edge(919, true),
    edge(920, false),
];

/// The end of the simulation, in milliseconds.
pub const END: u32 = 1340;

const fn edge(at: u32, is_down: bool) -> Edge {
    Edge { at, is_down }
}

/// A thermometer that gives the readings above.
#[derive(Debug)]
pub struct Thermometer {
    next: AtomicUsize,
}

impl Thermometer {
    /// Makes a thermometer that is at its first reading.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            next: AtomicUsize::new(0),
        }
    }

    fn step(&self) {
        // Only one task at a time steps, so no read-modify-write is needed: Cortex-M0 has none.
        let next = self.next.load(Ordering::Relaxed);
        self.next.store(next + 1, Ordering::Relaxed);
    }
}

impl Default for Thermometer {
    fn default() -> Self {
        Self::new()
    }
}

impl Sensor for Thermometer {
    fn poll_read(&self, _cx: &mut Context<'_>) -> Poll<i16> {
        match READINGS.get(self.next.load(Ordering::Relaxed)) {
            Some(Some(tenths)) => {
                self.step();
                Poll::Ready(*tenths)
            }
            // The bus is stuck: nothing ever wakes the task.
            _ => Poll::Pending,
        }
    }

    fn reset(&self) {
        self.step();
    }
}
