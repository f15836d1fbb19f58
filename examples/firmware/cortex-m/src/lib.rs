//! The board: its clock, its console, and how a program on it ends.

#![no_std]

mod clock;

use cortex_m_semihosting::{debug, hprintln};
use firmware_demo::board::{Board, Console};
use firmware_demo::event::Record;
use firmware_demo::script::Thermometer;
// A panic is printed, and the emulator exits with 1.
use panic_semihosting as _;

pub use self::clock::start as start_clock;

struct Semihosting;

impl Console for Semihosting {
    fn print(&self, record: &Record) {
        hprintln!("{}", record);
    }
}

static THERMOMETER: Thermometer = Thermometer::new();

/// The board.
pub static BOARD: Board = Board {
    sensor: &THERMOMETER,
    console: &Semihosting,
};

/// Makes the emulator exit with 0.
pub fn exit() -> ! {
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
