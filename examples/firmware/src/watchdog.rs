//! Starts the sensor's task, and starts it again when it is silent for too long.

use core::pin::pin;

use portable::future::{Either, select};
use portable::spawn_task;
use portable::time::{Duration, Instant, sleep_until};

use crate::board::Sensor;
use crate::event::Event;
use crate::logger::log;
use crate::sensor::{self, ALIVE};

const PATIENCE: Duration = Duration::from_millis(220);
/// The time from the reset of the bus to the next reading.
const SETTLING: Duration = Duration::from_millis(80);

#[portable::task]
pub(crate) async fn watch(sensor: &'static dyn Sensor, start: Instant) {
    let mut first = start + sensor::PERIOD;
    loop {
        let mut task = spawn_task!(sensor::read(sensor, start, first));
        let mut silent = pin!(sleep_until(first + PATIENCE));
        while let Either::First(alive) = select(ALIVE.wait(), silent.as_mut()).await {
            silent.as_mut().reset(alive + PATIENCE);
        }
        let deadline = silent.deadline();

        log(start, deadline, Event::Silent);
        task.abort();
        // The handle is ready once the task is gone and its place in the pool is free.
        if (&mut task).await.is_err_and(|error| error.is_cancelled()) {
            sensor.reset();
            log(start, deadline, Event::Restarted);
        }
        first = deadline + SETTLING;
    }
}
