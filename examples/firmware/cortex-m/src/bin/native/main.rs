//! The same application written for Embassy's own interface. The parts that need no runtime are
//! shared: the board, the events and the script.

#![no_std]
#![no_main]

mod button;
mod logger;
mod sensor;
mod simulator;
mod watchdog;

use embassy_executor::Spawner;
use embassy_time::Instant;
use firmware_cortex_m::{BOARD, exit, start_clock};
use firmware_demo::event::Event;

#[embassy_executor::main]
async fn main(spawner: Spawner) -> ! {
    start_clock();
    let start = Instant::now();
    spawner.spawn(logger::print(BOARD.console).expect("once"));
    logger::log(start, start, Event::Started);
    spawner.spawn(watchdog::watch(spawner, BOARD.sensor, start).expect("once"));
    spawner.spawn(button::ring(spawner, start).expect("once"));
    simulator::play(&BOARD, start).await;
    exit()
}
