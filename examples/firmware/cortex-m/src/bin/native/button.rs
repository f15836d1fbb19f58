use embassy_executor::Spawner;
use embassy_time::{Duration, Instant, Timer, with_deadline};
use firmware_demo::board::EDGES;
use firmware_demo::event::Event;

use crate::logger::log;

const QUIET: Duration = Duration::from_millis(30);
const RINGING: Duration = Duration::from_millis(400);

#[embassy_executor::task(pool_size = 2)]
async fn chime(start: Instant, at: Instant, n: u32) {
    log(start, at, Event::Rings(n));
    Timer::at(at + RINGING).await;
    log(start, at + RINGING, Event::Rang(n));
}

#[embassy_executor::task]
pub(crate) async fn ring(spawner: Spawner, start: Instant) {
    let mut was_down = false;
    let mut presses = 0;
    loop {
        let mut edge = EDGES.receive().await;
        let at = loop {
            let quiet = start + Duration::from_millis(edge.at.into()) + QUIET;
            match with_deadline(quiet, EDGES.receive()).await {
                Ok(next) => edge = next,
                Err(_) => break quiet,
            }
        };
        if edge.is_down == was_down {
            continue;
        }
        was_down = edge.is_down;
        if !edge.is_down {
            log(start, at, Event::Released);
            continue;
        }

        presses += 1;
        log(start, at, Event::Pressed(presses));
        match chime(start, at, presses) {
            Ok(token) => spawner.spawn(token),
            Err(_) => log(start, at, Event::Busy(presses)),
        }
    }
}
