//! Waits until the button's contact is quiet, and rings the chime.

use portable::task::Pool;
use portable::time::{Duration, Instant, sleep_until, timeout_at};

use crate::board::EDGES;
use crate::event::Event;
use crate::logger::log;

/// The time after which a quiet contact has stopped bouncing.
const QUIET: Duration = Duration::from_millis(30);
const RINGING: Duration = Duration::from_millis(400);

/// At most two chimes ring at once, in 64 bytes each.
static CHIMES: Pool<64, 2> = Pool::new();

#[portable::task]
pub(crate) async fn ring(start: Instant) {
    let mut was_down = false;
    let mut presses = 0;
    loop {
        let mut edge = EDGES.receive().await;
        let at = loop {
            let quiet = start + Duration::from_millis(edge.at.into()) + QUIET;
            match timeout_at(quiet, EDGES.receive()).await {
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
        let n = presses;
        log(start, at, Event::Pressed(n));
        let chime = CHIMES.try_spawn(async move {
            log(start, at, Event::Rings(n));
            sleep_until(at + RINGING).await;
            log(start, at + RINGING, Event::Rang(n));
        });
        if chime.is_err() {
            log(start, at, Event::Busy(n));
        }
    }
}
