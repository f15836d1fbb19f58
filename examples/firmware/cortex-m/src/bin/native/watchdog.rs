use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_time::{Duration, Instant, Timer};
use firmware_demo::board::Sensor;
use firmware_demo::event::Event;

use crate::logger::log;
use crate::sensor::{self, ALIVE, CANCEL, CANCELLED};

const PATIENCE: Duration = Duration::from_millis(220);
const SETTLING: Duration = Duration::from_millis(80);

#[embassy_executor::task]
pub(crate) async fn watch(spawner: Spawner, sensor: &'static dyn Sensor, start: Instant) {
    let mut first = start + sensor::PERIOD;
    loop {
        spawner.spawn(sensor::read(sensor, start, first).expect("the last one has ended"));
        let mut deadline = first + PATIENCE;
        while let Either::First(alive) = select(ALIVE.wait(), Timer::at(deadline)).await {
            deadline = alive + PATIENCE;
        }

        log(start, deadline, Event::Silent);
        CANCEL.signal(());
        CANCELLED.wait().await;
        sensor.reset();
        log(start, deadline, Event::Restarted);
        first = deadline + SETTLING;
    }
}
