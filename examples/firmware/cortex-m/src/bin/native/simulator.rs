use embassy_time::{Duration, Instant, Timer};
use firmware_demo::board::{Board, EDGES};
use firmware_demo::event::{Event, Record};
use firmware_demo::script;

pub(crate) async fn play(board: &Board, start: Instant) {
    let after = |at: u32| start + Duration::from_millis(at.into());
    for edge in script::EDGES {
        Timer::at(after(edge.at)).await;
        EDGES.send(edge).await;
    }
    Timer::at(after(script::END)).await;
    board.console.print(&Record {
        at: script::END,
        event: Event::Off,
    });
}
