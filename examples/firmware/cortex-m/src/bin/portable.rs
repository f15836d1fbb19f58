//! The demonstration on the board.

#![no_std]
#![no_main]

use firmware_cortex_m::{BOARD, exit, start_clock};
use firmware_demo::simulator;
use portable::time::Instant;

#[portable::main]
async fn main() -> ! {
    start_clock();
    let start = Instant::now();
    firmware_demo::start(&BOARD, start);
    simulator::play(&BOARD, start).await;
    exit()
}
