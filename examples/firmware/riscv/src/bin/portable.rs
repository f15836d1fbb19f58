//! The demonstration on the board.

#![no_std]
#![no_main]

use firmware_demo::simulator;
use firmware_riscv::{BOARD, exit, start_clock};
use portable::time::Instant;

#[portable::main(entry = "riscv_rt::entry")]
async fn main() -> ! {
    start_clock();
    let start = Instant::now();
    firmware_demo::start(&BOARD, start);
    simulator::play(&BOARD, start).await;
    exit()
}
