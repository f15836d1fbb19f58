//! Reads the sensor at a fixed rate.

use core::future::poll_fn;

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::signal::Signal;
use portable::time::{Duration, Instant, interval_at};

use crate::board::Sensor;
use crate::event::Event;
use crate::logger::log;

pub(crate) const PERIOD: Duration = Duration::from_millis(100);

/// The signal that the watchdog waits for, with the time at which the last reading was due.
pub(crate) static ALIVE: Signal<CriticalSectionRawMutex, Instant> = Signal::new();

/// Reads the sensor. The first reading is due at `first`.
#[portable::task]
pub(crate) async fn read(sensor: &'static dyn Sensor, start: Instant, first: Instant) {
    let mut ticks = interval_at(first, PERIOD);
    loop {
        let due = ticks.tick().await;
        let tenths = poll_fn(|cx| sensor.poll_read(cx)).await;
        log(start, due, Event::Temperature(tenths));
        ALIVE.signal(due);
    }
}
