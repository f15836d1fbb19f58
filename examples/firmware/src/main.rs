//! Runs the application on the desk: `cargo run -p firmware-demo --features tokio`, or on another
//! runtime.

use firmware_demo::board::{Board, Console};
use firmware_demo::event::Record;
use firmware_demo::script::Thermometer;
use firmware_demo::simulator;
use portable::time::Instant;

struct Stdout;

impl Console for Stdout {
    fn print(&self, record: &Record) {
        println!("{record}");
    }
}

static THERMOMETER: Thermometer = Thermometer::new();

static BOARD: Board = Board {
    sensor: &THERMOMETER,
    console: &Stdout,
};

// The application has one thread, as on the board.
#[portable::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    firmware_demo::start(&BOARD, start);
    simulator::play(&BOARD, start).await;
}
