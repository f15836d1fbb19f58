//! Plays the script, in place of the interrupt of the pin on a board.

use portable::time::{Duration, Instant, sleep_until};

use crate::board::{Board, EDGES};
use crate::event::{Event, Record};
use crate::script;

/// Presses the button at the times of the script, and returns at its end.
pub async fn play(board: &Board, start: Instant) {
    let after = |at: u32| start + Duration::from_millis(at.into());
    for edge in script::EDGES {
        sleep_until(after(edge.at)).await;
        EDGES.send(edge).await;
    }
    sleep_until(after(script::END)).await;
    board.console.print(&Record {
        at: script::END,
        event: Event::Off,
    });
}
