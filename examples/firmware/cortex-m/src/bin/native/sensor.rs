use core::future::poll_fn;

use embassy_futures::select::select;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Instant, Timer};
use firmware_demo::board::Sensor;
use firmware_demo::event::Event;

use crate::logger::log;

pub(crate) const PERIOD: Duration = Duration::from_millis(100);

pub(crate) static ALIVE: Signal<CriticalSectionRawMutex, Instant> = Signal::new();

/// Asks the task to end, which it confirms by [`CANCELLED`]: Embassy has no cancellation.
pub(crate) static CANCEL: Signal<CriticalSectionRawMutex, ()> = Signal::new();
pub(crate) static CANCELLED: Signal<CriticalSectionRawMutex, ()> = Signal::new();

#[embassy_executor::task]
pub(crate) async fn read(sensor: &'static dyn Sensor, start: Instant, first: Instant) {
    select(read_until_dropped(sensor, start, first), CANCEL.wait()).await;
    CANCELLED.signal(());
}

async fn read_until_dropped(sensor: &'static dyn Sensor, start: Instant, first: Instant) {
    // A `Ticker` does not say when its tick was due.
    let mut due = first;
    loop {
        Timer::at(due).await;
        let tenths = poll_fn(|cx| sensor.poll_read(cx)).await;
        log(start, due, Event::Temperature(tenths));
        ALIVE.signal(due);
        due += PERIOD;
    }
}
